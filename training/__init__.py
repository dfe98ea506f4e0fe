"""Fits, evaluates and reports on the models that `filter` serves."""

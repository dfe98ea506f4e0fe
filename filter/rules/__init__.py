"""Heuristic rules: `catalogue.py` lists them all, the other files hold their checks by message part."""

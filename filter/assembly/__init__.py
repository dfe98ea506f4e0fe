"""Settings made into doors that can be opened: the only place that knows all kinds of them."""

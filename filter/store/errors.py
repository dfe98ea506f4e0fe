"""Why the state of a site could not be read or written."""


class StateError(Exception):
    """The text is one line: which file, what is wrong, what to do. What was being written is not there."""

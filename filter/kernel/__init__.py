"""The loops over every octet and character of a message: in C where that was built, else in Python, with equal results.

HAMGATE_KERNEL in the environment: `plain` takes the Python ones, `required` fails where none were built. What each of
them is for, `plain` says.
"""

import os

_WANTED = os.environ.get("HAMGATE_KERNEL", "")

try:
    if _WANTED == "plain":
        raise ImportError
    from filter.kernel.native import addresses, elements, evidence, fields, letters, runs, tags, unix_lines

    IN_USE = "native"
except ImportError:
    if _WANTED == "required":
        raise
    from filter.kernel.plain import addresses, elements, evidence, fields, letters, runs, tags, unix_lines

    IN_USE = "plain"

__all__ = ["IN_USE", "addresses", "elements", "evidence", "fields", "letters", "runs", "tags", "unix_lines"]

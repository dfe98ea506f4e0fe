"""The loops over every octet and character of a message: in C where that was built, else in Python, with equal results.

HAMGATE_KERNEL=plain in the environment takes the Python ones. `plain` says what each of them is for.
"""

import os

try:
    if os.environ.get("HAMGATE_KERNEL") == "plain":
        raise ImportError
    from filter.kernel.native import addresses, elements, evidence, fields, letters, runs, tags, unix_lines

    IN_USE = "native"
except ImportError:
    from filter.kernel.plain import addresses, elements, evidence, fields, letters, runs, tags, unix_lines

    IN_USE = "plain"

__all__ = ["IN_USE", "addresses", "elements", "evidence", "fields", "letters", "runs", "tags", "unix_lines"]

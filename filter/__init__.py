"""hamgate: reads, judges and passes on mail. Start reading at `scan.py`; the floors are held by import-linter."""

"""What every door has: where it listens, who is in, and what becomes of a message."""

"""HTTP: what rspamd's clients speak, and an interface of our own."""

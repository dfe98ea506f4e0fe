"""An operator's TOML file: read within bounds, every value with its line, all that is wrong said at once."""

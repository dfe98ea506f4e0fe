"""An operator's own rules: read from one TOML file, checked as a whole, read again when it changes."""

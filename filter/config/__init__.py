"""The settings file: one TOML file for everything that a running server needs to know."""

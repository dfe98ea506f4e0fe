"""`hamgate doctor`: the whole set-up, looked at step by step as a person would, each finding with its remedy."""

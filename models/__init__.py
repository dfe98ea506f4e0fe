"""The model file format and the model that ships with hamgate."""

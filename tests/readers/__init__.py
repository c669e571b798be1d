"""Readers of the files that we send, for tests. They share no code with the renderers."""

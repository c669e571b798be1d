"""The story of one pass and its steps, and what a person may do (`operator`)."""

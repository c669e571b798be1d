"""The pages say what the code says, and can be followed."""

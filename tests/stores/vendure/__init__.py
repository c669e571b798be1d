"""The Vendure connector against a real Vendure shop."""

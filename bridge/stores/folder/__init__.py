"""The folder connector: orders are files that someone drops."""

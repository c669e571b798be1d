"""The archive: what is kept, how it is chained, what verification finds, what a kill leaves."""

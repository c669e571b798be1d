"""The SQL connector: a home-made shop's own database, read by a query and told numbers by one UPDATE each."""

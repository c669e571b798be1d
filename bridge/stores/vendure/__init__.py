"""The Vendure connector: the Admin GraphQL API."""

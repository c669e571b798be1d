"""The Shopify connector: Admin GraphQL."""

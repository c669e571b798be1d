"""A simulated Shopify shop."""

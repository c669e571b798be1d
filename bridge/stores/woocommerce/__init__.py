"""The WooCommerce connector: REST v3."""

"""How the stores are asked and told: WooCommerce against a simulated shop, folders on a real disk."""

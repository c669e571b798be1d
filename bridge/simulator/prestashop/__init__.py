"""A simulated PrestaShop shop."""

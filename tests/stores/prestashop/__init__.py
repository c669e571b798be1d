"""The PrestaShop connector."""

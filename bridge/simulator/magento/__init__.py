"""A simulated Magento shop."""

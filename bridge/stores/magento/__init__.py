"""The Magento 2 / Adobe Commerce connector (REST V1)."""

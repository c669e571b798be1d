"""The Magento connector against a simulated shop."""

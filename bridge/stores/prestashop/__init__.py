"""PrestaShop: its web service in XML, versions 1.6 to 9."""

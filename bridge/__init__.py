"""erp-bridge: paid web-store orders into ERPs that read files, and the numbers back."""

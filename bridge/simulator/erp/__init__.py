"""A simulated ERP that imports files and answers them."""

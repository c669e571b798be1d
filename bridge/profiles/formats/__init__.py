"""Formats: how an order becomes bytes. `csv` from tables of columns, `xml` from Jinja2 templates."""

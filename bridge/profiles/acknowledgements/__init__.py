"""Acknowledgement styles: how an ERP's answer becomes results. `xml` by XPath, `csv` by columns."""

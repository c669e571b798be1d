"""Shops, an ERP and an SFTP server of our own, for the demo, for trying a profile, and for tests.

They know the files and the protocols, and of our code nothing, so that they can disagree with us. Each lives in a
package of its own, named as what it plays: `woocommerce`, `shopify`, `magento`, `prestashop`, `erp`, `sftp`, and
`sql_shop` for a home-made shop's database. What shops that listen share is in `shops`.
"""

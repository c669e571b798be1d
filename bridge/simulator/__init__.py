"""A store, an ERP and an SFTP server of our own, for the demo, for trying a profile, and for tests.

They know the files and the protocols, and of our code nothing, so that they can disagree with us. Each lives in a
module of its own: `store`, `erp`, `sftp`, `sample_orders`.
"""

"""The tests of erp-bridge; the rings are told in CONTRIBUTING.md."""

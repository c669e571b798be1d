"""Tidying: once a day, bytes in the archive's `incoming/` that nobody waits for are swept. Only `incoming/` ever is."""

from __future__ import annotations

from datetime import timedelta

from bridge.flow.site import Site

KEPT_FOR = timedelta(days=1)  # younger bytes may belong to a pass that is under way


def tidy(site: Site) -> int:
    """Sweep what is older than a day and belongs to no sealed file of any endpoint. Gives how many files went."""
    return site.archive.sweep_incoming(site.ledger.reading.digests_elsewhere().__contains__, site.clock() - KEPT_FOR)

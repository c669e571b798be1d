"""What is damaged in the archive, by its own rules and by what the ledger knows of it."""

from __future__ import annotations

import itertools

from bridge.archive import Damage
from bridge.flow.site import Site


def damage_of(site: Site) -> tuple[list[Damage], int]:
    """Every damage, and how many files of the ledger were looked at.

    Passes may go on meanwhile, and a file on its way looks as if it were unknown to the ledger, or not listed yet.
    So what does not fit is looked at a second time: a file has arrived by then, damage stays.
    """
    found, count = _looked_at(site)
    if found:
        first = {one.path for one in found}
        again, count = _looked_at(site)
        found = [one for one in again if one.path in first]
    return found, count


def _looked_at(site: Site) -> tuple[list[Damage], int]:
    count = itertools.count()
    expected = (one for one, _ in zip(site.expected_files(), count, strict=False))  # counted while they stream by
    return list(site.archive.verify(expected)), next(count)

"""The maps with which an order's earlier files were made, from the contracts that the archive keeps with each seal."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bridge.config.maps import load_maps
from bridge.domain.as_told import rules_as_told
from bridge.domain.changes import Told
from bridge.domain.errors import ConfigurationRefused, Refused
from bridge.domain.maps import SKU, Maps
from bridge.domain.rules import Rules
from bridge.flow.site import Site
from bridge.ledger import SENT_MAPS_UNREADABLE

CONTRACTS_KEPT = 8  # a deployment's maps change now and then; the newest few are asked for again and again


class SentMapsUnreadable(Refused):
    """A change cannot be told against what was sent."""

    kind = SENT_MAPS_UNREADABLE


def rules_of_further(rules: Rules, told: Told, number: str, site: Site) -> Rules:
    """The rules of a change or cancellation of order `number`. Raises SentMapsUnreadable."""
    contracts = {contract for contract in told.contracts if contract}
    return rules_as_told(rules, told, {one: _maps_of(one, number, site.archive.folder) for one in contracts})


def _maps_of(contract: str, number: str, archive: Path) -> Maps:
    folder = archive / "contracts" / contract
    words = {"number": number, "folder": f"contracts/{contract}"}
    if not folder.is_dir():
        raise SentMapsUnreadable(**words, why="it is not in the archive")
    try:
        return _kept_maps(folder / "maps")
    except ConfigurationRefused as refused:
        raise SentMapsUnreadable(**words, why=refused.problem.message) from refused


@lru_cache(maxsize=CONTRACTS_KEPT)
def _kept_maps(folder: Path) -> Maps:
    """A contract is never written again: what was read once holds. Only the articles of that time are asked for."""
    return load_maps(folder, (SKU,))

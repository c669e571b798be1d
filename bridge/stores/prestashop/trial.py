"""What `bridge check` finds at a PrestaShop: whether it answers, what the key may do, and whose clock is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding
from bridge.stores.polled import CLOCKS_APART_MAX, clock_findings
from bridge.stores.prestashop.client import PrestaShopClient
from bridge.stores.prestashop.description import OPTIONAL_RESOURCES, READ_RESOURCES, written_resources
from bridge.stores.prestashop.listing import PrestaShopListing
from bridge.stores.prestashop.parts import ORDERS
from bridge.stores.prestashop.settings import PrestaShopSettings
from bridge.stores.prestashop.zone import moment_of
from bridge.stores.raw import Unreadable

WRITES = frozenset({"PUT", "POST", "PATCH", "DELETE"})
Rights = Mapping[str, frozenset[str]]


def findings(
    settings: PrestaShopSettings, client: PrestaShopClient, listing: PrestaShopListing, clock: Clock
) -> list[Finding]:
    """Tries the connection and the rights; changes nothing."""
    what = f"store {settings.name}: read orders from {settings.http.host}"
    try:
        rights, rows = client.rights()
        found = [_rights(settings, rights)]
        if any(not finding.fine for finding in found):
            return found
        listing.relations.forget()
        newest = client.rows(ORDERS, {}, "[id,date_upd]", "[date_upd_DESC,id_DESC]", "0,1")
        zone = listing.zone
    except BridgeError as error:
        return [Finding(what, False, error.problem.message, error.problem.action)]
    version = rows.version or "of unknown version"
    found.insert(0, Finding(what, True, f"PrestaShop {version} answers; times are read as {zone.key}"))
    found += clock_findings(settings.name, rows.now, clock())
    try:
        latest = [moment for part in newest.parts if (moment := moment_of(part["date_upd"], zone, "date_upd"))]
    except Unreadable:
        latest = []
    return found + _zone(settings.name, zone.key, latest, newest.now)


def _rights(settings: PrestaShopSettings, rights: Rights) -> Finding:
    """What is missing, then what is more than needed."""
    what, written = f"store {settings.name}: rights of the key", written_resources(settings)
    needed = [(name, "GET") for name in dict.fromkeys((*READ_RESOURCES, *written))]
    needed += [(name, "POST") for name in written]
    missing = [f"{name}: {method}" for name, method in needed if method not in rights.get(name, ())]
    if missing:
        cure = "Add them in the back office: Advanced parameters, Webservice, the key."
        return Finding(what, False, f"the key lacks {', '.join(missing)}", cure)
    told = "it may read all that is needed and add messages"
    absent = [name for name in OPTIONAL_RESOURCES if "GET" not in rights.get(name, ())]
    if absent:
        told += "; without cart_rules: GET, gifts travel as goods with a discount, and voucher codes are not known"
    more = sorted(
        f"{name}: {method}"
        for name, methods in rights.items()
        for method in methods & WRITES
        if (name, method) not in needed
    )
    if more:
        shown = ", ".join(more[:5]) + (f" and {len(more) - 5} more" if len(more) > 5 else "")
        told += f"; it may do more than it needs ({shown}): take that away"
    return Finding(what, True, told)


def _zone(store: str, zone: str, latest: list[datetime], now: datetime) -> list[Finding]:
    """An order of the future means that local times are read in the wrong zone."""
    if not latest or latest[0] <= now + CLOCKS_APART_MAX:
        return []
    minutes = int((latest[0] - now).total_seconds() // 60)
    detail = f"read as {zone}, the newest order was changed {minutes} minutes from now"
    cure = "Correct timezone of the store in bridge.toml: it must be the one that the shop's times are written in."
    return [Finding(f"store {store}: time zone", False, detail, cure)]

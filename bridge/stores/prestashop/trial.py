"""What `bridge check` finds at a PrestaShop: whether it answers, what the key may do, and whose clock is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding
from bridge.stores.polled import CLOCKS_APART_MAX, clock_findings
from bridge.stores.prestashop.client import PrestaShopClient, Rows
from bridge.stores.prestashop.description import OPTIONAL_RESOURCES, READ_RESOURCES, written_resources
from bridge.stores.prestashop.listing import PrestaShopListing
from bridge.stores.prestashop.parts import ORDERS
from bridge.stores.prestashop.settings import PrestaShopSettings
from bridge.stores.prestashop.zone import moment_of
from bridge.stores.raw import Unreadable

WRITES = frozenset({"PUT", "POST", "PATCH", "DELETE"})
AFTERWARDS = "Orders that the ERP has are read anew by the right one; none counts as changed."
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
    return [*found, _zone(settings.name, zone, listing.zone_of_the_shop, newest)]


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
        told += "; without cart_rules: GET, gifts travel as goods with a discount, voucher codes are not known"
        told += ", and a voucher on some of the goods may be left without a tax rate"
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


def _zone(store: str, zone: ZoneInfo, told: ZoneInfo | None, newest: Rows) -> Finding:
    """Whether the zone fits the shop's clock. An order of the future proves that it does not; that one is older than it
    should be can only be seen by somebody who knows when it was changed.

    told: the zone that the shop itself says, which a zone in bridge.toml overrules.
    """
    what, now = f"store {store}: time zone", newest.now
    detail = f"times are read as {zone.key}"
    if told is not None and now.astimezone(told).utcoffset() != now.astimezone(zone).utcoffset():
        detail += f", though the shop says {told.key}"
    latest = _latest(newest, zone)
    if latest is None:
        return Finding(what, True, f"{detail}; there is no order yet to prove it by")
    minutes = int((latest - now).total_seconds() // 60)
    if latest > now + CLOCKS_APART_MAX:
        cure = f"Correct the zone of the shop, or timezone of the store in bridge.toml. {AFTERWARDS}"
        return Finding(what, False, f"{detail}; the newest order was then changed {minutes} minutes from now", cure)
    return Finding(
        what,
        True,
        f"{detail}; the newest order was then changed {-minutes} minutes ago",
        f"If it was not, the zone is wrong. {AFTERWARDS}",
    )


def _latest(newest: Rows, zone: ZoneInfo) -> datetime | None:
    try:
        return next((moment_of(part["date_upd"], zone, "date_upd") for part in newest.parts), None)
    except Unreadable:
        return None

"""What `bridge check` finds at a Shopify shop: connection, version that serves, the key's rights, the clocks."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding
from bridge.stores.polled import clock_findings
from bridge.stores.shopify.client import ShopifyClient
from bridge.stores.shopify.listing import ShopifyListing
from bridge.stores.shopify.rights import COMPANIES, OLD, READ, WRITE, Rights
from bridge.stores.shopify.settings import ShopifySettings

SEEN_DAYS = 60


def findings(
    settings: ShopifySettings, client: ShopifyClient, listing: ShopifyListing, rights: Rights, clock: Clock
) -> list[Finding]:
    """All findings; only the first where the shop cannot be asked."""
    name = settings.name
    what = f"store {name}: read orders from {settings.http.host}"
    try:
        now, scopes, versions = listing.now(), rights.scopes(), rights.versions()
    except BridgeError as error:
        return [Finding(what, False, error.problem.message, error.problem.action)]
    found = [*_version(settings, client.served, versions), *_rights(settings, scopes)]
    found += clock_findings(name, now, clock())
    return [Finding(what, True, "the key is accepted"), *found]


def _version(settings: ShopifySettings, served: str, versions: frozenset[str]) -> Iterator[Finding]:
    """An expired version is answered by another one, without an error: only here it is seen before something breaks."""
    pinned = settings.api_version
    what = f"store {settings.name}: version {pinned} of the API"
    newest = max((each for each in versions if each[:1].isdigit()), default=pinned)
    if served not in ("", pinned) or (versions and pinned not in versions):
        detail = f"the shop answers with version {served or 'unknown'}; {pinned} has expired or does not exist yet"
        yield Finding(what, False, detail, f"Set api_version to {newest}, then: bridge check.")
    else:
        yield Finding(what, True, "answered by that version")


def _rights(settings: ShopifySettings, scopes: frozenset[str]) -> Iterator[Finding]:
    """Which right is missing, which orders are hidden, and what the key may do beyond its work."""
    name, cure = settings.name, "Change the scopes of the app in Shopify and release it. Then: bridge check."
    needed = [READ, WRITE, *([COMPANIES] if settings.has_companies else [])]
    missing = [each for each in needed if each not in scopes and each.replace("read_", "write_") not in scopes]
    what = f"store {name}: rights"
    if missing:
        yield Finding(what, False, f"the key lacks {', '.join(missing)}", cure)
    more = sorted(scopes - {READ, WRITE, OLD, COMPANIES})
    if more:
        detail = f"the key may do more than erp-bridge needs: {', '.join(more)}"
        yield Finding(f"store {name}: more rights than needed", True, detail, cure)
    elif not missing:
        yield Finding(what, True, "the key may do what is needed and no more")
    if OLD not in scopes:
        too_far = settings.poll.sweep_days > SEEN_DAYS
        detail = f"without {OLD} the shop shows orders of the last {SEEN_DAYS} days only"
        action = f"Ask Shopify for {OLD}, or keep sweep_days and orders_from within {SEEN_DAYS} days."
        yield Finding(f"store {name}: older orders", not too_far, detail, action)

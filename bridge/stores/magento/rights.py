"""What a Magento's integration may do, as far as its REST API tells: what is missing, and what is more than needed.

The shop has no list of a token's rights. It judges a right before it looks at what was sent, so a question that can do
nothing tells it: a search for one row, of which the count alone is answered, or a write with nothing in it for an order
that no shop has. What can only be learned by doing it (cancel, ship, invoice, refund) is not tried, and said so.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.errors import BridgeError, Refused
from bridge.domain.finding import Finding
from bridge.stores.magento.client import MagentoClient
from bridge.stores.magento.settings import MagentoSettings
from bridge.stores.problems import StoreAddressWrong, StoreKeyRefused

# What the integration must be allowed, in the words of the shop's access tree.
COMMENT = "Sales > Operations > Orders > Actions > Comment"
CREATE = "Sales > Operations > Orders > Actions > Create"
LEAST_RIGHTS = (
    "Sales > Operations > Orders > Actions > View",
    COMMENT,
    "Sales > Operations > Invoices",
    "Sales > Operations > Credit Memos",
)
# Reads that are never needed, by the route of each.
NEVER_NEEDED = {
    "products": "/products",
    "customers": "/customers/search",
    "carts": "/carts/search",
    "shipments": "/shipments",
    "transactions of payments": "/transactions",
    "discount rules": "/salesRules/search",
    "pages": "/cmsPage/search",
    "tax rates": "/taxRates/search",
    "settings of stores": "/store/storeConfigs",
}
COUNT_ALONE = [("searchCriteria[pageSize]", "1"), ("fields", "total_count")]
NOT_TOLD = "whether it may cancel, ship, invoice or refund cannot be known without doing it"
TAKE_AWAY = "Give the integration only the rights that the page of this store lists."


def needed(settings: MagentoSettings) -> tuple[str, ...]:
    """The least rights of one store."""
    return (*LEAST_RIGHTS, *((f"{CREATE} (for ext_order_id)",) if settings.stop_file else ()))


def findings(settings: MagentoSettings, client: MagentoClient) -> Iterator[Finding]:
    """The rights to write, then those that are too many. Changes nothing."""
    name = settings.http.name
    yield _right_to_write(
        f"store {name}: comment", client, "/orders/0/comments", "comment on orders", COMMENT, "write_back = false"
    )
    more = [what for what, path in NEVER_NEEDED.items() if _may_read(client, path, what)]
    if settings.stop_file:
        yield _right_to_write(
            f"store {name}: save", client, "/orders", "save orders", CREATE, "ext_order_id = false in the store"
        )
    elif _may_write(client, "/orders", "save orders"):
        more.append("orders, to save them (Create)")
    what = f"store {name}: rights"
    if more:
        detail = f"the key may do more than it needs, with {', '.join(more)}; {NOT_TOLD}"
        yield Finding(what, True, detail, TAKE_AWAY)
    else:
        yield Finding(what, True, f"the key may do no more than it needs, as far as the shop tells; {NOT_TOLD}")


def _right_to_write(what: str, client: MagentoClient, path: str, act: str, right: str, instead: str) -> Finding:
    may = _may_write(client, path, act)
    if may is None:
        return Finding(what, True, f"whether the key may {act} shows at the first write-back")
    if may:
        return Finding(what, True, f"the key may {act}")
    return Finding(what, False, f"the key may not {act}", f"Add {right} to the integration, or set {instead}.")


def _may_read(client: MagentoClient, path: str, what: str) -> bool:
    """A refusal is good news; so is a shop without that route."""
    try:
        client.ask(path, f"read {what}", COUNT_ALONE)
    except BridgeError:
        return False
    return True


def _may_write(client: MagentoClient, path: str, what: str) -> bool | None:
    """Sends nothing: a shop that would let us asks for what is missing. None where its answer says neither."""
    try:
        client.ask(path, what, body={})
    except StoreKeyRefused:
        return False
    except StoreAddressWrong:
        return None
    except Refused:
        return True
    except BridgeError:
        return None
    return None

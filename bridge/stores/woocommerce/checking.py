"""What `bridge check` finds of a WooCommerce key: why it is refused, and what it may do as far as the shop tells.

A key has a permission (read, write, both) and otherwise all that its user may do; the API names neither.
"""

from __future__ import annotations

from bridge.domain.errors import BridgeError
from bridge.domain.finding import Finding
from bridge.stores.problems import StoreKeyRefused
from bridge.stores.woocommerce.client import SECRET_WRONG, WooCommerceClient
from bridge.stores.woocommerce.settings import WooCommerceSettings

LEAST_RIGHTS = "an API key of a shop manager with Read/Write; Read suffices where no number is written back"
WRITE = "write the ERP number into an order"
HEADER_DROPPED = (
    "The shop knows the key when it stands in the address, so its host takes the Authorization header away: "
    "let the host pass it on, or set key_in_query = true of the store in bridge.toml. Then: bridge check."
)
NOT_HTTPS = (
    "If they are right, the shop may not know that it is asked over HTTPS, as behind a proxy that does not say so: "
    "WooCommerce then looks at no such key."
)


def action_for(error: BridgeError, settings: WooCommerceSettings, client: WooCommerceClient) -> str:
    """What to do about an error. Where the key is refused, the shop is asked whether the key was heard at all."""
    action = error.problem.action
    if not isinstance(error, StoreKeyRefused) or error.subject.get("code") == SECRET_WRONG:
        return action
    if not settings.key_in_query and client.knows_key_in_query():
        return HEADER_DROPPED
    return f"{action} {NOT_HTTPS}"


def findings_of_rights(store: str, client: WooCommerceClient) -> list[Finding]:
    """Whether the key may write, and what cannot be known."""
    unknown = (
        "what else its user may do the API does not tell, and a WooCommerce key may do all that its user may: least is "
        "the role shop manager, see WooCommerce, Settings, Advanced, REST API"
    )
    tried = f"store {store}: rights of the key"
    try:
        client.takes_writes(WRITE)
    except StoreKeyRefused:
        reads = "it may read and not write, which suffices where no number is written back (write_back = false)"
        return [Finding(tried, True, f"{reads}; {unknown}")]
    except BridgeError as error:
        shows = f"whether it may write shows at the first write-back ({error.problem.message.rstrip('.')})"
        return [Finding(tried, True, f"{shows}; {unknown}")]
    return [Finding(tried, True, f"it may read and write orders, as a write-back needs; {unknown}")]

"""Everything that belongs to a batch of PrestaShop orders, asked for with one question for each resource.

`filter[id]=[1|2|3]` brings many rows at once. What stands still during a look (countries, currencies, states of orders)
is kept for it. A row that the shop can't show takes its whole answer with it: then fewer are asked for, until it stands
alone, and only its order waits. Hashes of passwords and data of cards are never asked for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.stores.prestashop.client import PageUnreadable, PrestaShopClient
from bridge.stores.prestashop.parts import DETAILS, ORDERS, SETTINGS, OrderParts
from bridge.stores.prestashop.payments import SIBLINGS
from bridge.stores.prestashop.states import PREFIX
from bridge.stores.prestashop.xml import Part
from bridge.stores.problems import StoreKeyRefused
from bridge.stores.raw import Unreadable

KEYS_AT_ONCE_MAX = 100
BROKEN_TOGETHER_MAX = 3  # more rows that are all broken are no matter of single orders
KEPT_MAX = 2_000  # rows of one resource that are kept for a look
CUSTOMER = "[id,id_default_group,id_lang,email,company,siret,ape,is_guest]"
PAYMENT = "[id,order_reference,id_currency,amount,payment_method,conversion_rate,transaction_id,date_add]"
SIBLING = "[id,id_cart,reference,total_paid_tax_incl]"
SETTING = "[id,name,value,id_shop]"
KEPT_SETTINGS = ("PS_TIMEZONE", "PS_COUNTRY_DEFAULT", "PS_PRICE_DISPLAY_PRECISION")
_ASKABLE = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(slots=True)
class Found:
    """The rows of one question by their key, and why the shop can't show those of some keys."""

    rows: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    broken: dict[str, str] = field(default_factory=dict)
    error: PageUnreadable | None = None  # of the last broken one

    def of(self, keys: Iterable[str]) -> list[Part]:
        """The rows of some keys. Raises Unreadable where the shop can't show one of them."""
        wanted = list(dict.fromkeys(keys))
        for key in wanted:
            if key in self.broken:
                raise Unreadable(self.broken[key])
        return [part for key in wanted for part in self.rows.get(key, ())]


class Relations:
    """Asks one shop for what hangs together. Forget what was kept at the start of each look."""

    def __init__(self, client: PrestaShopClient, shop_id: str) -> None:
        self._client = client
        self._shop_id = shop_id
        self._kept: dict[str, Found] = {}
        self._settings: list[Part] | None = None
        self._reads_cart_rules = True

    def forget(self) -> None:
        self._kept.clear()
        self._settings = None
        self._reads_cart_rules = True

    @property
    def known_settings(self) -> list[Part]:
        """The shop's settings as far as this look has asked for them; asks nobody."""
        return self._settings or []

    def settings(self) -> list[Part]:
        """The shop's settings that orders are read with: zone, country, and which state means what."""
        if self._settings is None:
            names = "|".join(KEPT_SETTINGS)
            shop = self._client.rows(SETTINGS, {"name": f"[{names}]"}, SETTING)
            states = self._client.rows(SETTINGS, {"name": f"[{PREFIX}]%"}, SETTING)
            self._settings = sorted([*shop.parts, *states.parts], key=self._distance)
        return self._settings

    def _distance(self, setting: Part) -> int:
        """A shop's own setting comes before that of all shops, and that before another shop's."""
        of_shop = setting["id_shop"]
        if of_shop and of_shop == self._shop_id:
            return 0
        return 1 if of_shop in ("", "0") else 2

    def by_key(self, resource: str, name: str, keys: Iterable[str], display: str = "full", **more: str) -> Found:
        """The rows whose field has one of these values."""
        found = Found()
        askable = [key for key in dict.fromkeys(keys) if key != "0" and _ASKABLE.fullmatch(key)]
        for start in range(0, len(askable), KEYS_AT_ONCE_MAX):
            self._ask(found, resource, name, askable[start : start + KEYS_AT_ONCE_MAX], display, more)
        if found.error is not None and len(found.broken) == len(askable) > BROKEN_TOGETHER_MAX:
            raise found.error  # none of many can be shown: that is the shop's trouble
        return found

    def parts_of(self, orders: Sequence[Part]) -> dict[str, OrderParts | Unreadable]:
        """Each order with all that belongs to it, by its id."""
        batch = _Batch(self, orders)
        found: dict[str, OrderParts | Unreadable] = {}
        for order in orders:
            try:
                found[order.key] = batch.parts(order)
            except Unreadable as error:
                found[order.key] = error
        return found

    def kept(self, resource: str, ids: Iterable[str]) -> Found:
        """Rows that stand still during a look, each asked for once."""
        known = self._kept.setdefault(resource, Found())
        if len(known.rows) > KEPT_MAX:
            known = self._kept[resource] = Found()
        missing = [one for one in ids if one not in known.rows and one not in known.broken]
        if missing:
            more = self.by_key(resource, "id", missing)
            known.rows.update({one: more.rows.get(one, []) for one in missing})
            known.broken |= more.broken
        return known

    def cart_rules(self, ids: Iterable[str]) -> Found:
        """Codes and gifts of cart rules. Nothing where the key may not read them: gifts stay goods and discount."""
        if not self._reads_cart_rules:
            return Found()
        try:
            return self.kept("cart_rules", ids)
        except StoreKeyRefused:
            self._reads_cart_rules = False
            return Found()

    def _ask(
        self, found: Found, resource: str, name: str, keys: Sequence[str], display: str, more: Mapping[str, str]
    ) -> None:
        if not keys:
            return
        asked = {name: f"[{'|'.join(keys)}]", **more}
        try:
            rows = self._client.rows(resource, asked, display, sort="[id_ASC]")
        except PageUnreadable:
            if len(keys) == 1:
                self._alone(found, resource, asked, keys[0], name, display)
                return
            half = len(keys) // 2
            self._ask(found, resource, name, keys[:half], display, more)
            self._ask(found, resource, name, keys[half:], display, more)
            return
        wanted = frozenset(keys)
        for part in rows.parts:
            if part[name] in wanted:  # a filter that the shop takes loosely brings others too
                found.rows[part[name]].append(part)

    def _alone(self, found: Found, resource: str, asked: Mapping[str, str], key: str, name: str, display: str) -> None:
        """One row that the shop did not show: it is to blame if it fails again while the shop answers otherwise."""
        self._client.rows(resource, {}, "minimum", limit="1")  # raises where the shop itself is in trouble
        try:
            rows = self._client.rows(resource, asked, display)
        except PageUnreadable as error:
            found.broken[key] = error.of_one.format(resource=resource)
            found.error = error
            return
        found.rows[key].extend(part for part in rows.parts if part[name] == key)


class _Batch:
    """The relations of the orders of one page."""

    def __init__(self, relations: Relations, orders: Sequence[Part]) -> None:
        self._relations = relations
        ids = [order.key for order in orders]
        references = [order["reference"] for order in orders]
        by_key, kept = relations.by_key, relations.kept
        self._details = by_key(DETAILS, "id_order", ids)
        self._rules = by_key("order_cart_rules", "id_order", ids)
        self._slips = by_key("order_slip", "id_order", ids)
        self._messages = by_key("messages", "id_order", ids, private="[0]")
        self._payments = by_key("order_payments", "order_reference", references, PAYMENT)
        self._siblings = by_key(ORDERS, "reference", references, SIBLING)
        self._customers = by_key("customers", "id", [order["id_customer"] for order in orders], CUSTOMER)
        addresses = [order[name] for order in orders for name in ("id_address_invoice", "id_address_delivery")]
        self._addresses = by_key("addresses", "id", addresses)
        self._cart_rules = relations.cart_rules(self._values(self._rules, "id_cart_rule"))
        self._countries = kept("countries", self._values(self._addresses, "id_country"))
        self._states = kept("states", self._values(self._addresses, "id_state"))
        taxes = [row.get("id", "") for part in _rows(self._details) for row in part.lists.get("taxes", ())]
        self._taxes = kept("taxes", taxes)
        self._currencies = kept("currencies", [order["id_currency"] for order in orders])
        self._languages = kept("languages", [order["id_lang"] for order in orders])
        self._carriers = kept("carriers", [order["id_carrier"] for order in orders])
        self._order_states = kept("order_states", [order["current_state"] for order in orders])

    def parts(self, order: Part) -> OrderParts:
        """Raises Unreadable where the shop can't show a part of it."""
        details, rules = self._details.of([order.key]), self._rules.of([order.key])
        addresses = self._addresses.of([order["id_address_invoice"], order["id_address_delivery"]])
        taxes = [row.get("id", "") for part in details for row in part.lists.get("taxes", ())]
        return OrderParts(
            order,
            {
                DETAILS: details,
                "order_cart_rules": rules,
                "cart_rules": self._cart_rules.of(part["id_cart_rule"] for part in rules),
                "order_slip": self._slips.of([order.key]),
                "order_payments": self._payments.of([order["reference"]]),
                SIBLINGS: self._siblings.of([order["reference"]]),
                "messages": self._messages.of([order.key]),
                "customers": self._customers.of([order["id_customer"]]),
                "addresses": addresses,
                "countries": self._countries.of(part["id_country"] for part in addresses),
                "states": self._states.of(part["id_state"] for part in addresses),
                "taxes": self._taxes.of(taxes),
                "currencies": self._currencies.of([order["id_currency"]]),
                "languages": self._languages.of([order["id_lang"]]),
                "carriers": self._carriers.of([order["id_carrier"]]),
                "order_states": self._order_states.of([order["current_state"]]),
                SETTINGS: self._settings_of(order),
            },
        )

    def _settings_of(self, order: Part) -> list[Part]:
        """The settings that this order is read with: of the states only its own."""
        state = order["current_state"]
        return [
            part for part in self._relations.settings() if not part["name"].startswith(PREFIX) or part["value"] == state
        ]

    @staticmethod
    def _values(found: Found, name: str) -> list[str]:
        return [part[name] for part in _rows(found)]


def _rows(found: Found) -> list[Part]:
    return [part for parts in found.rows.values() for part in parts]

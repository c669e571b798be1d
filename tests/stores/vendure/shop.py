"""The real Vendure shop as tests use it: its visitors, its administrator, and a hand in its database.

Orders are placed through the shop's own API. Where a test needs hundreds, a placed one is copied row by row in the
database, as it stands there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from bridge.config.values import Secret, StoreSettings
from bridge.domain.clock import Clock
from bridge.stores.vendure.store import VendureStore, open_store
from tests.stores.vendure.server import Api, VendureServer, vendure_server

CUP, LAPTOP, BOOK, DESK, GIFT_CARD = "1001", "L2201308", "00173", "TWO-TAX", "GIFT-50"
USER, PASSWORD = "bridge@example.com", "a-bridge-password"
ADDRESS = {
    "fullName": "Ada Example",
    "streetLine1": "Długa 7",
    "city": "Kraków",
    "postalCode": "30-001",
    "countryCode": "PL",
    "phoneNumber": "+48500100200",
}
# Children before parents: the database holds them to it.
OF_ORDERS = (
    "order_line_reference", "surcharge", "order_modification", "refund", "payment", "stock_movement",
    "order_line", "shipping_line", "history_entry", "order_promotions_promotion", "order_fulfillments_fulfillment",
    "order_channels_channel", "fulfillment",
)  # fmt: skip
COPIES_AT_ONCE = 2000
COPIED_EVERY_MS = 200
SETTLED_S = 600  # longer ago than the overlap, so that a look need not read them twice


@cache
def least_login() -> dict[str, str]:
    """An administrator with just the rights that the docs name, and an API key of the same role. Made once."""
    admin = superadmin()
    role = admin(
        "mutation ($role: CreateRoleInput!) { createRole(input: $role) { id } }",
        role={"code": "bridge", "description": "erp-bridge", "permissions": ["ReadOrder", "UpdateOrder"]},
    )["id"]
    person = {"firstName": "Erp", "lastName": "Bridge", "emailAddress": USER, "password": PASSWORD, "roleIds": [role]}
    admin("mutation ($input: CreateAdministratorInput!) { createAdministrator(input: $input) { id } }", input=person)
    key = admin(
        "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey } }",
        input={"roleIds": [role], "translations": [{"languageCode": "en", "name": "erp-bridge"}]},
    )
    return {"user": USER, "password": PASSWORD, "api_key": str(key["apiKey"])}


@cache
def superadmin() -> Api:
    """One session of the superadmin for all tests: a login costs the shop more than an order."""
    return vendure_server().admin_api()


@cache
def variants() -> Mapping[str, str]:
    """SKU to variant id."""
    found = superadmin()("{ productVariants { items { id sku } } }")["items"]
    return {one["sku"]: one["id"] for one in found}


class VendureShop:
    """One empty shop and connections to it."""

    def __init__(self, server: VendureServer) -> None:
        self.server = server
        self.admin = superadmin()
        self.url = f"{server.url}/admin-api"
        self.ours: Clock = lambda: datetime.now(UTC)
        self._opened: list[VendureStore] = []
        self._empty()

    # the connector

    def open(self, **options: Any) -> VendureStore:
        """By user and password; `api_key=True` takes the key in their place."""
        store = open_store("shop", settings({"url": self.url, **options}), self.ours)
        self._opened.append(store)
        return store

    def close(self) -> None:
        for store in self._opened:
            store.close()

    # a visitor

    def place(self, count: int = 1) -> list[str]:
        """Paid orders of three cups each."""
        if count <= 5:
            return [self.order((CUP, 3)) for _ in range(count)]
        return self.copies(self.order((CUP, 3)), count - 1)

    def order(
        self,
        *goods: tuple[str, int],
        payments: Sequence[tuple[str, Mapping[str, Any]]] = (("card", {}),),
        shipping: str = "parcel",
        address: Mapping[str, Any] | None = None,
        billing: Mapping[str, Any] | None = None,
        custom: Mapping[str, Any] | None = None,
        lines: Mapping[str, Any] | None = None,
        coupons: Sequence[str] = (),
        channel: str = "",
    ) -> str:
        """One guest's order, to its end: an item after the other, address, shipping, payments. Gives its id."""
        visitor = self.server.shop_api(**({"vendure-token": channel} if channel else {}))
        order = self.cart(visitor, *goods, lines=lines)
        for code in coupons:
            visitor(f'mutation {{ applyCouponCode(couponCode: "{code}") {FAILS} }}')
        customer = {"firstName": "Ada", "lastName": "Example", "emailAddress": f"ada{order}@example.com"}
        visitor(f"mutation ($it: CreateCustomerInput!) {{ setCustomerForOrder(input: $it) {FAILS} }}", it=customer)
        where = {**ADDRESS, **(address or {})}
        visitor(f"mutation ($it: CreateAddressInput!) {{ setOrderShippingAddress(input: $it) {FAILS} }}", it=where)
        if billing:
            bill = {**ADDRESS, **billing}
            visitor(f"mutation ($it: CreateAddressInput!) {{ setOrderBillingAddress(input: $it) {FAILS} }}", it=bill)
        if custom:
            fields = {"customFields": dict(custom)}
            visitor(f"mutation ($it: UpdateOrderInput!) {{ setOrderCustomFields(input: $it) {FAILS} }}", it=fields)
        methods = {one["code"]: one["id"] for one in visitor("{ eligibleShippingMethods { id code } }")}
        way = [methods[shipping]]
        visitor(f"mutation ($it: [ID!]!) {{ setOrderShippingMethod(shippingMethodId: $it) {FAILS} }}", it=way)
        visitor(f'mutation {{ transitionOrderToState(state: "ArrangingPayment") {FAILS} }}')
        for method, metadata in payments:
            pay = {"method": method, "metadata": dict(metadata)}
            visitor(f"mutation ($it: PaymentInput!) {{ addPaymentToOrder(input: $it) {FAILS} }}", it=pay)
        return order

    def cart(self, visitor: Api, *goods: tuple[str, int], lines: Mapping[str, Any] | None = None) -> str:
        """A cart; gives its id."""
        custom = ", customFields: $custom" if lines else ""
        more = ", $custom: OrderLineCustomFieldsInput" if lines else ""
        order = ""
        for sku, quantity in goods:
            added = visitor(
                f"mutation ($id: ID!, $n: Int!{more}) {{ addItemToOrder(productVariantId: $id, quantity: $n{custom}) "
                "{ __typename ... on Order { id } ... on ErrorResult { errorCode message } } }",
                id=variants()[sku], n=quantity, **({"custom": dict(lines)} if lines else {}),
            )  # fmt: skip
            order = added["id"]
        return order

    # the administrator

    def change(self, store_order_id: str) -> None:
        """One cup of the order is cancelled."""
        line = self.line_ids(store_order_id)[0]
        self.cancel(store_order_id, [(line, 1)])

    def cancel(self, store_order_id: str, lines: Sequence[tuple[str, int]] = ()) -> None:
        """Some pieces, or all of it with its shipping."""
        order: dict[str, Any] = {"orderId": store_order_id, "reason": "a test", "cancelShipping": not lines}
        if lines:
            order["lines"] = [{"orderLineId": line, "quantity": quantity} for line, quantity in lines]
        self.admin(f"mutation ($it: CancelOrderInput!) {{ cancelOrder(input: $it) {FAILS} }}", it=order)

    def refund(self, store_order_id: str, amount: Decimal, lines: Sequence[tuple[str, int]] = ()) -> bool:
        """Money of the last payment that has any, by amount."""
        payment = next(one for one in reversed(self.payments(store_order_id)) if one["state"] == "Settled")
        pieces = [{"orderLineId": line, "quantity": quantity} for line, quantity in lines]
        refund = {
            "paymentId": payment["id"], "amount": int(amount * 100), "reason": "a test",
            "lines": pieces, "shipping": 0, "adjustment": 0,
        }  # fmt: skip
        self.admin(f"mutation ($it: RefundOrderInput!) {{ refundOrder(input: $it) {FAILS} }}", it=refund)
        return True

    def settle(self, store_order_id: str) -> None:
        """The money of the last payment came in."""
        payment = self.payments(store_order_id)[-1]["id"]
        self.admin(f"mutation ($id: ID!) {{ settlePayment(id: $id) {FAILS} }}", id=payment)

    def edit_address(self, store_order_id: str, **fields: str) -> None:
        """In the way of the admin pages: modify, save, and back again."""
        self.move(store_order_id, "Modifying")
        self.modify(store_order_id, updateShippingAddress=fields)
        self.move(store_order_id, "PaymentSettled")

    def modify(self, store_order_id: str, **changes: Any) -> None:
        order = {"dryRun": False, "orderId": store_order_id, **changes}
        self.admin(f"mutation ($it: ModifyOrderInput!) {{ modifyOrder(input: $it) {FAILS} }}", it=order)

    def move(self, store_order_id: str, state: str) -> None:
        """To another state."""
        query = f"mutation ($id: ID!, $to: String!) {{ transitionOrderToState(id: $id, state: $to) {FAILS} }}"
        self.admin(query, id=store_order_id, to=state)

    def ship(self, store_order_id: str) -> None:
        """All of it leaves the house."""
        lines = [{"orderLineId": one["id"], "quantity": one["quantity"]} for one in self.lines(store_order_id)]
        by_hand = [{"name": "method", "value": "post"}, {"name": "trackingCode", "value": "T-1"}]
        parcel = {"lines": lines, "handler": {"code": "manual-fulfillment", "arguments": by_hand}}
        made = self.admin(
            "mutation ($it: FulfillOrderInput!) { addFulfillmentToOrder(input: $it) "
            "{ __typename ... on Fulfillment { id } ... on ErrorResult { errorCode message } } }",
            it=parcel,
        )
        query = f'mutation ($id: ID!) {{ transitionFulfillmentToState(id: $id, state: "Shipped") {FAILS} }}'
        self.admin(query, id=made["id"])

    def write_number(self, store_order_id: str, number: str, field: str = "erpNumber") -> None:
        """Somebody writes an ERP number by hand."""
        order = {"id": store_order_id, "customFields": {field: number}}
        self.admin("mutation ($it: UpdateOrderInput!) { setOrderCustomFields(input: $it) { id } }", it=order)

    def number_of(self, store_order_id: str, field: str = "erpNumber") -> str | None:
        query = f"query ($id: ID!) {{ order(id: $id) {{ customFields {{ {field} }} }} }}"
        found: str | None = self.admin(query, id=store_order_id)["customFields"][field]
        return found

    def lines(self, store_order_id: str) -> list[dict[str, Any]]:
        query = "query ($id: ID!) { order(id: $id) { lines { id quantity } } }"
        found: list[dict[str, Any]] = self.admin(query, id=store_order_id)["lines"]
        return found

    def line_ids(self, store_order_id: str) -> list[str]:
        return [one["id"] for one in self.lines(store_order_id)]

    def payments(self, store_order_id: str) -> list[dict[str, Any]]:
        query = "query ($id: ID!) { order(id: $id) { payments { id state amount } } }"
        found: list[dict[str, Any]] = self.admin(query, id=store_order_id)["payments"]
        return found

    # the database

    def change_together(self, store_order_ids: Sequence[str]) -> None:
        """A script cancels a piece of every order with one statement."""
        ids = ",".join(str(int(one)) for one in store_order_ids)
        self.server.sql(
            (f"update order_line set quantity = quantity - 1 where orderId in ({ids})", []),
            (f"update \"order\" set updatedAt = datetime('now') where id in ({ids})", []),
        )

    def change_unseen(self, store_order_id: str) -> bool:
        """An address is edited in the admin pages."""
        self.edit_address(store_order_id, streetLine1="Krótka 1")
        return True

    def long_ago(self) -> None:
        """As if every order had been placed and changed a day ago."""
        ago = "datetime('now', '-1 day')"
        self.server.sql((f'update "order" set updatedAt = {ago}, orderPlacedAt = {ago}', []))

    def untouched(self) -> None:
        """As if no order had been changed since yesterday."""
        self.server.sql(("update \"order\" set updatedAt = datetime('now', '-1 day')", []))

    def place_malformed(self) -> None:
        """A plug-in stored a currency that is none: the shop itself fails at this order."""
        (placed,) = self.place()
        self.server.sql(('update "order" set currencyCode = ? where id = ?', ["NONE", int(placed)]))

    def remove(self, store_order_id: str) -> bool:
        """Deleted from the database: the shop has no other way."""
        self.server.sql(
            ("pragma foreign_keys = off", []),
            ("delete from order_channels_channel where orderId = ?", [int(store_order_id)]),
            ('delete from "order" where id = ?', [int(store_order_id)]),
            ("pragma foreign_keys = on", []),
        )
        return True

    def copies(self, store_order_id: str, count: int) -> list[str]:
        """So many copies of an order, placed and changed a moment apart some minutes ago; gives its id and theirs."""
        assert count <= COPIES_AT_ONCE
        first = int(store_order_id)
        start = datetime.now(UTC) - timedelta(seconds=SETTLED_S, milliseconds=COPIED_EVERY_MS * count)
        moment = (
            f"strftime('%Y-%m-%d %H:%M:%f', '{start:%Y-%m-%d %H:%M:%S.%f}', "
            f"(n.i * {COPIED_EVERY_MS} / 1000.0) || ' seconds')"
        )
        numbers = f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {count}) "
        changed = {"order": {"code": "'COPY' || (o.id * 10000 + n.i)", "updatedAt": moment, "orderPlacedAt": moment}}
        statements = []
        for table in ("order", "order_line", "shipping_line", "payment", "order_channels_channel"):
            columns = self.columns(table)
            values = {column: f"o.{column}" for column in columns}
            if "id" in values:
                top = self.server.sql((f'select coalesce(max(id), 0) as top from "{table}"', []))[0][0]["top"]
                base = first if table == "order" else top
                values["id"] = f"{base} + n.i"
            if "orderId" in values:
                values["orderId"] = f"{first} + n.i"
            values |= changed.get(table, {})
            key = "id" if table == "order" else "orderId"
            into = ", ".join(columns)
            statements.append(
                (f'{numbers} insert into "{table}" ({into}) select {", ".join(values[one] for one in columns)} '
                 f'from "{table}" o, n where o.{key} = ?', [first])
            )  # fmt: skip
        self.server.sql(*statements)
        return [str(first + step) for step in range(count + 1)]

    def columns(self, table: str) -> list[str]:
        return [row["name"] for row in self.server.sql((f'pragma table_info("{table}")', []))[0]]

    def now(self) -> datetime:
        return datetime.now(UTC)

    def _empty(self) -> None:
        """No order, nobody's cart."""
        deletes: list[tuple[str, list[Any]]] = [(f'delete from "{table}"', []) for table in OF_ORDERS]
        self.server.sql(
            ("update session set activeOrderId = null", []), *deletes, ('delete from "order"', []),
        )  # fmt: skip


FAILS = "{ __typename ... on ErrorResult { errorCode message } }"


def settings(options: Mapping[str, Any]) -> StoreSettings:
    """`[stores.shop]` of the shop, with a login of the least rights."""
    login, given = least_login(), dict(options)
    secrets: dict[str, Any] = {"user": login["user"], "password": Secret("env:PASSWORD", login["password"])}
    if given.pop("api_key", False):
        secrets = {"api_key": Secret("env:KEY", login["api_key"])}
    return StoreSettings("shop", "vendure", {**secrets, **given}, "bridge.toml:7")


@contextmanager
def vendure_shop() -> Iterator[VendureShop]:
    """The shop, emptied."""
    shop = VendureShop(vendure_server())
    yield shop
    shop.close()

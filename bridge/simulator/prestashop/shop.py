"""The simulated PrestaShop behind its web service: what people and modules do, and what that moves.

`date_upd` of an order moves by a change of state and by saving the order's own row. An address, a message, a slip, a
tracking number and the order's lines have rows of their own: they move nothing (whether a payment moves it differs by
version: `payment_moves`). Times are written in the shop's zone without saying which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from bridge.simulator.clock import Clock
from bridge.simulator.prestashop.defaults import TAX_IDS, fill_defaults
from bridge.simulator.prestashop.orders import Basket, Rule, detail_rows, order_amounts, order_rows, six
from bridge.simulator.prestashop.tables import Row, Tables

PAID, CANCELED, REFUNDED, WAITS_FOR_WIRE = "2", "6", "7", "10"
NEVER = "0000-00-00 00:00:00"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(slots=True)
class PrestaShop:
    """One shop with its tables, clock and zone."""

    clock: Clock
    zone: ZoneInfo
    tables: Tables = field(default_factory=Tables)
    payment_moves: bool = False

    def __post_init__(self) -> None:
        fill_defaults(self.tables, self.zone.key)

    def now(self) -> str:
        """The shop's local time as its tables hold it."""
        return self.clock().astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")

    def place(
        self, basket: Basket | None = None, address: Mapping[str, str] | None = None,
        delivery: Mapping[str, str] | None = None, customer: Mapping[str, str] | None = None, paid: bool = True,
        note: str = "", reference: str = "", cart: str = "",
    ) -> str:  # fmt: skip
        """A new order of a new customer; gives its id. A paid one has a payment and stands in a paid state."""
        basket = basket or Basket()
        with self.tables.lock:
            buyer = self._customer(customer or {})
            invoice = self._address(buyer, address or {})
            details = detail_rows(basket)
            number = self.tables.add("orders", {
                "id_customer": buyer, "id_address_invoice": invoice,
                "id_address_delivery": self._address(buyer, delivery) if delivery else invoice,
                **self._order_fields(), **order_amounts(basket, details), **basket.fields,
            })  # fmt: skip
            self._complete(number, details, basket.rules, reference, cart)
            if note:
                self.write_message(number, note, private=False, by_customer=True)
            if paid:
                self.pay(number)
            return str(number)

    def pay(self, order_id: int | str, amount: str = "", transaction_id: str = "") -> None:
        """A payment comes in, and the order goes to a paid state."""
        with self.tables.lock:
            self.add_payment(order_id, amount, transaction_id)
            self.set_state(order_id, PAID)

    def add_payment(self, order_id: int | str, amount: str = "", transaction_id: str = "", moves: bool = False) -> None:
        """One payment row: it hangs on the reference, so all orders of one cart share it."""
        order = self.tables.row("orders", order_id)
        value = Decimal(amount or order["total_paid_tax_incl"])
        self.tables.add("order_payments", {
            "order_reference": order["reference"], "id_currency": order["id_currency"], "amount": six(value),
            "payment_method": order["payment"], "conversion_rate": "1.000000", "transaction_id": transaction_id,
            "date_add": self.now(),
        })  # fmt: skip
        self.tables.change("orders", order_id, total_paid_real=six(Decimal(order["total_paid_real"]) + value))
        if moves or self.payment_moves:
            self.save(order_id)

    def set_state(self, order_id: int | str, state: str) -> None:
        """A change of state: a row of history, and it moves."""
        with self.tables.lock:
            logable = self.tables.row("order_states", state)["logable"]
            self.tables.add("order_histories", {
                "id_employee": "1", "id_order_state": state, "id_order": str(order_id), "date_add": self.now(),
            })  # fmt: skip
            self.save(order_id, current_state=state, valid=logable)

    def save(self, order_id: int | str, **values: str) -> None:
        """The order's own row is saved: it moves."""
        self.tables.change("orders", order_id, **values, date_upd=self.now())

    def edit_address(self, order_id: int | str, **values: str) -> None:
        """The administrator corrects the delivery address in place: it moves nothing."""
        address = self.tables.row("orders", order_id)["id_address_delivery"]
        self.tables.change("addresses", address, **values, date_upd=self.now())

    def new_address(self, order_id: int | str, **values: str) -> None:
        """The order's address is exchanged for a new one: the order's row is saved, the old address stays."""
        order = self.tables.row("orders", order_id)
        old = self.tables.row("addresses", order["id_address_delivery"])
        self.tables.change("addresses", old["id"], deleted="1")
        number = self.tables.add("addresses", {**old, **values, "id": ""})
        self.save(order_id, id_address_delivery=str(number))

    def refund(self, order_id: int | str, given: Mapping[str, tuple[int, str, str]], shipping: str = "0") -> int:
        """A credit slip: order_detail id -> (quantity, net, gross); it moves nothing. Gives the slip's id.

        Its `amount` is net, as in a shop that adds taxes; with shipping its type is 2 (`OrderSlip::create`).
        """
        order = self.tables.row("orders", order_id)
        net = sum((Decimal(one[1]) for one in given.values()), Decimal(0))
        gross = sum((Decimal(one[2]) for one in given.values()), Decimal(0))
        return self.tables.add("order_slip", {
            "id_order": str(order_id), "id_customer": order["id_customer"], "conversion_rate": "1.000000",
            "total_products_tax_excl": six(net), "total_products_tax_incl": six(gross),
            "total_shipping_tax_excl": six(Decimal(shipping)), "total_shipping_tax_incl": six(Decimal(shipping)),
            "amount": six(net), "shipping_cost": "0", "shipping_cost_amount": six(Decimal(shipping)), "partial": "1",
            "order_slip_type": "2" if Decimal(shipping) else "0", "date_add": self.now(), "date_upd": self.now(),
            "order_slip_details": [
                {"id": f"{place}", "id_order_detail": detail, "product_quantity": str(one[0]),
                 "amount_tax_excl": six(Decimal(one[1])), "amount_tax_incl": six(Decimal(one[2]))}
                for place, (detail, one) in enumerate(given.items(), start=1)
            ],
        })  # fmt: skip

    def delete(self, order_id: int | str) -> None:
        """Deleted for good."""
        self.tables.remove("orders", order_id)

    def write_message(self, order_id: int | str, text: str, private: bool = True, by_customer: bool = False) -> int:
        """A message of the order; it moves nothing."""
        customer = self.tables.row("orders", order_id)["id_customer"] if by_customer else "0"
        return self.tables.add("messages", {
            "id_order": str(order_id), "id_cart": "0", "id_customer": customer,
            "id_employee": "0" if by_customer else "1", "message": text, "private": str(int(private)),
            "date_add": self.now(),
        })  # fmt: skip

    def written(self, method: str, resource: str, sent: Mapping[str, str]) -> Row:
        """A write of the web service. A PUT replaces the whole row: what was not sent becomes null."""
        with self.tables.lock:
            if method == "POST":
                dates = {"date_add": self.now(), "date_upd": self.now()}
                zeros = {"id_cart": "0", "id_customer": "0", "id_employee": "0"} if resource == "messages" else {}
                number = self.tables.add(resource, {**dates, **zeros, **sent})
            else:
                number = int(sent["id"])
                if method == "PUT":
                    kept = self.tables.row(resource, number)
                    self.tables.change(resource, number, **{name: "" for name in kept if name != "id"})
                self.tables.change(resource, number, **sent, date_upd=self.now())
            return self.tables.row(resource, number)

    def messages(self, order_id: int | str) -> list[str]:
        """The texts of an order's messages, oldest first."""
        return [row["message"] for row in self.tables.rows("messages") if row["id_order"] == str(order_id)]

    def thread_messages(self, order_id: int | str) -> list[str]:
        """The texts of the customer service about an order: what the order's page shows from 1.7 on."""
        threads = {row["id"] for row in self.tables.rows("customer_threads") if row["id_order"] == str(order_id)}
        rows = self.tables.rows("customer_messages")
        return [row["message"] for row in rows if row["id_customer_thread"] in threads]

    def details(self, order_id: int | str) -> list[Row]:
        """The rows of an order's lines."""
        return [row for row in self.tables.rows("order_details") if row["id_order"] == str(order_id)]

    def _order_fields(self) -> Row:
        now = self.now()
        return {
            "id_currency": "1", "id_lang": "1", "id_carrier": "2", "current_state": WAITS_FOR_WIRE,
            "module": "ps_wirepayment", "payment": "Bank wire", "invoice_number": "0", "invoice_date": NEVER,
            "delivery_number": "0", "delivery_date": NEVER, "valid": "0", "date_add": now, "date_upd": now,
            "id_shop_group": "1", "id_shop": "1", "secure_key": "0" * 32, "recyclable": "0", "gift": "0",
            "mobile_theme": "0", "conversion_rate": "1.000000",
        }  # fmt: skip

    def _complete(self, number: int, details: Sequence[Row], rules: Sequence[Rule], reference: str, cart: str) -> None:
        shown = []
        for row in details:
            whole = {**row, "id_order": str(number)}
            if not whole["taxes"] and row["unit_price_tax_incl"] != row["unit_price_tax_excl"]:
                whole["taxes"] = [{"id": TAX_IDS[_percent(row)]}]
            shown.append(self.tables.row("order_details", self.tables.add("order_details", whole)))
        self.tables.change(
            "orders", number, reference=reference or _reference(number), id_cart=cart or str(number),
            order_rows=order_rows(shown),
        )  # fmt: skip
        for rule in rules:
            known = self.tables.add("cart_rules", {
                "code": rule.code, "name": rule.name, "free_shipping": str(int(rule.free_shipping)),
                "gift_product": str(rule.gift_product), "gift_product_attribute": str(rule.gift_combination),
                "reduction_percent": rule.percent, "reduction_amount": rule.amount,
                "reduction_product": str(rule.product),
            })  # fmt: skip
            self.tables.add("order_cart_rules", {
                "id_order": str(number), "id_cart_rule": str(known), "id_order_invoice": "0", "name": rule.name,
                "value": six(Decimal(rule.value)), "value_tax_excl": six(Decimal(rule.value_net)),
                "free_shipping": str(int(rule.free_shipping)), "deleted": "0",
            })  # fmt: skip

    def _customer(self, given: Mapping[str, str]) -> str:
        row = {
            "id_default_group": "3", "id_lang": "1", "passwd": "secret-hash", "firstname": "Ada", "lastname": "Rossi",
            "email": "ada@buyer.example", "active": "1", "is_guest": "0", "deleted": "0", **given,
        }  # fmt: skip
        return str(self.tables.add("customers", row))

    def _address(self, customer: str, given: Mapping[str, str]) -> str:
        row = {
            "id_customer": customer, "id_country": "14", "id_state": "0", "alias": "Home", "firstname": "Ada",
            "lastname": "Rossi", "address1": "Polna 5", "postcode": "81-001", "city": "Gdynia", "phone": "+48586601234",
            "deleted": "0", "date_add": self.now(), "date_upd": self.now(), **given,
        }  # fmt: skip
        return str(self.tables.add("addresses", row))


def _percent(row: Row) -> int:
    return round((Decimal(row["unit_price_tax_incl"]) / Decimal(row["unit_price_tax_excl"]) - 1) * 100)


def _reference(number: int) -> str:
    """Nine letters, as the shop makes them; ours follow from the id."""
    letters = ""
    for _ in range(9):
        number, letter = divmod(number, 26)
        letters = _LETTERS[letter] + letters
    return letters

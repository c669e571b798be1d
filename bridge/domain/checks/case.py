"""The case of one order: what every check is given. Made once per judgement; checks only read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.contract import Line, Order, Party
from bridge.domain.maps import WITH_ARTICLE
from bridge.domain.money import minor_unit
from bridge.domain.policies import RoundedItem
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.rules import Rules
from bridge.domain.travelling import travelling
from bridge.domain.travelling_parties import travelling_parties

# Field names in the words of people, where the name with blanks for underscores does not do.
_LABELS = {
    "customer_note": "customer note",
    "external_id": "external id",
    "tax_id": "tax id",
    "email": "e-mail",
    "sku": "SKU",
    "erp_sku": "ERP article",
    "erp_tax_code": "ERP tax code",
    "payment.erp_code": "ERP payment code",
    "shipping_erp_code": "ERP shipping code",
    "extra": "additional address line",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One order with the rules it is judged by.

    lines: as they travel, kits and gifts by the flow's policy. billing, delivery: as they go, in their usual form.
    sold: the order as the store has it, before refunds were taken off `order`.
    """

    order: Order
    rules: Rules
    external_id: str
    lines: tuple[Line, ...]
    minor: Decimal  # the smallest amount of the order's currency
    billing: Party
    delivery: Party
    sold: Order

    @classmethod
    def of(cls, order: Order, rules: Rules, external_id: str, sold: Order | None = None) -> Case:
        """The case of one order. sold: as above; None: itself."""
        to = order.delivery if order.delivery.country else order.billing
        rules = rules.for_order(order.created_at, to.country, to.postal_code, order.tax_exempt)
        minor, parties = minor_unit(order.currency_digits), travelling_parties(order, rules)
        return cls(order, rules, external_id, travelling(order, rules), minor, *parties, sold or order)

    @property
    def country(self) -> str:
        """Where it is delivered; without a delivery address, who pays."""
        return self.order.delivery.country or self.order.billing.country

    def problem(self, kind: ProblemKind, field: str | None = None, **words: object) -> Problem:
        """A problem of this order. Its words always hold `order` and `store`, and `where` for a cause of its own."""
        order = self.order
        where = f"{order.store}/{order.store_order_id}"
        return kind.problem(field, order=order.number, store=order.store, where=where, **words)

    def rounded_items(self) -> int:
        """How many items the store may have rounded: lines, or the pieces on them; at least one."""
        if self.rules.flow.rounded_item == RoundedItem.PIECE:
            return max(1, sum(pieces(line) for line in self.sold.lines))
        return max(1, len(self.sold.lines))

    def roundings(self, line: Line) -> int:
        """How often the store may have rounded what makes a line: it, or its pieces, and what came back of it."""
        of_line = pieces(line) if self.rules.flow.rounded_item == RoundedItem.PIECE else 1
        taken = (refund for refund in self.sold.refunds if refund not in self.order.refunds)
        return of_line + sum(back.position == line.position for refund in taken for back in refund.lines)

    def needing_article(self) -> Iterator[Line]:
        """The travelling lines that need an article of the ERP."""
        return (line for line in self.lines if line.kind in WITH_ARTICLE)


def pieces(line: Line) -> int:
    """How many pieces of a line are rounded on their own: 2.5 metres are three."""
    return max(1, -int(-abs(line.quantity) // 1))


def line_field(line: Line, name: str) -> str:
    """The canonical path of a line's field, by the position that the customer sees."""
    return f"lines[{line.position}].{name}"


def label(path: str) -> str:
    """A field in the words of people: `delivery.street` gives "delivery street", `lines[3].name` "line 3 name"."""
    owner, _, name = path.rpartition(".")
    if owner == "extra":
        return f"extra field {name}"
    if path in _LABELS:
        return _LABELS[path]
    words = _LABELS.get(name, name.replace("_", " "))
    if owner.startswith("lines["):
        return f"line {owner[6:-1]} {words}"
    return f"{owner} {words}" if owner else words


def listed(positions: list[int]) -> str:
    """Line positions for a message: "line 3", "lines 3, 7 and 9"; of many, the first ten."""
    if len(positions) == 1:
        return f"line {positions[0]}"
    if len(positions) > 10:
        return f"lines {', '.join(map(str, positions[:10]))} and {len(positions) - 10} more"
    return f"lines {', '.join(map(str, positions[:-1]))} and {positions[-1]}"

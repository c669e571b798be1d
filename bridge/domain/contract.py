"""The canonical order: what every store's order becomes, and what every profile renders.

Amounts are Decimal in major units of the order's currency; a tax rate is a fraction (0.23, not 23); instants are UTC.
Gross is what the customer owes: all lines (products, shipping, fees, negative discounts) plus rounding. Gift cards and
store credit are payments, not lines. Extra keys are ignored on input, so that a newer store mapper can talk to an
older reader. Checks of sums and rules live in `domain/checks/`, so that all problems are found at once; the model
itself only fixes names and types.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

CONTRACT_VERSION = "1"
GIVEN_PAYMENTS = ("gift_card", "store_credit")  # methods of payments with money that the shop had before


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
# Blanks around it name no other product. StringConstraints would refuse half a character, of which a check tells.
Sku = Annotated[str, AfterValidator(str.strip)]


class PaymentState(StrEnum):
    """Where the money stands, as the store says."""

    PAID = "paid"
    UNPAID = "unpaid"
    AUTHORIZED = "authorized"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    FAILED = "failed"


class LineKind(StrEnum):
    """What a line is; policies of the flow decide how kits and gifts travel."""

    PRODUCT = "product"
    KIT = "kit"
    KIT_COMPONENT = "kit_component"
    CONFIGURABLE = "configurable"
    GIFT = "gift"
    SERVICE = "service"
    SHIPPING = "shipping"
    FEE = "fee"
    DISCOUNT = "discount"
    COMMENT = "comment"


class Model(BaseModel):
    """Frozen, and silent about its input in errors (it holds personal data)."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, extra="ignore")


class Party(Model):
    """One address with its person or company. Every field is personal data."""

    company: str = Field("", description="Company name")
    first_name: str = Field("", description="First name")
    last_name: str = Field("", description="Last name")
    street: str = Field("", description="Street, without the house number where the store keeps them apart")
    house_number: str = Field("", description="House number")
    flat: str = Field("", description="Flat or unit")
    extra: str = Field("", description="Additional address line")
    postal_code: str = Field("", description="Postal code as written in the country")
    city: str = Field("", description="City")
    region: str = Field("", description="Region or state")
    country: str = Field("", description="ISO 3166-1 alpha-2")
    email: str = Field("", description="E-mail")
    phone: str = Field("", description="Phone, E.164 where known")
    tax_id: str = Field("", description="VAT or tax id")


class PaymentPart(Model):
    """One payment of an order: by card, by a gift card, by store credit."""

    method: str = Field(
        "", description="The store's code of the method; gift_card and store_credit are always so named"
    )
    amount: Decimal = Field(description="Amount, positive, in the order's currency")
    transaction_id: str = Field("", description="Id at the provider; of a gift card never its code")


class Payment(Model):
    """How and whether the order is paid."""

    method: str = Field("", description="The store's code of the payment method (key of maps/payment.csv)")
    state: PaymentState = Field(PaymentState.UNPAID, description="Where the money stands")
    transaction_id: str = Field("", description="Id at the payment provider")
    paid_at: Instant | None = Field(None, description="When it was paid (UTC)")
    parts: tuple[PaymentPart, ...] = Field((), description="The payments that the store names, gift cards included")

    @property
    def given(self) -> Decimal:
        """What gift cards and store credit paid, in the order's currency."""
        return sum((part.amount for part in self.parts if part.method in GIVEN_PAYMENTS), Decimal(0))


class Line(Model):
    """One line. net, tax and gross are after all discounts and what the store recorded; unit prices are derived."""

    position: int = Field(description="1, 2, ... as shown to the customer")
    sku: Sku = Field("", description="The store's SKU as text; leading zeros live (key of maps/sku.csv)")
    name: str = Field("", description="Name as sold")
    kind: LineKind = Field(LineKind.PRODUCT, description="What the line is")
    quantity: Decimal = Field(Decimal(1), description="Quantity; can be fractional")
    unit: str = Field("", description="Unit code as the store names it; empty: pieces")
    unit_net: Decimal = Field(Decimal(0), description="Net price of one, before line discounts, unrounded")
    unit_gross: Decimal = Field(Decimal(0), description="Gross price of one, before line discounts, unrounded")
    discount: Decimal = Field(Decimal(0), description="Net discount on the line, positive")
    tax_code: str = Field("", description="The store's tax class or rate code (key of maps/tax.csv)")
    tax_rate: Decimal | None = Field(None, description="Fraction, 0.23; empty when the store does not say")
    net: Decimal = Field(Decimal(0), description="Net amount of the line")
    tax: Decimal = Field(Decimal(0), description="Tax amount of the line")
    gross: Decimal = Field(Decimal(0), description="Gross amount of the line")
    warehouse: str = Field("", description="Warehouse of the line")
    parent_position: int | None = Field(None, description="A kit component's kit line")


class RefundLine(Model):
    """What one refund gives back of one line."""

    position: int = Field(description="The line's position in the order")
    quantity: Decimal = Field(Decimal(0), description="Pieces given back; 0: money alone")
    net: Decimal = Field(Decimal(0), description="Net amount given back; negative of a discount line")
    tax: Decimal = Field(Decimal(0), description="Tax given back; negative of a discount line")
    gross: Decimal = Field(Decimal(0), description="Gross amount given back; negative of a discount line")


class Refund(Model):
    """Money given back. Its lines add up to its amount, or the rest was given back without naming a line."""

    refund_id: str = Field(description="The store's own key of the refund")
    refunded_at: Instant | None = Field(None, description="When it was given back (UTC)")
    amount: Decimal = Field(description="Gross amount given back, positive")
    lines: tuple[RefundLine, ...] = Field((), description="What was given back of which line")
    parts: tuple[PaymentPart, ...] = Field(
        (), description="Of an order paid in several ways: the payments it went back to, if the store says"
    )


class TaxTotal(Model):
    """Tax of one rate."""

    rate: Decimal = Field(description="Fraction, 0.23")
    net: Decimal = Field(description="Net amount at this rate")
    tax: Decimal = Field(description="Tax amount at this rate")


class Totals(Model):
    """The order's sums. gross = sum of the lines' gross + rounding; due = gross - paid."""

    net: Decimal = Field(description="Net of all lines")
    tax: Decimal = Field(description="Tax of all lines")
    gross: Decimal = Field(description="What the customer owes or owed: the order's value")
    discount: Decimal = Field(Decimal(0), description="Net discounts already inside the lines, positive (information)")
    shipping: Decimal = Field(Decimal(0), description="Net of the shipping lines (information)")
    rounding: Decimal = Field(Decimal(0), description="Rounding: at most one minor unit per rounded item")
    paid: Decimal = Field(Decimal(0), description="All payments, gift cards and store credit included")
    due: Decimal = Field(Decimal(0), description="gross - paid")
    refunded: Decimal = Field(Decimal(0), description="Gross amount refunded so far, positive (information)")
    by_rate: tuple[TaxTotal, ...] = Field((), description="Tax by rate")


class Order(Model):
    """One store order in the canonical contract, identified by (store, store_order_id)."""

    store: str = Field(description="Name of the store in bridge.toml")
    store_order_id: str = Field(description="The store's own key, opaque text")
    number: str = Field(description="The number that people use; may differ from the id")
    created_at: Instant = Field(description="When it was placed (UTC)")
    updated_at: Instant = Field(description="When the store last changed it (UTC)")
    currency: str = Field(description="ISO 4217 code")
    currency_digits: int = Field(2, ge=0, le=4, description="Minor digits as the store uses them")
    locale: str = Field("", description="Locale of the customer")
    status: str = Field("", description="The store's own status word")
    cancelled: bool = Field(False, description="Cancelled in the store")
    customer_note: str = Field("", description="What the customer wrote")
    warehouse: str = Field("", description="Warehouse of the order")
    channel: str = Field("", description="Where it was sold: the store's channel, shop view or source")
    tags: tuple[str, ...] = Field((), description="The store's labels of the order")
    tax_exempt: bool = Field(False, description="The store charged no tax because of who the buyer is")
    money: str = Field("", description="Which money the amounts are where a store has two: shop or presentment")
    buyer_order_number: str = Field("", description="The buyer's own order number")
    payment: Payment = Field(default_factory=Payment, description="How and whether it is paid")
    fulfilment_status: str = Field("", description="The store's fulfilment word")
    shipping_method: str = Field("", description="The store's shipping method code (key of maps/shipping.csv)")
    pickup_point_id: str = Field("", description="Pickup point or parcel locker")
    billing: Party = Field(default_factory=Party, description="Who pays")
    delivery: Party = Field(default_factory=Party, description="Where it goes")
    lines: tuple[Line, ...] = Field((), description="All lines, shipping, fees and discounts included")
    totals: Totals = Field(description="The sums")
    refunds: tuple[Refund, ...] = Field((), description="What was given back so far")
    extra: dict[str, str] = Field(default_factory=dict, description="Named raw fields that a profile may use")
    read_live: tuple[str, ...] = Field((), description="Fields that the store reads live (lines.sku): no revision")


# A key of `extra`: the order whose sale holds this one's too (a marketplace's parent, a replaced order).
COUNTED_IN = "counted_in"
# A key of `extra`: the part of `totals.rounding` for which there are no coins at the till; a plain decimal number.
CASH_ROUNDING = "cash_rounding"

GONE = "gone"  # the status of an order that the store has no more

# Fields that do not make a new revision: the store's clock, its own words that our write-back moves.
NOT_IN_REVISION: frozenset[str] = frozenset({"updated_at", "fulfilment_status"})

"""The exports that are known by name: Shopify's orders, and those of two WooCommerce plugins.

Headers were read in public files: Shopify's admin export (79 columns in 2026), Advanced Order Export by AlgolPlus and
Order Export & Order Import by WebToffee. All of them can be renamed or translated by their user; `[stores.X.columns]`
then says what is called otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

from bridge.stores.rows.layout import BY_SUMS, NET, OTHERWISE, Layout

OWN = "own"
TAX_ID_KEYS = ("NIP", "VAT", "VAT number", "VAT ID", "vat_number", "vat_id", "Tax ID", "tax_id", "P.IVA", "USt-IdNr.")
PICKUP_KEYS = ("Pickup point", "pickup_point", "pickup_point_id", "Paczkomat", "Parcel locker", "locker_id", "point_id")


def _one(columns: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {ours: (theirs,) for ours, theirs in columns.items()}


def _shopify_party(ours: str, theirs: str) -> dict[str, tuple[str, ...]]:
    columns = {
        "name": "Name",
        "street": "Address1",
        "extra": "Address2",
        "company": "Company",
        "city": "City",
        "postal_code": "Zip",
        "region": "Province",
        "country": "Country",
        "phone": "Phone",
    }
    return {f"{ours}_{name}": (f"{theirs} {column}",) for name, column in columns.items()}


def _numbered_taxes() -> dict[str, tuple[str, ...]]:
    return {
        f"tax_{place}_{ours}": (f"Tax {place} {theirs}",)
        for place in range(1, 6)
        for ours, theirs in (("name", "Name"), ("amount", "Value"))
    }


_SHOPIFY = Layout(
    columns={
        "store_order_id": ("Id", "Name"),  # a name is for people: it can be changed, and another shop has it too
        "number": ("Name",),
        **_one({"created_at": "Created at", "payment_paid_at": "Paid at", "cancelled_at": "Cancelled at"}),
        **_one({"currency": "Currency", "status": "Financial Status", "payment_state": "Financial Status"}),
        **_one({"fulfilment_status": "Fulfillment Status", "payment_method": "Payment Method", "tags": "Tags"}),
        "payment_transaction_id": ("Payment Reference", "Payment References", "Payment ID"),
        **_one({"email": "Email", "phone": "Phone", "channel": "Source", "warehouse": "Location"}),
        **_one({"customer_note": "Notes", "attributes": "Note Attributes", "shipping_method": "Shipping Method"}),
        **_one({"goods_amount": "Subtotal", "shipping_amount": "Shipping", "total_tax": "Taxes"}),
        **_one({"total_gross": "Total", "total_refunded": "Refunded Amount", "total_due": "Outstanding Balance"}),
        **_one({"discount_amount": "Discount Amount", "discount_name": "Discount Code", "duty_amount": "Duties"}),
        **_one({"line_quantity": "Lineitem quantity", "line_name": "Lineitem name", "line_sku": "Lineitem sku"}),
        **_one({"line_price": "Lineitem price", "line_reduction": "Lineitem discount"}),
        **_one({"line_taxable": "Lineitem taxable"}),
        **_shopify_party("billing", "Billing"),
        **_shopify_party("delivery", "Shipping"),
        **_numbered_taxes(),
    },
    words={
        "payment_state": {
            "pending": "unpaid",
            "unpaid": "unpaid",
            "partially_paid": "unpaid",
            "voided": "failed",
            "expired": "failed",
        }
    },
    attributes={"billing_tax_id": TAX_ID_KEYS, "pickup_point_id": PICKUP_KEYS},
    prices=BY_SUMS,
    key="number",
    own_names=False,
    signature=frozenset({"name", "financial status", "lineitem quantity", "lineitem price", "subtotal", "total"}),
)


def _algolplus_party(ours: str, theirs: str) -> dict[str, tuple[str, ...]]:
    columns = {
        "first_name": ("First Name",),
        "last_name": ("Last Name",),
        "name": ("Full Name",),
        "company": ("Company",),
        "street": ("Address 1", "Address 1&2"),
        "extra": ("Address 2",),
        "city": ("City",),
        "region": ("State Code",),
        "postal_code": ("Postcode",),
        "country": ("Country Code",),
        "phone": ("Phone",),
        "email": ("Email",),
    }
    return {f"{ours}_{name}": tuple(f"{each} ({theirs})" for each in found) for name, found in columns.items()}


_CANCELLED = {"cancelled": "true", "canceled": "true", "trash": "true", OTHERWISE: "false"}

_ALGOLPLUS = Layout(
    columns={
        "store_order_id": ("Order ID", "Order Number"),
        "number": ("Order Number",),
        **_one({"status": "Order Status", "cancelled": "Order Status", "created_at": "Order Date"}),
        "payment_paid_at": ("Paid Date", "Paid Date and Time"),
        **_one({"currency": "Currency", "customer_note": "Customer Note", "payment_transaction_id": "Transaction ID"}),
        "payment_method": ("Payment Method", "Payment Method Title"),
        "shipping_method": ("Shipping Method", "Shipping Method Title"),
        "shipping_name": ("Shipping Method Title",),
        **_one({"shipping_net": "Order Shipping Amount", "shipping_tax": "Order Shipping Tax Amount"}),
        **_one({"fee_amount": "Order Total Fee", "total_refunded": "Order Refund Amount"}),
        **_one({"total_gross": "Order Total Amount", "total_tax": "Order Total Tax Amount"}),
        **_one({"line_position": "Item #", "line_sku": "SKU"}),
        "line_name": ("Item Name", "Product Name", "Name"),
        "line_quantity": ("Quantity", "Quantity (- Refund)"),
        "line_price": ("Item Cost",),
        **_one({"line_net": "Order Line Total", "line_tax": "Order Line Tax"}),
        "line_gross": ("Order Line Total (include tax)",),
        "line_tax_percent": ("Item Tax Rate",),
        **_algolplus_party("billing", "Billing"),
        **_algolplus_party("delivery", "Shipping"),
    },
    words={"cancelled": _CANCELLED},
    prices=NET,
    own_names=False,
    signature=frozenset({"order number", "order status", "order date", "order total amount"}),
)


def _webtoffee_party(ours: str, theirs: str) -> dict[str, tuple[str, ...]]:
    columns = {"street": "address_1", "extra": "address_2", "postal_code": "postcode", "region": "state"}
    columns |= {name: name for name in ("first_name", "last_name", "company", "city", "country", "email", "phone")}
    return {f"{ours}_{name}": (f"{theirs}_{column}",) for name, column in columns.items()}


_WEBTOFFEE = Layout(
    columns={
        **_one({"store_order_id": "order_id", "number": "order_number", "created_at": "order_date"}),
        **_one({"payment_paid_at": "paid_date", "status": "status", "cancelled": "status"}),
        **_one({"currency": "order_currency", "payment_method": "payment_method"}),
        **_one({"payment_transaction_id": "transaction_id", "shipping_method": "shipping_method"}),
        **_one({"email": "customer_email", "customer_note": "customer_note"}),
        **_one({"shipping_net": "shipping_total", "shipping_tax": "shipping_tax_total"}),
        **_one({"fee_net": "fee_total", "fee_tax": "fee_tax_total", "total_tax": "tax_total"}),
        **_one({"total_gross": "order_total", "total_discount": "discount_total"}),
        **_one({"line_sku": "Product Item {n} SKU", "line_name": "Product Item {n} Name"}),
        **_one({"line_quantity": "Product Item {n} Quantity", "line_net": "Product Item {n} Total"}),
        **_one({"line_cell": "line_item_{n}"}),
        **_webtoffee_party("billing", "billing"),
        **_webtoffee_party("delivery", "shipping"),
    },
    words={"cancelled": _CANCELLED},
    prices=NET,
    own_names=False,
    signature=frozenset({"order_id", "order_number", "order_date", "order_total", "order_currency"}),
)

LAYOUTS: Mapping[str, Layout] = {
    OWN: Layout(),
    "shopify-export": _SHOPIFY,
    "woocommerce-order-export": _ALGOLPLUS,
    "woocommerce-order-import-export": _WEBTOFFEE,
}


def known_by(header: list[str]) -> Layout | None:
    """The export whose header this is; None for one that is not known."""
    names = {name.strip().casefold() for name in header}
    return next((layout for layout in LAYOUTS.values() if layout.signature and layout.signature <= names), None)

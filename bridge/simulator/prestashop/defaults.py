"""What stands in every PrestaShop from the start: countries, currencies, states of orders, taxes, settings.

Ids are those of the standard installation where it has them.
"""

from __future__ import annotations

from bridge.simulator.prestashop.tables import Tables

TAX_IDS = {23: "1", 8: "2", 19: "3", 5: "4", 20: "5", 10: "6", 25: "7", 22: "8"}  # percent -> id
COUNTRIES = {1: "DE", 2: "AT", 3: "BE", 6: "ES", 8: "FR", 10: "IT", 14: "PL", 17: "GB", 19: "CH", 21: "US", 11: "JP"}
CURRENCIES = ((1, "EUR", 2), (2, "JPY", 0), (3, "KWD", 3), (4, "PLN", 2))

# id, English name, logable, paid, delivery, shipped
STATES = (
    (1, "Awaiting check payment", 0, 0, 0, 0),
    (2, "Payment accepted", 1, 1, 0, 0),
    (3, "Processing in progress", 1, 1, 1, 0),
    (4, "Shipped", 1, 1, 1, 1),
    (5, "Delivered", 1, 1, 1, 1),
    (6, "Canceled", 0, 0, 0, 0),
    (7, "Refunded", 0, 0, 0, 0),
    (8, "Payment error", 0, 0, 0, 0),
    (9, "On backorder (paid)", 1, 1, 0, 0),
    (10, "Awaiting bank wire payment", 0, 0, 0, 0),
    (11, "Remote payment accepted", 1, 1, 0, 0),
    (12, "On backorder (not paid)", 0, 0, 0, 0),
    (13, "Awaiting Cash On Delivery validation", 0, 0, 0, 0),
)
STATE_SETTINGS = {
    "PS_OS_CHEQUE": 1, "PS_OS_PAYMENT": 2, "PS_OS_PREPARATION": 3, "PS_OS_SHIPPING": 4, "PS_OS_DELIVERED": 5,
    "PS_OS_CANCELED": 6, "PS_OS_REFUND": 7, "PS_OS_ERROR": 8, "PS_OS_OUTOFSTOCK": 9, "PS_OS_OUTOFSTOCK_PAID": 9,
    "PS_OS_BANKWIRE": 10, "PS_OS_WS_PAYMENT": 11, "PS_OS_OUTOFSTOCK_UNPAID": 12, "PS_OS_COD_VALIDATION": 13,
}  # fmt: skip


def fill_defaults(tables: Tables, zone: str) -> None:
    """Put the standard rows into an empty shop."""
    for number, code in COUNTRIES.items():
        tables.add("countries", {"id": number, "iso_code": code, "active": "1", "name": code})
    tables.add("states", {"id": 9, "id_country": "21", "iso_code": "FL", "name": "Florida", "active": "1"})
    for number, code, digits in CURRENCIES:
        tables.add("currencies", {"id": number, "iso_code": code, "precision": str(digits), "conversion_rate": "1"})
    tables.add("languages", {"id": 1, "name": "English", "iso_code": "en", "locale": "en-US", "active": "1"})
    tables.add("languages", {"id": 2, "name": "Polski", "iso_code": "pl", "locale": "pl-PL", "active": "1"})
    tables.add("carriers", {"id": 1, "id_reference": "1", "name": "Pick up in store", "active": "1", "deleted": "0"})
    tables.add("carriers", {"id": 2, "id_reference": "2", "name": "My carrier", "active": "1", "deleted": "0"})
    for number, name, logable, paid, delivery, shipped in STATES:
        flags = {"logable": logable, "paid": paid, "delivery": delivery, "shipped": shipped}
        texts = {"name": {"1": name, "2": f"{name} (pl)"}, "template": {"1": "", "2": ""}}
        tables.add("order_states", {"id": number, **{key: str(flag) for key, flag in flags.items()}, **texts})
    for percent, known in TAX_IDS.items():
        tables.add("taxes", {"id": known, "rate": f"{percent}.000", "active": "1", "name": f"VAT {percent}%"})
    for number, name in enumerate(("Standard rate", "Reduced rate", "Super reduced rate"), start=1):
        tables.add("tax_rule_groups", {"id": number, "name": name, "active": "1", "deleted": "0"})
    settings = {name: str(number) for name, number in STATE_SETTINGS.items()}
    settings |= {"PS_TIMEZONE": zone, "PS_COUNTRY_DEFAULT": "14", "PS_PRICE_DISPLAY_PRECISION": "2"}
    for name, value in settings.items():
        tables.add("configurations", {"name": name, "value": value, "id_shop_group": "", "id_shop": ""})

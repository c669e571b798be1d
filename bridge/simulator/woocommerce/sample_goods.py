"""Invented people, companies and goods for the sample orders. Nobody and nothing here exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Person:
    """A buyer with an address in one country."""

    first_name: str
    last_name: str
    address: str
    postcode: str
    city: str
    country: str
    phone: str

    def party(self, email: bool = True) -> dict[str, str]:
        """The address as WooCommerce writes it."""
        party = {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "company": "",
            "address_1": self.address,
            "address_2": "",
            "city": self.city,
            "state": "",
            "postcode": self.postcode,
            "country": self.country,
            "phone": self.phone,
        }
        if email:
            party["email"] = f"order.{self.postcode.replace(' ', '').lower()}@example.com"
        return party


@dataclass(frozen=True, slots=True)
class Market:
    """How the shop sells into a country: currency, its decimals, factor on the EUR price, tax rates in percent."""

    currency: str = "EUR"
    digits: int = 2
    factor: Decimal = Decimal(1)
    standard: Decimal = Decimal(0)
    reduced: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Article:
    """Something to sell; `net` in EUR."""

    sku: str
    name: str
    net: Decimal
    product_id: int
    tax_class: str = ""


LENA = Person("Lena", "Beispiel", "Lindenweg 12", "28195", "Bremen", "DE", "+494215550100")
JONAS = Person("Jonas", "Muster", "Am Hang 3a", "80331", "München", "DE", "+49895550101")
MARTA = Person("Marta", "Przykładowa", "Polna 7/15", "00-950", "Warszawa", "PL", "+48225550102")
PAWEL = Person("Paweł", "Żółć", "Świętej Łucji 21", "31-147", "Kraków", "PL", "+48125550103")
EVA = Person("Eva", "Probe", "Neustiftgasse 40", "1070", "Wien", "AT", "+4315550104")
JAN = Person("Jan", "Ukázka", "Dlouhá 14", "110 00", "Praha", "CZ", "+420225550105")
SAGA = Person("Saga", "Exempel", "Storgatan 5", "111 20", "Stockholm", "SE", "+4685550106")
LUCA = Person("Luca", "Esempio", "Via Lunga 88", "50122", "Firenze", "IT", "+390555550107")
CHLOE = Person("Chloé", "Modèle", "12 rue du Marché", "69002", "Lyon", "FR", "+33475550108")
OWEN = Person("Owen", "Sample", "4 Mill Lane", "LS1 4AP", "Leeds", "GB", "+441135550109")
NINA = Person("Nina", "Vorbild", "Seestrasse 19", "8002", "Zürich", "CH", "+41445550110")
YUKI = Person("Yuki", "Mihon", "Honcho 2-3-4", "530-0001", "Osaka", "JP", "+81655550111")
RYAN = Person("Ryan", "Placeholder", "120 Oak Street", "04101", "Portland", "US", "+12075550112")

MARKETS: Mapping[str, Market] = {
    "DE": Market(standard=Decimal(19), reduced=Decimal(7)),
    "AT": Market(standard=Decimal(20), reduced=Decimal(10)),
    "IT": Market(standard=Decimal(22), reduced=Decimal(10)),
    "FR": Market(standard=Decimal(20), reduced=Decimal("5.5")),
    "PL": Market("PLN", 2, Decimal("4.31"), Decimal(23), Decimal(8)),
    "CZ": Market("CZK", 2, Decimal("25.1"), Decimal(21), Decimal(12)),
    "SE": Market("SEK", 2, Decimal("11.4"), Decimal(25), Decimal(12)),
    "GB": Market("GBP", 2, Decimal("0.86")),  # export: no tax
    "CH": Market("CHF", 2, Decimal("0.96")),
    "US": Market("USD", 2, Decimal("1.09")),
    "JP": Market("JPY", 0, Decimal(161)),
}

CUP = Article("1001", "Enamel cup", Decimal("8.40"), 101)
POT = Article("1002", "Tea pot", Decimal("24.90"), 102)
TOWEL = Article("00173", "Linen towel", Decimal("11.25"), 103)  # zeros that a spreadsheet would lose
BLANKET = Article("2040-BL", "Wool blanket, blue", Decimal("49.00"), 104)
NOTEBOOK = Article("3300", "Notebook A5", Decimal("4.20"), 105)
COOKBOOK = Article("3310", "Cookbook", Decimal("19.63"), 106, "reduced-rate")
HONEY = Article("5005", "Forest honey 500 g", Decimal("6.07"), 107, "reduced-rate")
LAMP = Article("7100", "Table lamp", Decimal("63.87"), 108)
TEA_SET = Article("KIT-TEA", "Tea set", Decimal("52.00"), 120)
GREETING_CARD = Article("GIFT-CARD-PRINT", "Greeting card", Decimal(0), 130)
UNMAPPED = Article("ABC-123", "Rain barrel", Decimal("89.00"), 140)  # the one SKU that sku.csv lacks
DISCONTINUED = Article("4711-OLD", "Oil lamp, old model", Decimal("31.00"), 141)  # mapped, but the ERP refuses it

RANGE = (CUP, POT, TOWEL, BLANKET, NOTEBOOK, COOKBOOK, HONEY, LAMP)
BUYERS = (LENA, JONAS, EVA, LUCA, CHLOE)

"""For which orders a row of the tax map is: by where they are delivered, and by whether the buyer was charged no tax.

One article at 0 % can be sold at home, to a company of another member state (reverse charge), or out of the Union. The
ERP has a code for each, and neither the shop's tax code nor the rate can tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bridge.domain.countries import COUNTRIES, EU_MEMBERS

EU, OUTSIDE_EU = "EU", "non-EU"
# The EU's own code for Northern Ireland, which belongs to it for the tax on goods. Its addresses are in GB, and alone
# have postal codes that begin with BT.
NORTHERN_IRELAND = "XI"
_NORTHERN_IRISH_CODES = "BT"
COUNTRY, TAX_EXEMPT = "country", "tax_exempt"  # as the columns are called
KINDS_OF_ORDERS_KEPT = 1024


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """What a row asks of an order. country: ISO 3166-1, XI, EU or non-EU; empty: any. tax_exempt: only such orders."""

    country: str = ""
    tax_exempt: bool = False

    @property
    def words(self) -> str:
        """In words: "country EU, tax exempt"."""
        country = [f"country {self.country}"] if self.country else []
        return ", ".join([*country, *(["tax exempt"] if self.tax_exempt else [])])

    @property
    def columns(self) -> frozenset[str]:
        """The columns that it stands in."""
        return frozenset(name for name, asks in ((COUNTRY, self.country), (TAX_EXEMPT, self.tax_exempt)) if asks)


def conditions_met(country: str, postal_code: str, tax_exempt: bool) -> tuple[Condition, ...]:
    """What an order meets, the most specific first: exempt and its country, exempt, its country.

    country, postal_code: of the delivery. A country that is no ISO 3166-1 code is no place of which a row speaks.
    """
    is_northern_irish = country == "GB" and postal_code.lstrip()[:2].upper() == _NORTHERN_IRISH_CODES
    return _met(country, is_northern_irish, tax_exempt)


@lru_cache(maxsize=KINDS_OF_ORDERS_KEPT)
def _met(country: str, is_northern_irish: bool, tax_exempt: bool) -> tuple[Condition, ...]:
    places = [NORTHERN_IRELAND] if is_northern_irish else []
    if country in COUNTRIES:
        places += [country, EU if country in EU_MEMBERS else OUTSIDE_EU]
    of_all = [Condition(place) for place in places]
    if not tax_exempt:
        return tuple(of_all)
    return (*(Condition(place, tax_exempt=True) for place in places), Condition(tax_exempt=True), *of_all)

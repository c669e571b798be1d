"""Every tax code of a line is in maps/tax.csv, by the store's code or by the rate, with a row for such orders.

Bad: tax class "reduced-rate" at 8% and neither in the map; "0%" with rows for exempt buyers in the EU alone, and an
order to US. Good: the row `reduced-rate,B`, or the row `8%,B`; a row for US, for non-EU, or for all other orders.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case, line_field, listed
from bridge.domain.contract import Line
from bridge.domain.countries import COUNTRIES
from bridge.domain.maps import erp_tax_code, tax_keys
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.tax_conditions import COUNTRY, TAX_EXEMPT

KIND = ProblemKind(
    code="tax-unmapped",
    title="Missing tax mapping for {tax}",
    message="Order {order}, {lines}: missing tax mapping for {tax}.",
    action="Add {tax} to maps/tax.csv{columns}. All orders held by it then go on by themselves.",
    cause="tax:{tax}",
    meaning="A line's tax code, and its rate, have no row in maps/tax.csv, or none for orders of its kind.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each tax code, naming its lines."""
    maps, flow = case.rules.maps, case.rules.flow
    unmapped: dict[str, list[Line]] = {}
    for line in case.lines:
        if erp_tax_code(line, maps, flow) is None and (keys := tax_keys(line, maps.tax)):
            # What is asked for is the key that the map has, on other days or for other orders; else the first.
            known = (key for key in keys if key in maps.tax.gaps or key in maps.tax.elsewhere)
            unmapped.setdefault(next(known, keys[0]), []).append(line)
    for key, lines in unmapped.items():
        tax, columns = maps.tax.asked(key), ""
        if key in maps.tax.elsewhere:
            words, columns = _row_for(case, maps.tax.elsewhere[key])
            tax = f"{key} ({words})"
        positions = listed([line.position for line in lines])
        yield case.problem(KIND, line_field(lines[0], "tax_code"), tax=tax, columns=columns, lines=positions)


def _row_for(case: Case, columns: frozenset[str]) -> tuple[str, str]:
    """What tells the order from those that the map has rows for, in words, and the columns of a row for it."""
    words, cells = [], []
    if COUNTRY in columns:
        country = case.country if case.country in COUNTRIES else ""
        words.append(f"country {country}" if country else "no known country")
        cells.append(f"{country} in the column country" if country else "nothing in the column country")
    if TAX_EXEMPT in columns:
        exempt = case.order.tax_exempt
        words.append("tax exempt" if exempt else "not tax exempt")
        cells.append(f"{'yes' if exempt else 'nothing'} in the column tax_exempt")
    return ", ".join(words), f", with {' and '.join(cells)}"

"""Rows of maps/tax.csv that are for some orders only, and rates as people and spreadsheets write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bridge.config.dated_codes import entry_of_rows
from bridge.config.mistakes import Mistake
from bridge.config.sheets import Heard, Row
from bridge.domain.articles import Entry
from bridge.domain.countries import COUNTRIES
from bridge.domain.tax_conditions import COUNTRY, EU, NORTHERN_IRELAND, OUTSIDE_EU, TAX_EXEMPT, Condition

CONDITIONS = (COUNTRY, TAX_EXEMPT)
Conditional = dict[str, dict[Condition, Entry]]
_PLACES = {**{code: code for code in COUNTRIES}, NORTHERN_IRELAND: NORTHERN_IRELAND, EU: EU, "NON-EU": OUTSIDE_EU}
_BETWEEN = re.compile(r"[\s,;]+")
_WITH_RATE = re.compile(r"(?:(.*\S)\s+)?0*([0-9]{1,3})(?:[.,]([0-9]{1,12}))?\s?%")


def tax_rows(rows: Iterable[Row], shown: str, hear: Heard) -> tuple[list[Row], Conditional]:
    """The rows that are for all orders, their cells as those of the other maps; and of each key, what else it means.

    Rows with mistakes are left out.
    """
    for_all: list[Row] = []
    by_key: dict[str, dict[Condition, list[Row]]] = {}
    for row in _by_usual_rates(_with_keys(rows, shown, hear)):
        try:
            conditions = _conditions(*row.cells[-2:])
        except ValueError as error:
            hear(Mistake(f"{shown}:{row.line}", *error.args))
            continue
        plain = Row(row.line, row.cells[:-2])
        if not conditions:
            for_all.append(plain)
        for condition in conditions:
            by_key.setdefault(row.cells[0], {}).setdefault(condition, []).append(plain)
    return for_all, {key: _entries(key, own, shown, hear) for key, own in by_key.items()}


def _with_keys(rows: Iterable[Row], shown: str, hear: Heard) -> Iterator[Row]:
    """The rows that name a code or a rate: an empty key would be for the lines of which the store says neither."""
    for row in rows:
        if row.cells[0]:
            yield row
        else:
            cure = "Name the store's tax code, or a rate as 23%, or remove the row."
            hear(Mistake(f"{shown}:{row.line}", "names no tax.", cure))


def _by_usual_rates(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, and those whose rate is written otherwise (`5.50%`, `5,5 %`) once more, as orders are asked for it.

    Spreadsheets write rates with two decimals. The row itself stays: a shop may have such a code.
    """
    read = list(rows)
    known = {row.cells for row in read}
    for row in read:
        yield row
        usual = (_usual_rate(row.cells[0]), *row.cells[1:])
        if usual not in known:
            yield Row(row.line, usual)


def _usual_rate(key: str) -> str:
    """The key with its rate as orders are asked for it: `standard 5,50 %` gives `standard 5.5%`."""
    found = _WITH_RATE.fullmatch(key)
    if found is None:
        return key
    code, whole, decimals = found.groups()
    decimals = (decimals or "").rstrip("0")
    return f"{f'{code} ' if code else ''}{whole}{f'.{decimals}' if decimals else ''}%"


def _conditions(country: str, tax_exempt: str) -> list[Condition]:
    """One for each country of a row; none where it is for all orders. Raises ValueError(what is wrong, what to do)."""
    if tax_exempt.lower() not in ("", "yes"):
        cure = "Write yes, or nothing: the row is then for all orders that no row with yes is for."
        raise ValueError(f"tax_exempt is {tax_exempt!r}.", cure)
    is_exempt = bool(tax_exempt)
    words = dict.fromkeys(word.upper() for word in _BETWEEN.split(country) if word)
    unknown = [word for word in words if word not in _PLACES]
    if unknown:
        cure = "Write codes of ISO 3166-1 with blanks between them (Greece is GR, Great Britain GB), EU or non-EU."
        raise ValueError(f"country is {country!r}, and {unknown[0]} is no country.", cure)
    if words:
        return [Condition(_PLACES[word], is_exempt) for word in words]
    return [Condition(tax_exempt=True)] if is_exempt else []


def _entries(key: str, own: dict[Condition, list[Row]], shown: str, hear: Heard) -> dict[Condition, Entry]:
    """What a key means under each condition. Two rows that meet in several countries are one mistake."""
    entries: dict[Condition, Entry] = {}
    told: set[tuple[str, str]] = set()
    for condition, rows in own.items():
        label = f"{key} ({condition.words})"
        found: list[Mistake] = []
        entries[condition] = entry_of_rows(label, rows, shown, found.append)
        for mistake in found:
            meeting = (mistake.place, mistake.what.replace(label, ""))
            if meeting not in told:
                told.add(meeting)
                hear(mistake)
    return entries

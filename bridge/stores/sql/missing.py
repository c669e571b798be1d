"""Which columns of bridge.toml are not in the database: each with its table, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.config.mistakes import suggestion
from bridge.stores.rows.columns import is_of_line
from bridge.stores.rows.layout import Plan
from bridge.stores.sql.mapping import order_columns
from bridge.stores.sql.problems import ColumnsMissing
from bridge.stores.sql.settings import TABLE, SqlSettings

TOLD_MAX = 4  # columns that are named and not there; the rest is counted


@dataclass(frozen=True, slots=True)
class Found:
    """What the database has of one table or query. key: the column with the order's id, as it is named for it."""

    what: str  # orders, lines or refunds
    text: str  # the table's name, or the query
    header: Sequence[str]
    plan: Plan
    key: str

    @property
    def said(self) -> str:
        return self.text if TABLE.fullmatch(self.text) else f"the query of {self.what}"


Lack = tuple[str, str]  # what is not there, and what to do


def refuse_missing(settings: SqlSettings, orders: Found, lines: Found, refunds: Found | None) -> None:
    """Raise ColumnsMissing with all columns that are not there, though bridge.toml names or every order needs them."""
    table = f"[stores.{settings.name}.columns]"
    absent = dict(_absent(settings, orders, lines, refunds))
    needed = [name for name in orders.plan.missing(lines.plan.names) if name not in absent]
    if not {"created_at"} & {*orders.plan.names, *absent, *needed}:
        needed.append("created_at")  # a default is no time of each order
    lacks = [*_named(settings, absent, table), *_keys(settings, lines, refunds)]
    cure = f"Name the columns in {table}, or give them such names in a view."
    if needed:
        lacks.append((f"the orders and lines lack {', '.join(needed)}", cure))
    if refunds is not None and not {"refund_id"} & {*refunds.plan.names, *absent}:
        lacks.append(("the refunds lack refund_id", cure))
    if lacks:
        cures = dict.fromkeys(cure for _, cure in lacks)
        raise ColumnsMissing(store=settings.name, what="; ".join(what for what, _ in lacks), cure=" ".join(cures))


def _absent(settings: SqlSettings, orders: Found, lines: Found, refunds: Found | None) -> Iterator[tuple[str, Found]]:
    """Our columns that `columns` names and none of the tables has that could tell them, with the first of these."""
    for ours in settings.layout.columns:
        places = (lines, refunds) if is_of_line(ours) else (orders,) if order_columns(ours) else (refunds,)
        asked = [place for place in places if place is not None]
        if asked and ours not in settings.layout.defaults and not any(ours in place.plan.names for place in asked):
            yield ours, asked[0]


def _named(settings: SqlSettings, absent: Mapping[str, Found], table: str) -> Iterator[Lack]:
    for ours, place in list(absent.items())[:TOLD_MAX]:
        theirs = settings.layout.columns[ours]
        what = f"{place.said} has no column {' or '.join(theirs)}, which {table} names for {ours}"
        yield what, f"{suggestion(theirs[0], place.header)}Correct {table}."
    if len(absent) > TOLD_MAX:
        yield f"{len(absent) - TOLD_MAX} more columns are not there", f"Correct {table}."


def _keys(settings: SqlSettings, lines: Found, refunds: Found | None) -> Iterator[Lack]:
    """The columns by which lines and refunds find their order, and lines their place."""
    for place, option in ((lines, "line_order"), (refunds, "refund_order")):
        if place is not None and place.key not in place.header:
            what = f"{place.said} has no column {place.key}, which {option} names for the order's id"
            yield what, f"{suggestion(place.key, place.header)}Set {option} of the store to the column that holds it."
    has_place = "line_position" in lines.plan.names or "line_position" in settings.layout.columns
    if not has_place and settings.line_key not in lines.header:
        what = f"{lines.said} has no column {settings.line_key}, by which line_key puts lines in order"
        yield (
            what,
            f"{suggestion(settings.line_key, lines.header)}Set line_key of the store, or name line_position.",
        )

"""A record's columns, compiled: from an order to one row of values, most of it without Python code per value.

Fields of one parent are taken out together (`itemgetter`), then the few that need a form get it, then the row is put
into the order of the columns. Compiled once for each number of minor digits and each zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from functools import lru_cache
from operator import itemgetter
from typing import Any

from bridge.profiles.fields import FieldKind, field_kind, file_field_kind
from bridge.profiles.formats.column_forms import converter_of
from bridge.profiles.formats.forms import FormRefused
from bridge.profiles.table_settings import ColumnSettings, RowStyle

ORDER, LINE, FILE = 0, 1, 2  # the roots of a row: (order, line, file)
Roots = tuple[Any, Any, Any]
Row = Callable[[Roots], Sequence[Any]]
Step = str | int
AMOUNTS_KEPT = 4096  # an order's amounts are texts, and the same ones come again and again
VALUE_ERRORS = (KeyError, IndexError, TypeError, FormRefused)  # what a row raises for a value that is not there or odd


_AMOUNTS = (FieldKind.AMOUNT, FieldKind.INTEGER)
_WITH_PLACES = ("decimal", "money", "percent")
_KINDS = {
    "text": (FieldKind.TEXT, FieldKind.FLAG, FieldKind.INTEGER, FieldKind.AMOUNT),
    "html": (FieldKind.TEXT,),
    "money": _AMOUNTS,
    "decimal": _AMOUNTS,
    "percent": _AMOUNTS,
    "integer": (FieldKind.INTEGER,),
    "date": (FieldKind.INSTANT,),
    "count": (FieldKind.LIST,),
    "totals": (FieldKind.LIST,),
}


# What mapping adds: the ERP's own codes. Folding one would make another of it.
CODES = frozenset(
    {"external_id", "payment.erp_code", "shipping_erp_code", "lines.erp_sku", "lines.erp_tax_code", "lines.unit_code"}
)


class ColumnRefused(ValueError):
    """A column asks for something that its record does not have."""


class Place:
    """A path, resolved: which root, through which parents, which key, and what is held there."""

    def __init__(self, path: str, each: str) -> None:
        head, _, rest = path.partition(".")
        self.path = path
        if head == "file":
            kind, self.root, steps = file_field_kind(rest), FILE, rest.split(".")
        elif head == "line":
            kind, self.root, steps = field_kind(f"lines.{rest}"), LINE, rest.split(".")
            self.path = f"lines.{rest}"
        else:
            kind, self.root, steps = field_kind(path), ORDER, path.split(".")
        if kind is None or path.startswith("lines."):
            raise ColumnRefused(
                f"{path} is no field; `bridge contract` lists them (line.NAME inside a line, file.NAME)"
            )
        allowed = {"file": (FILE,), "end": (FILE,), "order": (ORDER, FILE), "line": (ORDER, LINE, FILE)}[each]
        if self.root not in allowed:
            raise ColumnRefused(f"{path} is not there in a record that is written for each {each}")
        self.kind = kind
        self.steps: tuple[Step, ...] = tuple(int(step) - 1 if step.isdigit() else step for step in steps)

    def of(self, roots: Roots) -> Any:
        """The value itself, one step after the other."""
        if len(self.steps) == 1:  # line.net
            return roots[self.root][self.steps[0]]
        if len(self.steps) == 2:  # nearly all: delivery.email
            return roots[self.root][self.steps[0]][self.steps[1]]
        value = roots[self.root]
        for step in self.steps:
            value = value[step]
        return value


_OF_PARTIES = {
    "name": ("first_name", "last_name"),
    "address": ("street", "house_number", "flat"),
}


def parts_of(path: str) -> list[str]:
    """The canonical fields that a path is made of: delivery.name is first and last name."""
    whole, _, number = path.rpartition(".")
    if number.isdigit() and whole.endswith("_parts"):
        return parts_of(whole.removesuffix("_parts"))
    if whole in ("billing", "delivery"):
        return [f"{whole}.{name}" for name in _OF_PARTIES.get(number, (number,))]
    return [path]


def is_written(when: Place | None, roots: Roots) -> bool:
    """Whether a record is written: the path that it depends on holds something."""
    return when is None or bool(when.of(roots))


class Column:
    """One column: its paths, its form, and whether its value is a canonical field unchanged. place: file:line."""

    def __init__(self, settings: ColumnSettings, each: str, place: str) -> None:
        given = [settings.value is not None, settings.text is not None, bool(settings.join), bool(settings.first_of)]
        if sum(given) != 1:
            raise ColumnRefused(f"column {settings.heading} needs exactly one of value, text, join and first_of")
        paths = settings.join or settings.first_of or ([settings.value] if settings.value else [])
        self.settings, self.heading, self.place = settings, settings.heading, place
        self.places = [Place(path, each) for path in paths]
        self.per = Place(settings.per, each) if settings.per is not None else None
        self.form = settings.form or _usual_form(self.places)
        for what in _mistakes(self, each):
            raise ColumnRefused(f"column {settings.heading}: {what}")

    @property
    def is_text(self) -> bool:
        """A text that people wrote: folded, guarded, checked for characters."""
        return self.form in ("text", "html") and bool(self.places)

    @property
    def is_quoted(self) -> bool:
        """Whether it stands in quotes where only texts do."""
        return self.is_text if self.settings.quoted is None else self.settings.quoted

    @property
    def is_bare_text(self) -> bool:
        """Whether an order's text stands in it without quotes; of codes, dialect_mistakes has seen all."""
        return self.is_text and not self.is_quoted and not self.settings.codes

    @property
    def is_computed(self) -> bool:
        """Whether its value is made of several."""
        return len(self.places) > 1 or self.per is not None

    @property
    def carried(self) -> str | None:
        """The canonical field that can be read back equal; None where the column loses something or is none."""
        given = self.settings
        if len(self.places) != 1 or given.codes or given.before or given.per:
            return None
        lossless = self.form in ("text", "money", "integer", "percent") or (
            self.form == "decimal" and given.places is None
        )
        return self.places[0].path if self.places[0].root != FILE and lossless else None

    def converter(self, csv: RowStyle, digits: int, zone: tzinfo) -> Callable[[Any], Any] | None:
        """How the raw value becomes the field's text; None where it goes as it is."""
        form = converter_of(self.settings, self.form, self.is_text, csv, digits, zone)
        if self.form in ("integer", "count"):
            return str if form is None else _as_text(form)
        if form is not None and self.form in _WITH_PLACES and self.per is None and self.places[0].root != FILE:
            return lru_cache(maxsize=AMOUNTS_KEPT)(form)
        return form

    @property
    def is_code(self) -> bool:
        """A code of the ERP or an id: written as it is or not at all."""
        return len(self.places) == 1 and self.places[0].path in CODES

    @property
    def texts(self) -> list[Place]:
        """The order's texts that reach the file in it."""
        return [] if self.settings.codes or not self.is_text else [one for one in self.places if one.root != FILE]

    def computed(self, roots: Roots) -> Any:
        """The raw value of a column that is made of several."""
        if self.per is not None:
            return self.places[0].of(roots), self.per.of(roots)
        filled = [str(text) for place in self.places if (text := place.of(roots))]
        if self.settings.join:
            return self.settings.between.join(filled)
        return filled[0] if filled else ""


def _mistakes(column: Column, each: str) -> Iterator[str]:
    """What does not go together in one column."""
    given, form = column.settings, column.form
    if given.places is not None and form not in _WITH_PLACES:
        yield f"places belongs to form decimal, money or percent, not to {form}"
    for one in column.places:
        if one.kind not in _KINDS[form] and not one.path.startswith("extra."):
            yield f"{one.path} is {one.kind}, which has no form {form}"
    if len(column.places) > 1 and form not in ("text", "html"):
        yield "join and first_of are for texts"
    if column.per is not None and (form != "decimal" or given.places is None or column.per.kind not in _AMOUNTS):
        yield "per divides a number by a number, in form decimal with places"
    if given.codes and (form not in ("text", "integer") or given.value is None):
        yield "codes belongs to the value of one text, flag or integer"
    if given.before and not column.is_text:
        yield "before belongs to a text"
    if given.between != " " and not given.join:
        yield "between belongs to join"
    if given.once and each != "line":
        yield "once belongs to records of a line; others are written once an order or file anyway"


def compile_row(columns: Sequence[Column], csv: RowStyle, digits: int, zone: tzinfo, below: bool = False) -> Row:
    """One function from roots to the values of a row. It raises KeyError and FormRefused for what is not there.

    below: the row stands under the first one of an order's lines, so what is written once is empty.
    """
    constants: list[Any] = []
    order: list[Column] = []
    for column in columns:
        if column.settings.text is not None or (below and column.settings.once):
            constants.append("" if below and column.settings.once else column.settings.text)
            order.append(column)
    varying = [column for column in columns if column not in order]
    groups = list(_grouped(varying, order))
    computed = [column for column in varying if column.is_computed]
    order += computed
    computing = [_computing(column) for column in computed]
    forms = [
        (at, form)
        for at, column in enumerate(order)
        if at >= len(constants) and (form := column.converter(csv, digits, zone))
    ]
    permute: Callable[[list[Any]], Sequence[Any]] | None = None
    positions = [order.index(column) for column in columns]
    if positions != list(range(len(columns))):
        permute = itemgetter(*positions)

    def row(roots: Roots) -> Sequence[Any]:
        values = constants.copy()
        for root, steps, take in groups:
            parent = roots[root]
            for step in steps:
                parent = parent[step]
            values.extend(take(parent))
        for compute in computing:
            values.append(compute(roots))
        for at, form in forms:
            values[at] = form(values[at])
        return permute(values) if permute else values

    return row


def _grouped(columns: Sequence[Column], order: list[Column]) -> Iterator[tuple[int, tuple[Step, ...], Any]]:
    """Single-place columns by parent, with one getter each; `order` gets the columns as their values will come."""
    parents: dict[tuple[int, tuple[Step, ...]], list[Column]] = {}
    for column in columns:
        if len(column.places) == 1 and not column.is_computed:
            place = column.places[0]
            parents.setdefault((place.root, place.steps[:-1]), []).append(column)
    for (root, steps), members in parents.items():
        order += members
        keys = [member.places[0].steps[-1] for member in members]
        yield root, steps, itemgetter(*keys) if len(keys) > 1 else _single(keys[0])


def _computing(column: Column) -> Callable[[Roots], Any]:
    """`computed` of a column; what divides two fields of one row's root takes them out together."""
    amount, per = column.places[0], column.per
    if per is None or amount.root != per.root or len(amount.steps) > 1 or len(per.steps) > 1:
        return column.computed
    root, take = amount.root, itemgetter(amount.steps[0], per.steps[0])
    return lambda roots: take(roots[root])


def _single(key: Step) -> Callable[[Any], tuple[Any]]:
    return lambda parent: (parent[key],)


def _as_text(form: Callable[[Any], Any]) -> Callable[[Any], str]:
    """What gives a number, as text."""
    return lambda value: str(form(value))


def _usual_form(places: Sequence[Place]) -> str:
    if len(places) != 1:
        return "text"
    usual = {
        FieldKind.AMOUNT: "decimal",
        FieldKind.INSTANT: "date",
        FieldKind.INTEGER: "integer",
        FieldKind.LIST: "count",
        FieldKind.NAMED: "count",
    }
    return usual.get(places[0].kind, "text")

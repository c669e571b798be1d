"""How the columns of an export become ours: by name, numbered groups as rows, the shop's words as the contract's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.stores.rows.columns import KNOWN, REQUIRED, is_of_line
from bridge.stores.rows.order import NotAnOrder

NET, GROSS = "net", "gross"
BY_SUMS = "by-sums"  # whichever makes the order's own total, order by order
STATED = "stated"  # no price is read: net, tax and gross are there, or two of them
PRICES = (STATED, NET, GROSS, BY_SUMS)
KEY = "store_order_id"
NUMBERED = "{n}"
OTHERWISE = "*"
_EMPTY_AMOUNT = re.compile(r"0?(?:[.,]0*)?")
# Keys of one line in one cell, as older exports of WooCommerce write it.
PACKED = {
    "name": "line_name",
    "sku": "line_sku",
    "qty": "line_quantity",
    "quantity": "line_quantity",
    "total": "line_net",
    "tax": "line_tax",
    "total_tax": "line_tax",
}
_PACKED_KEY = re.compile(r"([a-z_]+):(.*)", re.DOTALL)
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """The shape of one kind of export. `columns` leads from our name to theirs; the first filled one counts."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # "{n}" in a name: numbered groups of columns
    words: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # our column -> their word -> ours; "*": others
    defaults: Mapping[str, str] = field(default_factory=dict)  # our column -> what stands there when nothing does
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # our column -> keys of `attributes`
    prices: str = STATED  # what line_price, line_amount and the other amounts without a word are
    key: str = KEY  # the column whose value the rows of one order share
    own_names: bool = True  # a column that has one of our names needs no entry in `columns`
    signature: frozenset[str] = frozenset()  # header names by which the export is known


@dataclass(frozen=True, slots=True)
class _Column:
    """Where one of our columns stands in the file."""

    index: int
    name: str
    group: int  # 0: of the order or its only line; 1, 2, ...: of a numbered line


class Plan:
    """A layout that has met a header."""

    def __init__(self, header: Sequence[str], layout: Layout, reads: Callable[[str], bool] = bool) -> None:
        """reads: which of our columns this header may tell; all of them unless orders and lines stand apart."""
        self._layout = layout
        found = [name.strip().casefold() for name in header]
        self._columns = [column for column in (*_mapped(found, layout), *_own(found, layout)) if reads(column.name)]
        self._groups = sorted({column.group for column in self._columns if column.group})
        self.names = {column.name for column in self._columns}
        self.used = [found[index] for index in self.indexes]

    @property
    def is_numbered(self) -> bool:
        """Whether the lines of an order stand in numbered columns of one row."""
        return bool(self._groups)

    @property
    def indexes(self) -> list[int]:
        """Which columns of the header are read."""
        return sorted({column.index for column in self._columns})

    def index_of(self, name: str) -> int | None:
        """Where one of our columns stands in the header; the first place, where several may be filled."""
        return next((column.index for column in self._columns if column.name == name), None)

    def missing(self, further: Iterable[str] = ()) -> list[str]:
        """Required columns that neither the header nor a default gives. further: told by another header."""
        known = self.names | self._layout.defaults.keys() | set(further)
        if "line_cell" in known:
            known |= {"line_quantity"}
        return [name for name in REQUIRED if name not in known]

    def text_of(self, name: str, cells: Sequence[str]) -> str:
        """One of our columns in a row of the file; empty where the row leaves it blank."""
        places = (column.index for column in self._columns if column.name == name)
        return next((text for index in places if index < len(cells) and (text := cells[index].strip())), "")

    def rows(self, cells: Sequence[str]) -> Iterator[Cells]:
        """One row of the file as our rows: itself, and one for each numbered line. Raises NotAnOrder for a gap."""
        groups: dict[int, Cells] = {0: {}, **{number: {} for number in self._groups}}
        for column in self._columns:
            text = cells[column.index].strip() if column.index < len(cells) else ""
            if text:
                groups[column.group].setdefault(column.name, text)
        for number, group in groups.items():
            _unpack(group)
            groups[number] = reworded(group, self._layout)
        yield groups.pop(0)
        yield from _without_gap(groups)


def reworded(cells: Cells, layout: Layout) -> Cells:
    """The cells with the shop's words as ours."""
    return {name: _reworded(text, layout.words.get(name)) for name, text in cells.items()}


def _reworded(text: str, words: Mapping[str, str] | None) -> str:
    return words.get(text.casefold(), words.get(OTHERWISE, text)) if words else text


def _mapped(header: Sequence[str], layout: Layout) -> Iterator[_Column]:
    """The columns that the layout names, in its order: the first that is filled counts."""
    for ours, theirs in layout.columns.items():
        for their in theirs:
            pattern = re.escape(their.casefold()).replace(re.escape(NUMBERED), "([1-9][0-9]{0,3})")
            for index, name in enumerate(header):
                match = re.fullmatch(pattern, name)
                if match:
                    yield _Column(index, ours, int(match.group(1)) if match.groups() else 0)


def _own(header: Sequence[str], layout: Layout) -> Iterator[_Column]:
    """The columns that have our names, where the layout says nothing else of them."""
    for index, name in enumerate(header):
        if name.startswith("extra_") or (layout.own_names and name in KNOWN and name not in layout.columns):
            yield _Column(index, name, 0)


def _unpack(cells: Cells) -> None:
    """A line in one cell becomes cells; one that stands in a column of its own counts more."""
    packed = cells.pop("line_cell", "")
    found: Cells = {}
    last = ""
    for part in packed.split("|") if packed else ():
        match = _PACKED_KEY.fullmatch(part)
        if match is None:  # the name held the sign between parts
            if last:
                found[last] += f"|{part}"
            continue
        last = PACKED.get(match.group(1), "")
        if last:
            found[last] = match.group(2)
    for name, text in found.items():
        if text.strip():
            cells.setdefault(name, text.strip())


def _without_gap(groups: Mapping[int, Cells]) -> Iterator[Cells]:
    """The numbered lines up to the first empty one; a filled one behind that is a mistake of the file."""
    ended = 0
    for number, cells in groups.items():
        if not any(is_of_line(name) and not _EMPTY_AMOUNT.fullmatch(text) for name, text in cells.items()):
            ended = ended or number
        elif ended:
            raise NotAnOrder(f"item {ended} is empty, but item {number} is filled")
        else:
            yield cells

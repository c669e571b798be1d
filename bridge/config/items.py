"""The ERP's item list: a CSV file that the ERP exports, read once and kept as maps/items/ENDPOINT.csv.

It says which articles the ERP has, so that a missing one is seen before an order needs it. No pass reads it: a list
that is a week old holds no order.
"""

from __future__ import annotations

import codecs
import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TextIO

from bridge.config.mistakes import SHOWN_MAX, DeploymentRefused, Mistake, suggestion
from bridge.config.sheets import damage, separator_line
from bridge.domain.items import ItemList

ITEMS_FOLDER = "items"
ARTICLES_MAX = 5_000_000
ITEM_BYTES_MAX = 2**30
ARTICLE_COLUMN = "erp_sku"
# How the product exports of shops call it: WooCommerce and Magento, Shopify, PrestaShop, our own contract.
SKU_COLUMNS = ("sku", "variant sku", "reference", "product reference", "store_sku")
LENGTH_MAX = 200  # of one article's code
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ";,\t|"


@dataclass(frozen=True, slots=True)
class CodesFile:
    """How a file of codes is written. column: its heading, or its number from 1; empty: one of SKU_COLUMNS."""

    path: Path
    column: str = ARTICLE_COLUMN
    encoding: str = "utf-8"
    delimiter: str = ""  # empty: the one that the first line has most of
    has_heading: bool = True
    as_they_are: bool = False  # somebody says that the codes are no work of a spreadsheet


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    articles: int
    repeated: int  # rows of an article that had one already
    empty: int  # rows without an article
    before: int | None  # how many articles the list had before; None: there was no list


def items_path(maps_folder: Path, endpoint: str) -> Path:
    """Where the item list of an endpoint is kept."""
    return maps_folder / ITEMS_FOLDER / f"{endpoint}.csv"


def load_items(maps_folder: Path, endpoint: str) -> ItemList | None:
    """The kept item list of an endpoint; None where none was imported. Raises DeploymentRefused for a damaged one."""
    path = items_path(maps_folder, endpoint)
    try:
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
    return ItemList(frozenset(code for _, code in codes_in(CodesFile(path, as_they_are=True)) if code), changed)


def import_items(source: CodesFile, maps_folder: Path, endpoint: str) -> Imported:
    """Keep the articles of a file as the endpoint's item list, in place of the one before.

    A file with a mistake changes nothing. Raises DeploymentRefused with all mistakes, each with its line.
    """
    articles: dict[str, None] = {}
    repeated = empty = 0
    for _, code in codes_in(source):
        if not code:
            empty += 1
        elif code in articles:
            repeated += 1
        else:
            articles[code] = None
    shown = str(source.path)
    if not articles:
        raise DeploymentRefused([Mistake(shown, "names no article.", "Export the item list anew, with its rows.")])
    before = _count(maps_folder, endpoint)
    _write(items_path(maps_folder, endpoint), articles)
    return Imported(len(articles), repeated, empty, before)


def _count(maps_folder: Path, endpoint: str) -> int | None:
    """How many articles the list has that is there; a damaged one is about to be replaced."""
    with suppress(DeploymentRefused):
        kept = load_items(maps_folder, endpoint)
        return None if kept is None else len(kept.articles)
    return None


def _write(path: Path, articles: dict[str, None]) -> None:
    """All at once: whoever reads the list meets the one before or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow([ARTICLE_COLUMN])
        writer.writerows([code] for code in articles)
        opened.flush()
        os.fsync(opened.fileno())
    temporary.replace(path)


def codes_in(source: CodesFile) -> Iterator[tuple[int, str]]:
    """(line, code) of each row, an empty code where the cell is. Raises DeploymentRefused with the mistakes so far."""
    shown = str(source.path)
    mistakes: list[Mistake] = []
    for count, (line, code) in enumerate(_rows(source, shown), start=1):
        mistakes.extend(_unfit(code, f"{shown}:{line}", source))
        if count > ARTICLES_MAX:
            cure = "Export only the articles that are sold."
            mistakes.append(Mistake(f"{shown}:{line}", f"there are more than {ARTICLES_MAX} rows.", cure))
        if len(mistakes) > SHOWN_MAX or count > ARTICLES_MAX:
            break
        yield line, code
    if mistakes:
        raise DeploymentRefused(mistakes)


def _unfit(code: str, place: str, source: CodesFile) -> Iterator[Mistake]:
    if not source.as_they_are:
        yield from damage((code,), place, "If all are the codes, add --as-they-are.")
    if len(code) > LENGTH_MAX or not code.isprintable():
        what = f"has a code of {len(code)} characters, or one that cannot be seen."
        yield Mistake(place, what, "Name the column of the codes; a code has at most 200 characters.")


def _rows(source: CodesFile, shown: str) -> Iterator[tuple[int, str]]:
    """(line, cell) of the column. Blank rows are passed over."""
    try:
        if source.path.stat().st_size > ITEM_BYTES_MAX:
            cure = "Export only the articles that are sold, without their texts."
            raise DeploymentRefused([Mistake(shown, "is larger than 1 GB.", cure)])
        with source.path.open(encoding=_encoding(source), newline="") as opened:
            first = opened.readline()
            separator = separator_line(first)
            if separator is None:
                opened.seek(0)
            yield from _cells(opened, source, separator, shown)
    except FileNotFoundError:
        raise DeploymentRefused([Mistake(shown, "is not there.", "Name the file that the ERP exported.")]) from None
    except (UnicodeError, LookupError) as error:
        cure = f"Name its encoding, for example --encoding windows-1250; {source.encoding} was tried."
        raise DeploymentRefused([Mistake(shown, "is written in another encoding.", cure)]) from error
    except csv.Error as error:
        cure = "Look at its quotes, or name its separator with --delimiter."
        raise DeploymentRefused([Mistake(shown, f"is no CSV ({error}).", cure)]) from error


def _encoding(source: CodesFile) -> str:
    """The file's own word on its encoding, else the one that was named."""
    with source.path.open("rb") as opened:
        begin = opened.read(4)
    return next((name for mark, name in _BYTE_ORDER_MARKS if begin.startswith(mark)), source.encoding)


def _cells(opened: TextIO, source: CodesFile, separator: str | None, shown: str) -> Iterator[tuple[int, str]]:
    """The same of a file that stands behind its `sep=` line, if it has one."""
    before = 0 if separator is None else 1
    at: int | None = None
    head = opened.readline()
    while head.isspace():
        head = opened.readline()
        before += 1
    delimiter = source.delimiter or separator or max(_DELIMITERS, key=head.count)
    reader = csv.reader(chain([head] if head else [], opened), delimiter=delimiter, strict=True)
    line = before + 1
    for cells in reader:
        if at is None:
            at = _column(cells, source, f"{shown}:{line}")
            if source.has_heading:
                line = before + reader.line_num + 1
                continue
        if any(cell.strip() for cell in cells):
            yield line, cells[at].strip() if at < len(cells) else ""
        line = before + reader.line_num + 1


def _column(first: Sequence[str], source: CodesFile, place: str) -> int:
    """Where the codes stand. Raises DeploymentRefused where the file has no such column."""
    headings = [cell.strip() for cell in first] if source.has_heading else []
    folded = [heading.casefold() for heading in headings]
    for name in (source.column.casefold(),) if source.column else SKU_COLUMNS:
        if folded.count(name) == 1:
            return folded.index(name)
    if source.column.isdecimal() and 0 < int(source.column) <= len(first):
        return int(source.column) - 1
    told = f"{suggestion(source.column, headings)}Its columns: {', '.join(filter(None, headings))}."
    cure = told if source.has_heading else f"Write a number from 1 to {len(first)}."
    asked = repr(source.column) if source.column else f"of SKUs that is known by its name ({', '.join(SKU_COLUMNS)})"
    what = f"has no column {asked}, or has it twice."
    raise DeploymentRefused([Mistake(place, what, f"Name it with --column. {cure}")])

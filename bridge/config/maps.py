"""maps/*.csv become code maps. Keys are text; a file that a spreadsheet has damaged is refused with its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bridge.config.dated_codes import DAYS, dated_codes
from bridge.config.mistakes import DeploymentRefused, Mistake
from bridge.config.sheets import AS_IT_IS, Columns, Heard, Row, content_of, damage, rows_of, text_of
from bridge.config.sku_rows import FURTHER, entries_of
from bridge.config.tax_rows import CONDITIONS, Conditional, tax_rows
from bridge.domain.articles import Articles, Entry
from bridge.domain.maps import MAP_NAMES, PAYMENT, SHIPPING, SKU, TAX, CodeMap, Maps

# map -> the column of the key and the column of the value, and what else a row may say
COLUMNS = {
    SKU: Columns(("store_sku", "erp_sku"), FURTHER),
    TAX: Columns(("store_tax", "erp_tax"), (*DAYS, *CONDITIONS)),
    PAYMENT: Columns(("store_method", "erp_method"), DAYS),
    SHIPPING: Columns(("store_method", "erp_method"), DAYS),
}


IF_IT_IS_THE_CODE = f"If it is the code, write yes into a column {AS_IT_IS}."


@dataclass(frozen=True, slots=True)
class ReadMaps:
    """Maps, and the files that they were read from, byte for byte: somebody may save others in the next moment."""

    maps: Maps
    files: Mapping[str, bytes]  # by name


def load_maps(folder: Path, names: Iterable[str] = MAP_NAMES) -> Maps:
    """The maps of a folder, those named; a missing file is an empty map. Raises DeploymentRefused with all mistakes."""
    return read_maps(folder, names).maps


def read_maps(folder: Path, names: Iterable[str] = MAP_NAMES) -> ReadMaps:
    """As `load_maps`, with the files as they were read."""
    mistakes: list[Mistake] = []
    maps: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for name in names:
        content = content_of(folder / f"{name}.csv", f"maps/{name}.csv", mistakes.append)
        if content is None:
            continue
        files[f"{name}.csv"] = content
        codes, articles, found = _read(name, content)
        mistakes.extend(found)
        maps[name] = codes
        if name == SKU:
            maps["articles"] = articles
    if mistakes:
        raise DeploymentRefused(mistakes)
    return ReadMaps(Maps(**maps), files)


def articles_named(folder: Path) -> Iterator[tuple[int, str, str]]:
    """(line, store's SKU, ERP's article) of each row of the SKU map: what an item list is held against."""
    ignored: list[Mistake] = []
    shown = f"maps/{SKU}.csv"
    content = content_of(folder / f"{SKU}.csv", shown, ignored.append)
    text = text_of(content, shown, ignored.append) if content is not None else None
    for row in rows_of(text, COLUMNS[SKU], shown, ignored.append) if text else ():
        yield row.line, row.cells[0], row.cells[1]


@lru_cache(maxsize=2 * len(MAP_NAMES))
def _read(name: str, content: bytes) -> tuple[CodeMap, Articles, tuple[Mistake, ...]]:
    """The map in these bytes. Kept by the bytes themselves: each pass looks at the files, few of them have changed."""
    shown = f"maps/{name}.csv"
    mistakes: list[Mistake] = []
    text = text_of(content, shown, mistakes.append)
    if text is None:
        return CodeMap(), Articles(), tuple(mistakes)
    rows = list(_with_values(rows_of(text, COLUMNS[name], shown, mistakes.append), shown, mistakes.append))
    for row in rows:
        if not row.as_it_is:
            mistakes.extend(damage(row.cells[:2], f"{shown}:{row.line}", IF_IT_IS_THE_CODE))
    mistakes.extend(_twins(rows, shown))
    articles = Articles()
    dated: dict[str, Entry] = {}
    conditional: Conditional = {}
    if name == TAX:
        rows, conditional = tax_rows(rows, shown, mistakes.append)
    if name == SKU:
        rows, articles = entries_of(rows, shown, mistakes.append)
    else:
        rows, dated = dated_codes(rows, shown, mistakes.append)
    codes = CodeMap(_codes(rows, shown, mistakes.append), dated, conditional=conditional)
    return codes, articles, tuple(sorted(dict.fromkeys(mistakes), key=lambda one: one.line))


def _with_values(rows: Iterable[Row], shown: str, hear: Heard) -> Iterator[Row]:
    """The rows that have an ERP code."""
    for row in rows:
        if row.cells[1]:
            yield row
        else:
            what = f"{row.cells[0] or 'The row'} has no ERP code."
            hear(Mistake(f"{shown}:{row.line}", what, "Fill it, or remove the row."))


def _codes(rows: list[Row], shown: str, hear: Heard) -> dict[str, str]:
    """Key to value. One key twice is refused."""
    codes: dict[str, str] = {}
    lines: dict[str, int] = {}
    for row in rows:
        key, value = row.cells[:2]
        if key in codes:
            what = f"{key!r} stands on line {lines[key]} already."
            hear(Mistake(f"{shown}:{row.line}", what, "Keep one of the two rows."))
            continue
        codes[key], lines[key] = value, row.line
    return codes


def _twins(rows: list[Row], shown: str) -> Iterator[Mistake]:
    """Keys that differ by leading zeros only."""
    bare: dict[str, Row] = {}
    for row in rows:
        key = row.cells[0]
        if key.isdigit() and not row.as_it_is:
            twin = bare.setdefault(key.lstrip("0"), row)
            if twin.cells[0] != key:
                what = f"{key!r} and {twin.cells[0]!r} (line {twin.line}) differ by leading zeros only."
                cure = "A spreadsheet has probably taken the zeros of one. Keep the row that is right. "
                cure += f"If both are right, write yes for them into a column {AS_IT_IS}."
                yield Mistake(f"{shown}:{row.line}", what, cure)

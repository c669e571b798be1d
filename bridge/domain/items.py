"""What the ERP lacks of what a store sells: SKUs without a mapping, articles that are not in its item list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bridge.domain.maps import GOODS, WITH_ARTICLE, article_of, entry_of, map_key
from bridge.domain.rules import Rules


class Lacking(StrEnum):
    """What is missing, as a stable word."""

    SKU = "no-sku"  # the store sells something without a SKU
    MAPPING = "no-mapping"  # maps/sku.csv has no row
    MAPPING_TODAY = "no-mapping-today"  # the rows are valid on other days
    ARTICLE = "no-article"  # the ERP's item list does not have the article


LACKING_WORDS = {
    Lacking.SKU: "sold without a SKU",
    Lacking.MAPPING: "not in maps/sku.csv",
    Lacking.MAPPING_TODAY: "in maps/sku.csv, but not valid today",
    Lacking.ARTICLE: "its article is not in the ERP's item list",
}


@dataclass(frozen=True, slots=True)
class ItemList:
    """The articles that the ERP has, and when they were told."""

    articles: frozenset[str]
    told_at: datetime
    _alike: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def meant(self, sku: str) -> str:
        """The one article whose code is the SKU, or differs from it by case, blanks, dashes and leading zeros alone."""
        if sku in self.articles:
            return sku
        if not self._alike:
            for article in self.articles:
                key = _bare(article)
                self._alike[key] = "" if key in self._alike else article  # two alike: nobody knows which is meant
        bare = _bare(sku)
        return self._alike.get(bare, "") if bare else ""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing for one SKU. article: of the ERP, where the map names one."""

    what: Lacking
    sku: str
    article: str = ""


def lacks(kind: str, sku: str, rules: Rules, day: date, items: ItemList | None) -> Iterator[Lack]:
    """What an order placed on a day would lack for a line of this kind and SKU. items: None without a list."""
    key = map_key(kind, sku, rules.maps)
    if kind in WITH_ARTICLE and not sku and not rules.maps.knows(key):
        yield Lack(Lacking.SKU, "")
        return
    entry = entry_of(kind, sku, rules.maps)
    span = entry.on(day) if entry is not None else None
    if entry is not None and span is None:
        yield Lack(Lacking.MAPPING_TODAY, key)
        return
    articles = [part.erp_sku for part in span.parts] if span is not None else [_plain(kind, sku, rules)]
    for article in articles:
        if article is None:
            yield Lack(Lacking.MAPPING, key)
        elif article and items is not None and article not in items.articles:
            yield Lack(Lacking.ARTICLE, key, article)


def cure_of(lack: Lack, items: ItemList | None) -> str:
    """What to do about it, with the line of maps/sku.csv where one cures it."""
    meant = items.meant(lack.article or lack.sku) if items is not None else ""
    if lack.what is Lacking.SKU:
        return "Give the product a SKU in the store."
    if lack.what is Lacking.ARTICLE:
        if meant:
            return f"The list has {meant}: correct the row of {lack.sku} in maps/sku.csv."
        return f"Create {lack.article} in the ERP and import its item list anew, or correct maps/sku.csv."
    line = f"{quoted(lack.sku)},{quoted(meant) if meant else 'ARTICLE'}"
    if lack.what is Lacking.MAPPING_TODAY:
        return f"Add a row for {lack.sku} to maps/sku.csv that is valid today, or correct the dates of its rows."
    return f"Add to maps/sku.csv: {line}"


def quoted(cell: str) -> str:
    """A cell as CSV writes it."""
    return '"' + cell.replace('"', '""') + '"' if any(one in cell for one in ',;"\r\n') else cell


def _plain(kind: str, sku: str, rules: Rules) -> str | None:
    return article_of(kind, sku, rules.maps, rules.flow) if sku or kind not in GOODS else rules.maps.sku.codes.get("")


def _bare(code: str) -> str:
    """What is left of a code when case, blanks, dashes and leading zeros count for nothing."""
    return "".join(one for one in code.casefold() if one.isalnum()).lstrip("0")

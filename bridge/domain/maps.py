"""Code maps: what the ERP calls the store's SKUs, taxes, payment and shipping methods. Keys are text: zeros live.

`config/maps.py` reads them from `maps/*.csv`; a check names what is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from bridge.domain.articles import Articles, Entry, MappedLine, gap_words
from bridge.domain.contract import Line, LineKind
from bridge.domain.policies import FlowRules

SKU, TAX, PAYMENT, SHIPPING = "sku", "tax", "payment", "shipping"
MAP_NAMES = (SKU, TAX, PAYMENT, SHIPPING)

# Goods and services need an article of the ERP; charges have one only where the map names it (`@shipping`).
GOODS = frozenset({LineKind.PRODUCT, LineKind.KIT, LineKind.KIT_COMPONENT, LineKind.CONFIGURABLE, LineKind.GIFT})
WITH_ARTICLE = GOODS | {LineKind.SERVICE}

ROUNDING_SKU = "@rounding"  # of the line that an order's rounding becomes where the ERP has no field for it
# SKUs that no store gives, for what a store sells or charges without one. The ERP knows none of them as they are.
TIP_SKU, DUTY_SKU, GIFT_CARD_SKU = "@tip", "@duty", "@gift_card"
_NO_SKUS_OF_A_STORE = frozenset({ROUNDING_SKU, TIP_SKU, DUTY_SKU, GIFT_CARD_SKU})

# UN/ECE Recommendation 20 codes of the units that shops write; others travel as they are.
_PIECES = ("", "pc", "pcs", "piece", "pieces", "szt", "szt.", "stk", "st", "st.", "ks", "db", "each")
_UNITS = (
    "kg=KGM g=GRM t=TNE l=LTR ml=MLT m=MTR cm=CMT mm=MMT m2=MTK m3=MTQ h=HUR day=DAY "
    "set=SET kpl=SET pair=PR box=BX pack=PK"
)
UNIT_CODES: Mapping[str, str] = {
    **dict.fromkeys(_PIECES, "C62"),
    **dict(pair.split("=") for pair in _UNITS.split()),
}


@dataclass(frozen=True, slots=True)
class CodeMap:
    """One map. The digest tells one content from another, whatever the order of its rows.

    dated: keys whose code depends on the day on which an order was placed. gaps: of a map of one day, those that have
    no code then, with the words for when.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    dated: Mapping[str, Entry] = field(default_factory=dict)
    gaps: Mapping[str, str] = field(default_factory=dict)
    digest: str = field(init=False, default="")

    def __post_init__(self) -> None:
        seen = hashlib.sha256()
        for key in sorted(self.codes):
            seen.update(f"{key}\x00{self.codes[key]}\x01".encode())
        for key in sorted(self.dated):
            seen.update(f"{self.dated[key]!r}\x02".encode())
        object.__setattr__(self, "digest", seen.hexdigest())

    def on(self, day: date) -> CodeMap:
        """The map of one day."""
        spans = {key: entry.on(day) for key, entry in self.dated.items()}
        codes = {key: span.parts[0].erp_sku for key, span in spans.items() if span is not None}
        gaps = {key: gap_words(self.dated[key], day) for key, span in spans.items() if span is None}
        return CodeMap({**self.codes, **codes}, {}, gaps)

    def asked(self, key: str) -> str:
        """A key that has no code, in words: with the days on which it has none, where it has one on others."""
        return f"{key} {self.gaps[key]}" if key in self.gaps else key


@dataclass(frozen=True, slots=True)
class Maps:
    """The four maps of a deployment. articles: the entries of the SKU map that are more than a code for a code."""

    sku: CodeMap = field(default_factory=CodeMap)
    tax: CodeMap = field(default_factory=CodeMap)
    payment: CodeMap = field(default_factory=CodeMap)
    shipping: CodeMap = field(default_factory=CodeMap)
    articles: Articles = field(default_factory=Articles)

    @property
    def digest(self) -> str:
        """Changes when any map does."""
        digests = [*(self.named(name).digest for name in MAP_NAMES), self.articles.digest]
        return hashlib.sha256("".join(digests).encode()).hexdigest()

    @property
    def is_dated(self) -> bool:
        """Whether tax, payment or shipping codes depend on the day."""
        return bool(self.tax.dated or self.payment.dated or self.shipping.dated)

    def on(self, day: date) -> Maps:
        """The maps of one day; the SKU map knows its own days."""
        return replace(self, tax=self.tax.on(day), payment=self.payment.on(day), shipping=self.shipping.on(day))

    def knows(self, key: str) -> bool:
        """Whether the SKU map has rows of its own for a key."""
        return key in self.sku.codes or key in self.articles.by_key

    def named(self, name: str) -> CodeMap:
        """One of the four by its name, which is also its file's."""
        found: CodeMap = getattr(self, name)
        return found


def percent(rate: Decimal) -> str:
    """0.23 gives "23%", 0.055 gives "5.5%": how a tax map may name a rate."""
    text = format(rate * 100, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def tax_key(line: Line) -> str:
    """By what the tax map is asked: the store's code, else the rate; empty where the store says neither."""
    return line.tax_code or ("" if line.tax_rate is None else percent(line.tax_rate))


def map_key(kind: str, sku: str, maps: Maps) -> str:
    """By what the SKU map is asked for a line: the SKU, or the `@kind` that stands for a charge without a row.

    Goods are asked by their SKU alone, a service without one by `@service`, a comment by `@comment`, a tip by `@tip`
    and then `@fee`. A rounding has its own article or none.
    """
    if kind in GOODS or sku == ROUNDING_SKU:
        return sku
    group = f"@{kind}"
    if kind == LineKind.COMMENT or not sku:
        return group
    is_stores_own = kind == LineKind.SERVICE and sku not in _NO_SKUS_OF_A_STORE
    return sku if is_stores_own or maps.knows(sku) or not maps.knows(group) else group


def entry_of(kind: str, sku: str, maps: Maps) -> Entry | None:
    """The entry that decides a line's articles; None where a plain code does, or where the map has neither."""
    articles = maps.articles
    if not articles:
        return None
    key = map_key(kind, sku, maps)
    if key in maps.sku.codes:
        return None
    return articles.entry(key) if kind in WITH_ARTICLE and not key.startswith("@") else articles.by_key.get(key)


def erp_sku(line: Line, maps: Maps, flow: FlowRules) -> str | None:
    """The ERP's article of a line as it travels: empty where it needs none, None where the map misses it."""
    return line.erp_sku if isinstance(line, MappedLine) else article_of(line.kind, line.sku, maps, flow)


def article_of(kind: str, sku: str, maps: Maps, flow: FlowRules) -> str | None:
    """As `erp_sku`, for the kind and SKU of a line that no entry has mapped. An entry's gap is no missing row."""
    key = map_key(kind, sku, maps)
    found = maps.sku.codes.get(key)
    if found is not None or entry_of(kind, sku, maps) is not None:
        return found
    if kind not in WITH_ARTICLE:
        return ""
    return sku if flow.passes_unmapped(SKU) and sku not in _NO_SKUS_OF_A_STORE else None


def erp_tax_code(line: Line, maps: Maps, flow: FlowRules) -> str | None:
    """The ERP's tax code of a line, by the store's code, else by the rate. None where the map misses it."""
    taxes = maps.tax
    for key in (line.tax_code, "" if line.tax_rate is None else percent(line.tax_rate)):
        if (found := taxes.codes.get(key)) is not None or key in taxes.gaps:
            return found
    if line.kind is LineKind.COMMENT or line.sku == ROUNDING_SKU or not (line.tax or tax_key(line)):
        return ""
    return tax_key(line) if flow.passes_unmapped(TAX) else None


def erp_method(method: str, name: str, maps: Maps, flow: FlowRules) -> str | None:
    """The ERP's code of a payment or shipping method; empty for none, None where the map misses it."""
    found = maps.named(name).codes.get(method)
    if found is not None or method in maps.named(name).gaps:
        return found
    return method if not method or flow.passes_unmapped(name) else None


def unit_code(unit: str) -> str:
    """The UN/ECE code of a unit, pieces where the store names none."""
    return UNIT_CODES.get(unit) or UNIT_CODES.get(unit.strip().lower()) or unit

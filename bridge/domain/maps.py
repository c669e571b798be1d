"""Code maps: what the ERP calls the store's SKUs, taxes, payment and shipping methods. Keys are text: zeros live.

`config/maps.py` reads them from `maps/*.csv`; a check names what is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import chain

from bridge.domain.articles import Articles, Entry, MappedLine, gap_words
from bridge.domain.contract import Line, LineKind
from bridge.domain.policies import FlowRules
from bridge.domain.tax_conditions import Condition

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

    dated: keys whose code depends on the day on which an order was placed. conditional: what keys mean for the orders
    that meet a condition. gaps: of a map of one day, keys that have no code then, in words with the days. elsewhere: of
    a map of one kind of orders, keys that have codes for other kinds alone, with the columns that say for which.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    dated: Mapping[str, Entry] = field(default_factory=dict)
    gaps: Mapping[str, str] = field(default_factory=dict)
    conditional: Mapping[str, Mapping[Condition, Entry]] = field(default_factory=dict)
    elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)
    digest: str = field(init=False, default="")
    conditions: frozenset[Condition] = field(init=False, default=frozenset())
    is_dated: bool = field(init=False, default=False)
    with_rates: frozenset[str] = field(init=False, default=frozenset())  # codes that some keys name with a rate
    alone: Mapping[str, str] = field(init=False, default_factory=dict)  # of the others: the code alone decides

    def __post_init__(self) -> None:
        seen = hashlib.sha256()
        for key in sorted(self.codes):
            seen.update(f"{key}\x00{self.codes[key]}\x01".encode())
        for key in sorted(self.dated):
            seen.update(f"{self.dated[key]!r}\x02".encode())
        for key in sorted(self.conditional):
            for condition, entry in sorted(self.conditional[key].items(), key=lambda one: one[0]):
                seen.update(f"{condition!r}\x00{entry!r}\x03".encode())
        object.__setattr__(self, "digest", seen.hexdigest())
        self._see_what_is_asked()

    def _see_what_is_asked(self) -> None:
        """Seen once, so that a map without days, conditions and rates costs no line more than a look at its code."""
        own = [entry for entries in self.conditional.values() for entry in entries.values()]
        object.__setattr__(self, "conditions", frozenset(one for each in self.conditional.values() for one in each))
        object.__setattr__(self, "is_dated", bool(self.dated) or not all(entry.is_always for entry in own))
        keys = chain(self.codes, self.dated, self.gaps, self.conditional, self.elsewhere)
        with_rates = frozenset(key.rpartition(" ")[0] for key in keys if key.endswith("%")) - {""}
        object.__setattr__(self, "with_rates", with_rates)
        others = {key for key in ("", *with_rates) if key in self.codes}
        alone = {key: code for key, code in self.codes.items() if key not in others} if others else self.codes
        object.__setattr__(self, "alone", alone)

    def on(self, day: date) -> CodeMap:
        """The map of one day, of orders that meet no condition."""
        if not self.dated:
            return self
        spans = {key: entry.on(day) for key, entry in self.dated.items()}
        codes = {key: span.parts[0].erp_sku for key, span in spans.items() if span is not None}
        entries = ((key, self.dated[key]) for key, span in spans.items() if span is None)
        gaps = {key: f"{entry.key} {gap_words(entry, day)}" for key, entry in entries}
        return CodeMap({**self.codes, **codes}, {}, gaps, {}, self.elsewhere)

    def meeting(self, met: Iterable[Condition]) -> CodeMap:
        """The map of the orders that meet these conditions, the most specific first: of a key the first one decides."""
        if not self.conditional:
            return self
        first = tuple(met)
        codes, dated, elsewhere = {**self.codes}, {**self.dated}, {**self.elsewhere}
        for key, entries in self.conditional.items():
            decides = next((entries[one] for one in first if one in entries), None)
            if decides is not None and decides.is_always:
                dated.pop(key, None)
                codes[key] = decides.spans[0].parts[0].erp_sku
            elif decides is not None:
                codes.pop(key, None)
                dated[key] = decides
            elif key not in codes and key not in dated:
                elsewhere[key] = frozenset(column for one in entries for column in one.columns)
        return CodeMap(codes, dated, self.gaps, {}, elsewhere)

    def asked(self, key: str) -> str:
        """A key that has no code, in words: with the days on which it has none, where it has one on others."""
        return self.gaps.get(key, key)


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
        return self.tax.is_dated or self.payment.is_dated or self.shipping.is_dated

    @property
    def depend_on_order(self) -> bool:
        """Whether orders of different days or kinds have maps of their own."""
        return bool(self.tax.conditions) or self.is_dated

    def on(self, day: date) -> Maps:
        """The maps of one day; the SKU map knows its own days."""
        return replace(self, tax=self.tax.on(day), payment=self.payment.on(day), shipping=self.shipping.on(day))

    def meeting(self, met: Iterable[Condition]) -> Maps:
        """The maps of the orders that meet these conditions of the tax map, the most specific first."""
        return replace(self, tax=self.tax.meeting(met))

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


def tax_keys(line: Line, taxes: CodeMap) -> tuple[str, ...]:
    """All by which the tax map is asked, in this order: code and rate together, the code, the rate."""
    code, rate = line.tax_code, "" if line.tax_rate is None else percent(line.tax_rate)
    together = f"{code} {rate}" if rate and code in taxes.with_rates else ""
    return tuple(key for key in (together, code, rate) if key)


def erp_tax_code(line: Line, maps: Maps, flow: FlowRules) -> str | None:
    """The ERP's tax code of a line, by the first of its keys that has one. None where the map misses it."""
    taxes = maps.tax
    if (found := taxes.alone.get(line.tax_code)) is not None:
        return found
    for key in tax_keys(line, taxes):
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

"""Orders rendered on one core, for each profile of the first tier, against straight code that writes the same bytes.

Both sides get the same outgoing trees, and the clock covers nothing but making bytes of them. They run in turns, in one
process; the straight side is the fastest of its ways.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from bench import (
    straight_csv,
    straight_edifact,
    straight_idoc,
    straight_orders,
    straight_peppol,
    straight_rows,
    straight_ubl,
    straight_x12,
)
from bench.make_orders import orders as made_orders
from bench.straight_words import File, Tree
from bridge.domain.contract import Order
from bridge.domain.maps import CodeMap, Maps
from bridge.domain.outgoing import outgoing
from bridge.domain.policies import FlowRules
from bridge.domain.rules import Rules
from bridge.profiles import load_profile
from bridge.profiles.formats.base import FileContext
from bridge.profiles.installation import Installation
from bridge.profiles.profile import Profile

Written = Callable[[Sequence[Tree], File], bytes]
ROOT = Path(__file__).parent.parent
SEALED_AT = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)
DAY = date(2026, 11, 24)
ORDERS_PER_FILE_MAX = 500
SKUS = {f"SKU-{number:04}": str(40_000 + number) for number in range(500)}
TAXES, PAYMENTS, SHIPPINGS = {"standard": "A1"}, {"card": "CC"}, {"flat_rate": "01"}
STRAIGHT_MAPS = straight_orders.Maps(SKUS, TAXES, PAYMENTS, SHIPPINGS)
RULES = Rules(
    flow=FlowRules(orders_from=datetime(2026, 1, 1, tzinfo=UTC)),
    maps=Maps(CodeMap(SKUS), CodeMap(TAXES), CodeMap(PAYMENTS), CodeMap(SHIPPINGS)),
)


def _for_trees(render: Callable[..., bytes]) -> Written:
    """A renderer of the straight script, which takes maps for what the trees have from the same maps."""
    return lambda trees, file: render(trees, file.number, STRAIGHT_MAPS, file.sealed_at)


@dataclass(frozen=True, slots=True)
class Form:
    """One profile with the parameters of an installation, and its straight code."""

    profile: str
    straight: Mapping[str, Written]
    parameters: Mapping[str, str] = field(default_factory=dict)
    shown: str = ""

    @property
    def title(self) -> str:
        """As the page calls it."""
        return f"{self.profile} ({self.shown})" if self.shown else self.profile


FORMS = (
    Form("ubl-order-2.1", {name: _for_trees(straight_ubl.RENDERERS[name]) for name in ("format", "library")}),
    Form("peppol-order-3", {"format": straight_peppol.by_format}, straight_peppol.PARAMETERS),
    Form("sap-idoc-orders05", {"format": straight_idoc.xml_by_format}, {"form": "xml"}, "xml"),
    Form("sap-idoc-orders05", {"format": straight_idoc.flat_by_format}, {"form": "flat-4x"}, "flat-4x"),
    Form("edifact-orders-d96a", {"format": straight_edifact.by_format}, straight_edifact.PARAMETERS),
    Form("x12-850", {"format": straight_x12.by_format}, straight_x12.PARAMETERS),
    Form("fixed-width", {"format": straight_rows.fixed_by_format}),
    Form("csv-orders", {name: _for_trees(straight_csv.RENDERERS[name]) for name in ("format", "library")}),
    Form("subiekt-epp", {"format": straight_rows.epp_by_format}, straight_rows.EPP_PARAMETERS),
    Form("odoo-csv", {"library": straight_rows.odoo_by_library}, straight_rows.ODOO_PARAMETERS),
)


@dataclass(frozen=True, slots=True)
class Rendering:
    """CPU seconds of each round: ours, the fastest straight way's, and its own with amounts passed through as texts."""

    title: str
    orders: int
    orders_per_file: int
    fastest: str
    ours: Sequence[float]
    straight: Sequence[float]
    texts: Sequence[float]

    def ratios(self, straight: Sequence[float]) -> list[float]:
        """Straight seconds by ours, round by round: 0.5 means that ours takes twice as long."""
        return [theirs / own for theirs, own in zip(straight, self.ours, strict=True)]

    @property
    def per_second(self) -> float:
        """Our orders a second, the median of the rounds."""
        return self.orders / statistics.median(self.ours)


def loaded(form: Form) -> Profile:
    """The profile as an installation has it."""
    return load_profile(form.profile, None, Installation(parameters=dict(form.parameters)))


def trees(profile: Profile, count: int) -> Iterator[Tree]:
    """Outgoing trees: the benchmark's orders, every third one of a company, every fourth one with a note."""
    rules = replace(RULES, limits=profile.limits, characters=profile.characters)
    for order in _orders(count):
        yield outgoing(order, rules, order.store_order_id)


def _orders(count: int) -> Iterator[Order]:
    for number, line in enumerate(made_orders(count)):
        order: dict[str, Any] = orjson.loads(line)
        order["store"] = "shop"
        if number % 3 == 0:
            for party in ("billing", "delivery"):
                order[party]["company"] = f"Example & Daughters {number} Ltd."
        if number % 4 == 0:
            order["customer_note"] = "Please ring twice, and leave it with the neighbour at number 12 if nobody opens."
        for one in order["lines"]:
            one["name"] = one["name"].replace("<classic> & more", "(classic) & more")  # X12 has no escape for >
        yield Order.model_validate(order)


def files_of(profile: Profile, trees: Sequence[Tree]) -> list[tuple[FileContext, File, Sequence[Tree]]]:
    """The trees by file, with what is known of each beforehand, for either side."""
    size = min(profile.orders_per_file_max, ORDERS_PER_FILE_MAX)
    made = []
    for number, at in enumerate(range(0, len(trees), size), start=1):
        part = trees[at : at + size]
        gross = sum((Decimal(tree["totals"]["gross"]) for tree in part), Decimal(0))
        context = FileContext(number, f"F{number}", "acme", DAY, SEALED_AT, len(part), {"PLN": gross})
        made.append((context, File(number, DAY, SEALED_AT), part))
    return made


def rendered(profile: Profile, context: FileContext, trees: Iterable[Tree]) -> bytes:
    """One file by the profile, as the export step makes it."""
    renderer = profile.renderer(context)
    return b"".join([renderer.head(), *[renderer.order(tree) for tree in trees], renderer.tail()])


@dataclass(frozen=True, slots=True)
class Peak:
    """Peak memory of fresh processes, by number of orders; in one file, or in a file for each."""

    title: str
    files: int
    mib: Mapping[int, float]


def peaks(counts: Sequence[int], forms: Sequence[Form] = FORMS) -> list[Peak]:
    """One form after the other."""
    found = []
    for form in forms:
        told = {count: _rendered_apart(form.title, count) for count in counts}
        mib = {count: one["peak_kib"] / 1024 for count, one in told.items()}
        found.append(Peak(form.title, int(told[counts[-1]]["files"]), mib))
    return found


def _rendered_apart(title: str, count: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.rendering_child", title, str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1_800, check=False)
    if done.returncode:
        raise SystemExit(f"{title}: {done.stderr}")
    told: dict[str, float] = json.loads(done.stdout)
    return told


def compared(form: Form, orders: int, rounds: int) -> Rendering:
    """Rounds in turns. Raises SystemExit where the two sides do not write the same bytes."""
    profile = loaded(form)
    files = files_of(profile, list(trees(profile, orders)))
    for context, file, part in files:
        ours = rendered(profile, context, part)
        for name, written in form.straight.items():
            if ours != written(part, file):
                raise SystemExit(f"{form.title}: straight code ({name}) writes other bytes; it is no yardstick")
    gc.collect()
    gc.freeze()  # the trees are kept for all rounds; a collection that walks them is neither side's

    def timed(write: Callable[[FileContext, File, Sequence[Tree]], bytes]) -> float:
        start = time.process_time()
        for context, file, part in files:
            write(context, file, part)
        return time.process_time() - start

    tried = {name: timed(lambda _, file, part, w=w: w(part, file)) for name, w in form.straight.items()}  # type: ignore[misc]
    fastest = min(tried, key=tried.__getitem__)
    straight = form.straight[fastest]
    seconds: dict[str, list[float]] = {"ours": [], "straight": [], "texts": []}
    for _ in range(rounds):
        seconds["ours"].append(timed(lambda context, _, part: rendered(profile, context, part)))
        seconds["straight"].append(timed(lambda _, file, part: straight(part, file)))
        straight_orders.TEXTS = True
        seconds["texts"].append(timed(lambda _, file, part: straight(part, file)))
        straight_orders.TEXTS = False
    gc.unfreeze()
    size = min(profile.orders_per_file_max, ORDERS_PER_FILE_MAX)
    return Rendering(form.title, orders, size, fastest, **seconds)


def rendering(orders: int, rounds: int) -> list[Rendering]:
    """Every form, one after the other."""
    return [compared(form, orders, rounds) for form in FORMS]

"""Map, model and render against the translation core of Bots EDI, on the same orders, in turns.

Bots is GPL and no dependency: it is installed only on request, into an environment of its own that is thrown away, and
runs there in a process of its own (`bots_child.py`). Ours does more with an order: it proves the contract and writes a
whole UBL document; Bots' core copies as many fields as its mapping names.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from bench.make_orders import write
from bench.rendering import DAY, RULES, SEALED_AT, loaded, rendered
from bench.rendering import FORMS as PROFILES
from bridge.domain.contract import Order
from bridge.domain.outgoing import Tree, outgoing
from bridge.domain.rules import Rules
from bridge.profiles import Profile
from bridge.profiles.formats.base import FileContext

WANTED = ("bots-airflow==0.1.0a1", "botscore==0.1.0")
CHILD = Path(__file__).parent / "bots_child.py"
FORMS = {"xml": "ubl-order-2.1", "csv": "csv-orders"}
TARGETS = {"xml": 8, "csv": 20}
SIZES = {"xml": 1, "csv": 500}  # orders a file of ours
OURS_PER_ROUND = 5  # ours takes a tenth of a second, too short a look at a machine with other work


@dataclass(frozen=True, slots=True)
class Against:
    """CPU seconds of each round over so many orders."""

    form: str
    profile: str
    orders: int
    ours: Sequence[float]
    bots: Sequence[float]

    @property
    def times(self) -> list[float]:
        """How many times as fast ours is, round by round."""
        return [theirs / own for theirs, own in zip(self.bots, self.ours, strict=True)]


def installed(folder: Path) -> Path:
    """The Python of an environment with Bots' core; made where it is not there yet. Asks the package index."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *WANTED]
        subprocess.run(install, check=True)
    return python


def against_bots(python: Path, orders: int, rounds: int, folder: Path) -> list[Against]:
    """To XML and to CSV."""
    source = folder / "bots-orders.jsonl"
    write(orders, source)
    lines = source.read_bytes().splitlines()
    found = []
    for form, name in FORMS.items():
        profile = loaded(next(one for one in PROFILES if one.profile == name))
        _translated(profile, lines, SIZES[form])  # templates are compiled and columns planned before the clock starts
        ours, bots = [], []
        for _ in range(rounds):
            ours.append(statistics.fmean(_translated(profile, lines, SIZES[form]) for _ in range(OURS_PER_ROUND)))
            bots.append(_by_bots(python, form, source))
        found.append(Against(form, name, orders, ours, bots))
    return found


def _by_bots(python: Path, form: str, source: Path) -> float:
    done = subprocess.run([python, CHILD, form, source], capture_output=True, text=True, check=True, timeout=1800)
    return float(json.loads(done.stdout.splitlines()[-1])["cpu_s"])


def _translated(profile: Profile, lines: Sequence[bytes], size: int) -> float:
    """CPU seconds from the lines of JSON to the bytes of all files: parsed, held to the contract, mapped, rendered."""
    rules = replace(RULES, limits=profile.limits, characters=profile.characters)
    gc.collect()
    gc.freeze()  # as the engine does when it starts
    start = time.process_time()
    for number, at in enumerate(range(0, len(lines), size), start=1):
        part = lines[at : at + size]
        trees = (_tree(line, rules) for line in part)
        rendered(profile, FileContext(number, f"F{number}", "acme", DAY, SEALED_AT, len(part)), trees)
    seconds = time.process_time() - start
    gc.unfreeze()
    return seconds


def _tree(line: bytes, rules: Rules) -> Tree:
    """One order of the store as a template gets it; what it was made of is forgotten, as the export step does."""
    order = Order.model_validate({**orjson.loads(line), "store": "shop"})
    return outgoing(order, rules, order.store_order_id)

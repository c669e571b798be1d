"""The translation core of Bots EDI over the benchmark's orders, as one JSON line. Runs in a Python of its own.

Usage: PYTHON_OF_A_THROW_AWAY_ENVIRONMENT bench/bots_child.py xml|csv ORDERS.jsonl
`bench.bots` installs botscore (GPL) and bots-airflow there on request; nothing of erp-bridge is imported here. What is
timed is what the core does with one message: parse by a grammar, map, write by a grammar; its files lie in memory where
the machine has /dev/shm. The clock starts after the first order, when grammars are loaded.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

ORDER = ("number", "created_at", "currency", "shipping_method", "status")
PARTY = (
    "company", "first_name", "last_name", "street", "house_number", "postal_code", "city", "country", "email", "phone",
)  # fmt: skip
PAYMENT = ("method", "state", "transaction_id")
LINE = ("position", "sku", "name", "kind", "quantity", "unit_net", "tax_rate", "net", "tax", "gross")
TOTALS = ("net", "tax", "gross", "paid", "due")
GROUPS = {"billing": PARTY, "delivery": PARTY, "payment": PAYMENT, "totals": TOTALS, "lines": LINE}


def _records(root: str) -> dict[str, list[list[Any]]]:
    """Every field, optional, of any characters."""
    named = {root: ORDER, **GROUPS}
    return {
        name: [["BOTSID", "M", 255, "AN"], *[[field, "C", 255, "AN"] for field in fields]]
        for name, fields in named.items()
    }


def _grammar(name: str, syntax: dict[str, Any], structure: list[Any], records: dict[str, Any]) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(syntax=syntax, structure=structure, recorddefs=records)
    return module


def _tree(root: str) -> list[Any]:
    from botscore.constants import ID, LEVEL, MAX, MIN  # type: ignore[import-not-found]  # only where Bots is

    below = [{ID: name, MIN: 0, MAX: 9999} for name in GROUPS]
    return [{ID: root, MIN: 1, MAX: 1, LEVEL: below}]


def to_xml(inn: Any, out: Any, **_: Any) -> None:
    """The mapping to XML: each field by its path, each group by a loop, as mapping scripts of Bots are written."""
    for name in ORDER:
        out.put({"BOTSID": "purchase", name: inn.get({"BOTSID": "order", name: None})})
    for group in ("billing", "delivery", "payment", "totals"):
        for name in GROUPS[group]:
            value = inn.get({"BOTSID": "order"}, {"BOTSID": group, name: None})
            out.put({"BOTSID": "purchase"}, {"BOTSID": group, name: value})
    for line in inn.getloop({"BOTSID": "order"}, {"BOTSID": "lines"}):
        made = out.putloop({"BOTSID": "purchase"}, {"BOTSID": "lines"})
        for name in LINE:
            made.put({"BOTSID": "lines", name: line.get({"BOTSID": "lines", name: None})})


def to_csv(inn: Any, out: Any, **_: Any) -> None:
    """The mapping to rows: one for each line, with what it needs of the order."""
    number = inn.get({"BOTSID": "order", "number": None})
    for line in inn.getloop({"BOTSID": "order"}, {"BOTSID": "lines"}):
        row = out.putloop({"BOTSID": "ROW"})
        row.put({"BOTSID": "ROW", "order": number})
        for name in LINE:
            row.put({"BOTSID": "ROW", name: line.get({"BOTSID": "lines", name: None})})


def main(form: str, source: Path) -> dict[str, float]:
    """Translate every order; gives CPU and wall seconds."""
    from bots_airflow import GrammarSpec, init  # type: ignore[import-not-found]  # only where Bots is
    from botscore.constants import ID, MAX, MIN

    memory = Path("/dev/shm")
    root = Path(tempfile.mkdtemp(prefix="bots-", dir=memory if memory.is_dir() else None))
    given = _grammar("orders_in", {"checkunknownentities": False}, _tree("order"), _records("order"))
    if form == "xml":
        made, mapping = _grammar("orders_out", {}, _tree("purchase"), _records("purchase")), to_xml
    else:
        fields = [["BOTSID", "M", 3, "AN"], *[[name, "C", 255, "AN"] for name in ("order", *LINE)]]
        made = _grammar("orders_out", {"noBOTSID": True}, [{ID: "ROW", MIN: 1, MAX: 9999}], {"ROW": fields})
        mapping = to_csv
    translator = init(
        grammar_in=GrammarSpec(editype="json", messagetype="orders_in", module=given),
        grammar_out=GrammarSpec(editype=form, messagetype="orders_out", module=made),
        map=mapping,
        runtime_root=root,
    )
    orders = source.read_text(encoding="utf-8").splitlines()
    first = translator.translate_text(orders[0]).output_text
    if not first or first.count("SKU-") < 3:
        raise SystemExit(f"the core did not translate the order: {first}")
    wall, cpu = time.perf_counter(), time.process_time()
    for order in orders:
        translator.translate_text(order)
    told = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu, "orders": len(orders)}
    shutil.rmtree(root, ignore_errors=True)
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]))) + "\n")

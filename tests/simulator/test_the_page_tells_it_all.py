"""docs/simulators.md names every fault and every complaint."""

from __future__ import annotations

import re
from pathlib import Path

from bridge.simulator.erp import imports
from bridge.simulator.shops.desk import commands
from bridge.simulator.shops.faults import FaultKind
from bridge.simulator.woocommerce.desk import WooCommerceDesk

PAGE = (Path(__file__).parents[2] / "docs" / "simulators.md").read_text(encoding="utf-8")


def test_every_fault_is_explained() -> None:
    assert [kind for kind in FaultKind if f"`{kind}`" not in PAGE] == []


def test_every_complaint_is_explained() -> None:
    source = Path(imports.__file__).read_text(encoding="utf-8")
    kinds = set(re.findall(r'(?:_refuse\(file|_complain\()(?:, )?"([a-z-]+)"', source))
    assert kinds >= {"checksum", "half-file", "sequence-gap", "duplicate"}
    assert [kind for kind in sorted(kinds) if f"`{kind}`" not in PAGE] == []


def test_every_act_of_the_desk_is_listed() -> None:
    paths = {
        re.sub(r"^.*?/simulator", "/simulator", line).split(" ")[0] for line in commands(WooCommerceDesk, "http://shop")
    }
    assert [path for path in sorted(paths) if path not in PAGE] == []

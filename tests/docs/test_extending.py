"""The page on extending names interfaces, entry points and suites as they are."""

from __future__ import annotations

import importlib
import re

from bridge.profiles import additions
from bridge.stores import ENTRY_POINTS, Store
from bridge.transports import ENTRY_POINT_GROUP, Transport
from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs/extend.md").read_text(encoding="utf-8")


def members(protocol: type) -> set[str]:
    """What a class must have."""
    return {name for name in vars(protocol) if not name.startswith("_")} | {
        name for name in ("__enter__", "__exit__") if name in vars(protocol)
    }


def test_a_store_is_described_with_all_its_methods() -> None:
    section = PAGE.split("## A store")[1].split("## A transport")[0]
    assert set(re.findall(r"^\| `(\w+)\(", section, re.MULTILINE)) == members(Store)
    assert f"a class with {len(members(Store))} methods" in PAGE


def test_a_transport_has_as_many_members_as_the_page_says() -> None:
    assert f"a class with {len(members(Transport))} members" in PAGE


def test_every_entry_point_group_is_one_that_is_looked_for() -> None:
    told = set(re.findall(r"erp_bridge\.\w+", PAGE))
    looked_for = set(re.findall(r"erp_bridge\.\w+", str(additions.__doc__)))
    assert told == looked_for | {ENTRY_POINTS, ENTRY_POINT_GROUP}


def test_every_suite_can_be_inherited() -> None:
    suites = re.findall(r"(bridge\.testing\.\w+)\.(\w+)", PAGE)
    assert len(suites) >= 3
    for module, name in suites:
        assert isinstance(getattr(importlib.import_module(module), name), type)


def test_every_file_that_the_page_names_is_there() -> None:
    named = re.findall(r"`((?:bridge|tests|templates)/[\w./-]+)`", PAGE)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []

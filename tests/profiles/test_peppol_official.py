"""The official rules say the same as ours, where a person has fetched them (docs/peppol.md); else ours speak alone.

They may not be handed on with the product, so no run of CI needs them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.profiles.test_peppol_rules import CANCELLATION, CHANGE, FALSIFIED, ORDER, SETS, rules_broken
from tests.readers.peppol_official import official_faults, present

SAMPLES = {"T01": ORDER, "T114": CHANGE, "T115": CANCELLATION}
NAMES = dict(zip(SAMPLES, SETS.values(), strict=True))
OURS_ALONE = re.compile(r"T\d+-B")  # theirs are in a file that only their build makes


def ours(transaction: str, content: str, folder: Path) -> set[str]:
    path = folder / "document.xml"
    path.write_text(content, encoding="utf-8")
    return rules_broken(path, NAMES[transaction])


def theirs(transaction: str, content: str) -> set[str]:
    return {one.removeprefix("PEPPOL-") for one in official_faults(transaction, content.encode())}


@pytest.mark.parametrize("transaction", SAMPLES)
def test_our_samples_keep_the_official_rules(transaction: str, tmp_path: Path) -> None:
    assert ours(transaction, SAMPLES[transaction], tmp_path) == set()
    if present():
        assert theirs(transaction, SAMPLES[transaction]) == set()


@pytest.mark.parametrize(("rule", "old", "new"), FALSIFIED, ids=lambda value: value[:40])
def test_the_official_rules_find_what_ours_find(rule: str, old: str, new: str, tmp_path: Path) -> None:
    content = ORDER.replace(old, new, 1)
    found = ours("T01", content, tmp_path)
    assert rule in found
    if present() and not OURS_ALONE.fullmatch(rule):
        assert rule in theirs("T01", content)
        assert {one for one in theirs("T01", content) if one != "T01-R030"} <= found

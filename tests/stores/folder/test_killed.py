"""A process killed before or after any change of the folder loses no order and leaves no file behind."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.stores.drops import DropFolder, order_fields
from tests.stores.killing import ends_before

FROM = datetime(2026, 1, 1, tzinfo=UTC)


def look_twice(drop: DropFolder, kept: Path) -> set[str]:
    """Two looks as the engine makes them: a page's orders and cursor are kept in one step. Gives all orders told."""
    state = json.loads(kept.read_text()) if kept.exists() else {"cursor": None, "ids": []}
    for _ in range(2):
        for page in drop.open(trigger=".done").changed_since(state["cursor"], FROM):
            ids = state["ids"] + [order.store_order_id for order in page.orders]
            state = {"cursor": page.cursor, "ids": ids}
            kept.with_suffix(".new").write_text(json.dumps(state))
            kept.with_suffix(".new").replace(kept)
    return set(state["ids"])


def dropped(folder: Path) -> DropFolder:
    """Two good files and a broken one, each with its trigger."""
    drop = DropFolder(folder)
    drop.drop("a.jsonl", "".join(json.dumps(order_fields(f"a{number}")) + "\n" for number in range(510)))
    drop.drop("b.json", json.dumps([order_fields("b1"), order_fields("b2", currency=None)]))
    drop.drop("c.jsonl", json.dumps(order_fields("c1")))
    for name in ("a.jsonl", "b.json", "c.jsonl"):
        (drop.path / f"{name}.done").touch()
    return drop


def test_killed_at_any_moment_no_order_is_lost_and_every_file_finds_its_place(tmp_path: Path) -> None:
    expected = {*(f"a{number}" for number in range(510)), "b1", "b2", "c1"}
    moment, is_over = 0, False
    while not is_over:
        drop, kept = dropped(tmp_path / str(moment)), tmp_path / f"{moment}.json"
        is_over = ends_before(moment, partial(look_twice, drop, kept))
        assert look_twice(drop, kept) == expected, moment
        left = [path.name for path in drop.path.iterdir() if path.is_file()]
        assert (left, drop.names("in-work")) == ([], []), moment
        names = [name.partition("-")[2] for name in drop.names("processed") + drop.names("refused")]
        assert sorted(names) == ["a.jsonl", "b.json", "b.json.problems.txt", "c.jsonl"], moment
        moment += 1
    assert moment > 20

"""The crash battery's tools: a real process killed at a numbered effect, then the world goes on until nothing moves."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.world import World, world

ROOT = Path(__file__).resolve().parents[2]
ORDERS = (10452, 10453, 10454)
ROUNDS_MAX = 10
EVERY_KILL = os.environ.get("BRIDGE_KILLS") == "all"  # each moment, which may take as long as it takes


@dataclass(frozen=True, slots=True)
class Moment:
    """One point between two effects: before or after the n-th effect of the n-th pass."""

    round: int  # which pass of the life of the orders: 1 takes them out, 2 takes the answers and the numbers back
    ordinal: int
    side: str  # before or after
    kind: str

    def __str__(self) -> str:
        return f"pass {self.round}, {self.side} effect {self.ordinal} ({self.kind})"


class Zygote:
    """Forks bridge processes on request; see zygote.py."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115  # lives as long as the process that writes it
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            cwd=ROOT,
            env={**os.environ, **environ},
        )

    def once(self, folder: Path, kill: tuple[int, str] | None = None, record: Path | None = None) -> dict[str, Any]:
        """One `bridge once`, killed at the moment if there is one."""
        assert self._process.stdin and self._process.stdout
        request = {"config": str(folder), "kill": kill, "record": str(record) if record else None}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the forking process died: {self.said()}"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def said(self) -> str:
        """What the processes wrote on their error output, for a failing test."""
        self._said.seek(0)
        return self._said.read()[-4000:]

    def close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        self._process.wait(60)
        self._said.close()


@contextmanager
def zygote(environ: dict[str, str]) -> Iterator[Zygote]:
    """One for a test."""
    made = Zygote(environ)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def new_world(folder: Path, style: str, transport: str, store: str = "woocommerce") -> Iterator[World]:
    """A world with three paid orders waiting."""
    with world(folder, style, transport, store, endpoint="answer_within_s = 86400") as here:
        for number in ORDERS:
            here.order_paid(number)
        yield here


def effects_of_a_clean_life(here: World, bridge: Zygote, record: Path) -> list[Moment]:
    """Every moment of the two passes that take the orders out and their numbers back."""
    moments = []
    for number in (1, 2):
        lines = record.with_suffix(f".{number}")
        assert bridge.once(here.folder, record=lines)["code"] not in (None, 253, 255), bridge.said()
        here.erp.import_all()
        for line in lines.read_text().splitlines():
            ordinal, kind = line.split(" ", 1)
            moments += [Moment(number, int(ordinal), side, kind) for side in ("before", "after")]
    assert here.erp.external_ids() == [str(number) for number in ORDERS]
    return moments


def live_through(moment: Moment, here: World, bridge: Zygote) -> None:
    """Kill at the moment, then go on until nothing moves any more, and ask whether every promise was kept."""
    if moment.round == 2:
        bridge.once(here.folder)
        here.erp.import_all()
    died = bridge.once(here.folder, kill=(moment.ordinal, moment.side))
    here.erp.import_all()
    go_on(here, bridge)
    promises_were_kept(here, f"{moment}; killed: {died['killed']}")


def killed_in_one_pass(
    folder: Path,
    new: Callable[[Path], AbstractContextManager[World]],
    goes_well: Callable[[World, Zygote, str], None],
    *,
    kills_in_ci: int,
    seed: int,
) -> int:
    """Kill one pass at its moments, each in a new world; gives how many it has. goes_well: goes on, and asks."""
    with zygote({"SHOP_KEY": "ck_demo", "SHOP_SECRET": "cs_demo"}) as bridge:
        record = folder / "effects"
        with new(folder / "clean") as here:
            bridge.once(here.folder, record=record)
            goes_well(here, bridge, "not killed")
        lines = [line.split(" ", 1) for line in record.read_text().splitlines()]
        moments = [Moment(1, int(ordinal), side, kind) for ordinal, kind in lines for side in ("before", "after")]
        kills = moments if EVERY_KILL else random.Random(seed).sample(moments, kills_in_ci)
        for count, moment in enumerate(kills):
            with new(folder / f"life-{count}") as here:
                bridge.once(here.folder, kill=(moment.ordinal, moment.side))
                goes_well(here, bridge, str(moment))
    return len(moments)


def pass_until_still(here: World, bridge: Zygote) -> None:
    """Pass until nothing moves any more, while the ERP does nothing."""
    for _ in range(ROUNDS_MAX):
        if bridge.once(here.folder)["code"] == 0:
            return
    raise AssertionError(f"things still move after {ROUNDS_MAX} passes")


def go_on(here: World, bridge: Zygote) -> None:
    """Pass and import until both have nothing left to do."""
    for _ in range(ROUNDS_MAX):
        moved = bridge.once(here.folder)["code"]
        imported = here.erp.import_all()
        if moved == 0 and not imported:
            return
    raise AssertionError(f"things still move after {ROUNDS_MAX} rounds")


def promises_were_kept(here: World, moment: str) -> None:
    """Exactly one, gapless, nothing lost, proved: as the ERP, the store and the archive see it."""
    wanted = [str(number) for number in ORDERS]
    numbers = {document.external_id: document.erp_number for document in here.erp.documents()}
    assert here.erp.external_ids() == wanted, moment
    assert here.erp.duplicates() == [], moment
    assert here.erp.complaints() == [], moment
    assert here.shop.erp_numbers() == numbers, moment
    files = here.file_numbers()
    assert files == list(range(1, len(files) + 1)), moment
    assert set(here.states().values()) == {"written_back"}, moment
    assert here.damage() == [], moment
    assert here.inbound() == [], moment
    notes = [here.shop.notes(number) for number in ORDERS]
    assert [len(one) for one in notes] == [1, 1, 1], moment

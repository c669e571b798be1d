"""Killed at any moment, nothing is lost, doubled or half: the effects of a clean life are recorded, then a real process
is killed before and after each of them, and the world goes on.

CI takes a seeded sample; `BRIDGE_KILLS=all` takes every moment of each world.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.faults.battery import EVERY_KILL, effects_of_a_clean_life, live_through, new_world, zygote

pytestmark = [pytest.mark.fault, pytest.mark.timeout(0 if EVERY_KILL else 1800)]

WORLDS = [("ubl", "sftp"), ("csv", "local")]
KILLS_IN_CI = 20  # in each world
SEED = 20261124
ENVIRON = {"SHOP_KEY": "ck_demo", "SHOP_SECRET": "cs_demo", "SFTP_PASSWORD": "a-test-password"}


@pytest.mark.parametrize(("style", "transport"), WORLDS)
def test_killed_at_any_moment_nothing_is_lost_or_doubled(tmp_path: Path, style: str, transport: str) -> None:
    """Pains 1 and 2: a completed step is repeated; two writes that should be one."""
    with zygote(ENVIRON) as bridge:
        with new_world(tmp_path / "clean", style, transport) as here:
            moments = effects_of_a_clean_life(here, bridge, tmp_path / "effects")
        assert len(moments) >= 100
        if not EVERY_KILL:
            moments = random.Random(SEED).sample(moments, KILLS_IN_CI)
        for count, moment in enumerate(moments):
            with new_world(tmp_path / f"life-{count}", style, transport) as here:
                live_through(moment, here, bridge)


# One csv file over a share: what must be durable, recorded and visible, in this order.
ORDER_OF_EFFECTS = re.compile(
    r".*archive\.fsync_file archive\.fsync_folder ledger\.commit "  # bytes, their name, then the seal
    r"(archive\.\w+ )+archive\.link (archive\.\w+ )*archive\.fsync_folder (archive\.\w+ )*"  # to their place
    r"ledger\.commit ledger\.commit "  # in place; announced, before the first byte
    r"(local\.create local\.fsync )+local\.fsync "  # file and sidecar under temporary names, then their folder
    r"ledger\.commit "  # staged, before the first rename
    r"local\.rename (local\.\w+ )+ledger\.commit .*"  # placed
)


def test_the_order_of_effects_is_file_then_folder_then_ledger_then_wire(tmp_path: Path) -> None:
    """`kill -9` keeps the page cache, so what a power cut would lose is read off the recorded order."""
    with zygote(ENVIRON) as bridge, new_world(tmp_path / "clean", "csv", "local") as here:
        moments = effects_of_a_clean_life(here, bridge, tmp_path / "effects")
    kinds = [moment.kind for moment in moments if moment.round == 1 and moment.side == "before"]
    assert ORDER_OF_EFFECTS.fullmatch(" ".join(kinds)), kinds
    announced = kinds.index("local.create")
    assert "archive.link" in kinds[:announced]

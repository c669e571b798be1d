"""Killed before and after each effect on a mounted share: each file is there once and whole, whatever the ERP does."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from bridge.config.values import TransportSettings
from bridge.domain.effects import observe
from bridge.domain.handover import Handover
from bridge.testing.handover import sealed_files
from bridge.transports import HandoverFile, local_effects, open_transport
from tests.transports.delivering import Carrier
from tests.transports.moments import noon

WITH_ALL = Handover(checksum="sha256", trigger="{file}.ok")


class Killed(BaseException):
    """As a kill: nothing of ours catches it."""


@dataclass
class Observer:
    """Counts the effects, kills at one of them, and may be an ERP that takes what is visible after each rename."""

    inbound: Path
    kill_at: int = 0
    kill_after: bool = False
    takes: bool = False
    count: int = 0
    taken: list[str] = field(default_factory=list)

    def before(self, kind: str) -> None:
        self.count += 1
        if self.count == self.kill_at and not self.kill_after:
            raise Killed(kind)

    def after(self, kind: str) -> None:
        if self.takes:
            self.take()
        if self.count == self.kill_at and self.kill_after:
            raise Killed(kind)

    def take(self) -> None:
        for file in sorted(self.inbound.iterdir()):
            if not file.name.startswith("."):
                self.taken.append(file.name)
                file.unlink()


@pytest.fixture(params=["noreplace", "link"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of a rename that refuses."""
    if request.param == "link":
        monkeypatch.setattr(local_effects, "_renameat2", lambda *_: errno.EINVAL)
    return str(request.param)


def carried(share: Path, files: list[HandoverFile], observer: Observer) -> Carrier:
    """Carry the files, killed once where the observer says, until all are placed."""
    settings = TransportSettings("local", {"folder": str(share)}, "bridge.toml:7", "inbound", None, None, None)
    carrier = Carrier(partial(open_transport, "acme", settings, noon), WITH_ALL)
    carrier.take(files)
    observe(observer)
    try:
        try:
            carrier.run_until_placed()
        except Killed:
            carrier.run_until_placed()
    finally:
        observe(None)
    return carrier


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
def test_killed_at_each_effect_every_file_is_placed_once_and_whole(tmp_path: Path, way: str, kill_after: bool) -> None:
    files = sealed_files(tmp_path, 2)
    expected = {file.name: file.source.read_bytes() for file in files}
    expected |= {f"{file.name}.sha256": f"{file.sha256}  {file.name}\n".encode() for file in files}
    expected |= {f"{file.name}.ok": b"" for file in files}
    clean = Observer(tmp_path)
    (tmp_path / "clean" / "inbound").mkdir(parents=True)
    carried(tmp_path / "clean", files, clean)
    assert clean.count >= 25, way
    for kill_at in range(1, clean.count + 1):
        share = tmp_path / f"share-{kill_at}"
        (share / "inbound").mkdir(parents=True)
        asked = carried(share, files, Observer(share / "inbound", kill_at, kill_after)).asked
        found = {file.name: file.read_bytes() for file in (share / "inbound").iterdir() if file.name[0] != "."}
        assert found == expected or (asked and way == "link" and found.items() <= expected.items()), kill_at


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
def test_an_erp_that_takes_at_once_gets_nothing_twice_whenever_we_are_killed(
    tmp_path: Path, way: str, kill_after: bool
) -> None:
    """With link and unlink, a person is asked about the moment between the two; with the kernel's rename, nobody."""
    files = sealed_files(tmp_path, 2)
    (tmp_path / "clean" / "inbound").mkdir(parents=True)
    clean = Observer(tmp_path / "clean" / "inbound", takes=True)
    carried(tmp_path / "clean", files, clean)
    wanted = sorted(clean.taken)
    assert len(wanted) == 6
    asked = 0
    for kill_at in range(1, clean.count + 1):
        share = tmp_path / f"share-{kill_at}"
        (share / "inbound").mkdir(parents=True)
        erp = Observer(share / "inbound", kill_at, kill_after, takes=True)
        carrier = carried(share, files, erp)
        asked += bool(carrier.asked)
        once = [name for name in erp.taken if not name.endswith(".sha256")]
        assert len(once) == len(set(once)), kill_at
        assert carrier.asked or sorted(set(erp.taken)) == wanted, kill_at
    # four of the six parts can be asked about: sidecars may come twice
    assert asked == {"noreplace": 0, "link": 8}[way]

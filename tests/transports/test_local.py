"""A mounted share: nothing leaves it, nothing is replaced, and a rename without refusal is refused."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.config.values import TransportSettings
from bridge.domain.effects import observe
from bridge.domain.errors import BridgeError, Missing, NameTaken, Refused, Unavailable
from bridge.domain.handover import Handover
from bridge.testing.handover import Ground, facts, sealed_files, staged_all
from bridge.transports import Look, RemoteFile, Upload, local_effects, open_transport, place_whole, settle_file
from tests.transports.moments import noon


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share" / "inbound").mkdir(parents=True)
    return tmp_path / "share"


@pytest.fixture
def ground(share: Path) -> Iterator[Ground]:
    settings = TransportSettings("local", {"folder": str(share)}, "bridge.toml:7", "inbound", None, None, None)
    with open_transport("acme", settings, noon) as transport:
        yield Ground(transport, "inbound", share)


@pytest.fixture
def without_noreplace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system like NFS: the kernel's rename that refuses is not to be had."""
    monkeypatch.setattr(local_effects, "_renameat2", lambda *_: errno.EINVAL)


@pytest.mark.parametrize(
    "path", ["../outside.txt", "inbound/../../outside.txt", "link/outside.txt", "inbound/link.txt"]
)
def test_no_path_leaves_the_share(ground: Ground, tmp_path: Path, path: str) -> None:
    (tmp_path / "outside.txt").write_bytes(b"outside")
    (ground.root / "link").symlink_to(tmp_path)
    (ground.root / "inbound" / "link.txt").symlink_to(tmp_path / "outside.txt")
    assert ground.transport.digest(path, 100) is None
    (written,) = ground.transport.write([Upload(b"ours", path, 4)])
    assert isinstance(written, BridgeError)
    (fetched,) = ground.transport.fetch([(RemoteFile(path, 7, None), tmp_path / "stolen")])
    assert isinstance(fetched, BridgeError)
    assert not (tmp_path / "stolen").exists()
    assert (tmp_path / "outside.txt").read_bytes() == b"outside"


def test_a_path_through_a_link_says_so(ground: Ground, tmp_path: Path) -> None:
    (ground.root / "link").symlink_to(tmp_path)
    (outcome,) = ground.transport.write([Upload(b"ours", "link/1.tmp", 4)])
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "path-refused"
    assert outcome.problem.action == "Name real folders below the endpoint's root, at bridge.toml:7."


def test_a_pipe_in_the_folder_never_makes_us_wait(ground: Ground, tmp_path: Path) -> None:
    os.mkfifo(ground.root / "inbound" / "pipe.csv")
    assert list(ground.transport.list("inbound", 10)) == []
    (fetched,) = ground.transport.fetch([(RemoteFile("inbound/pipe.csv", 7, None), tmp_path / "pipe")])
    assert isinstance(fetched, BridgeError)


@pytest.mark.usefixtures("without_noreplace")
def test_without_the_kernels_rename_link_and_unlink_refuse_as_well(ground: Ground) -> None:
    ground.write("1.tmp", b"ours")
    ground.write("2.tmp", b"ours")
    ground.put("2.xml", b"theirs")
    placed, refused = ground.rename(("1.tmp", "1.xml"), ("2.tmp", "2.xml"))
    assert placed == "inbound/1.xml"
    assert isinstance(refused, NameTaken)
    assert ground.contents() == {"1.xml": b"ours", "2.tmp": b"ours", "2.xml": b"theirs"}


@pytest.mark.usefixtures("without_noreplace")
def test_killed_between_link_and_unlink_the_file_is_placed_once(ground: Ground, tmp_path: Path) -> None:
    (file,) = sealed_files(tmp_path, 1)
    staged = staged_all([file], ground, Handover())
    observe(DiesBefore("local.unlink"))
    try:
        with pytest.raises(Died):
            list(place_whole(staged, ground.transport, "inbound", Handover()))
    finally:
        observe(None)
    assert sorted(ground.contents()) == [".ORD_000001.xml.1.tmp.linking", "ORD_000001.xml"]
    finding = settle_file(facts(file), ground.transport, "inbound", Handover())
    assert (finding.look, finding.residue) == (Look.PLACED, True)


@pytest.mark.usefixtures("without_noreplace")
def test_a_share_with_neither_way_is_refused_by_the_check(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    finding = ground.transport.check(["inbound"])[-1]
    assert finding.fine is False
    assert "neither a rename that refuses nor hard links" in finding.detail
    assert ground.contents() == {}


def test_a_share_that_is_not_mounted_is_unavailable(tmp_path: Path) -> None:
    settings = TransportSettings(
        "local", {"folder": str(tmp_path / "no")}, "bridge.toml:7", "inbound", None, None, None
    )
    transport = open_transport("acme", settings, noon)
    with pytest.raises(Unavailable, match="is not there"):
        transport.__enter__()
    (finding,) = transport.check(["inbound"])
    assert (finding.fine, finding.action) == (
        False,
        "Mount the share, or create the folder, or correct it at bridge.toml:7.",
    )


def test_a_move_into_a_folder_two_levels_deep_is_no_missing_source(ground: Ground) -> None:
    ground.put("answer.csv", b"")
    (outcome,) = ground.transport.rename([("inbound/answer.csv", "no/where/answer.csv")])
    assert isinstance(outcome, BridgeError)
    assert not isinstance(outcome, Missing)


def test_the_root_itself_can_be_the_folder(share: Path) -> None:
    settings = TransportSettings("local", {"folder": str(share)}, "bridge.toml:7", ".", None, None, None)
    (share / "a.csv").write_bytes(b"1")
    with open_transport("acme", settings, noon) as transport:
        (root,) = transport.look(["."])
        assert isinstance(root, RemoteFile)
        assert [file.path for file in transport.list(".", 10)] == ["a.csv"]


def test_an_answer_wakes_us_and_our_own_files_do_not(share: Path) -> None:
    for outbound, paths in (("/out", (f"{share}/out",)), (None, ())):
        settings = TransportSettings("local", {"folder": str(share)}, "bridge.toml:7", "in", outbound, None, None)
        assert open_transport("acme", settings, noon).wake_paths() == paths


def test_bytes_and_names_are_durable_before_an_outcome_is_told(ground: Ground) -> None:
    heard = Listener()
    observe(heard)
    try:
        ground.write("1.tmp", b"ours")
        ground.rename(("1.tmp", "1.xml"))
    finally:
        observe(None)
    assert heard.done == ["local.create", "local.fsync", "local.fsync", "local.rename", "local.fsync"]


class Listener:
    """Writes down which effects were done."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def before(self, kind: str) -> None:
        """Nothing."""

    def after(self, kind: str) -> None:
        self.done.append(kind)


class Died(BaseException):
    """As a kill: nothing of ours catches it."""


class DiesBefore(Listener):
    """Ends everything before the first effect of a kind."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    def before(self, kind: str) -> None:
        if kind == self._kind:
            raise Died

"""What handing files over promises on any transport, as tests; part of the contract in `transports.py`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.domain.errors import BridgeError, NameTaken, NotSent
from bridge.domain.handover import Handover, Manifest, Role, temporary_name
from bridge.transports import (
    FileFacts,
    HandoverFile,
    Look,
    Receipt,
    Staged,
    Transport,
    Upload,
    Written,
    place_whole,
    remove_leftovers,
    settle_file,
    stage,
)

MANY = 300
SIDECAR_AND_TRIGGER = Handover(checksum="sha256", trigger="{file}.ok")
ASKED = Handover(
    checksum="md5",
    checksum_name="{stem}.md5",
    manifest=Manifest("{stem}.ctl", ("{file};{size};{sha256}",), "\r\n"),
    trigger="{stem}.go",
    order=(Role.MANIFEST, Role.FILE, Role.CHECKSUM, Role.TRIGGER),
)


@dataclass(frozen=True, slots=True)
class Ground:
    """An open transport, a folder on it that is there and empty, and where its root lies on this machine."""

    transport: Transport
    folder: str
    root: Path

    def path(self, name: str) -> str:
        """A name's path, as the transport takes it."""
        return f"{self.folder}/{name}"

    def put(self, name: str, content: bytes) -> None:
        """A file of somebody else's."""
        (self.root / self.folder / name).write_bytes(content)

    def contents(self) -> dict[str, bytes]:
        """All files of the folder, hidden ones too."""
        files = (self.root / self.folder).iterdir()
        return {file.name: file.read_bytes() for file in files if file.is_file()}

    def write(self, name: str, content: bytes) -> Written | BridgeError:
        """Write one file through the transport."""
        (outcome,) = self.transport.write([Upload(content, self.path(name), len(content))])
        return outcome

    def rename(self, *pairs: tuple[str, str]) -> list[str | BridgeError]:
        """Rename within the folder."""
        return list(self.transport.rename([(self.path(old), self.path(new)) for old, new in pairs]))


def sealed_files(folder: Path, count: int, attempt: int = 1, size: int = 40) -> list[HandoverFile]:
    """Files as the archive holds them, numbered from 1."""
    files = []
    for number in range(1, count + 1):
        name = f"ORD_{number:06}.xml"
        content = f"<order number='{number}'/>".encode().ljust(size)
        source = folder / f"{number}.sealed"
        source.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        files.append(HandoverFile(number, name, source, size, digest, attempt, temporary_name(name, attempt)))
    return files


def facts(file: HandoverFile) -> FileFacts:
    """The file's facts in its attempt."""
    return file.facts(file.attempt)


def staged_all(files: Sequence[HandoverFile], ground: Ground, handover: Handover) -> list[Staged]:
    """Stage, and say so where that did not work."""
    outcomes = stage(files, ground.transport, ground.folder, handover)
    staged = [outcome for outcome in outcomes if isinstance(outcome, Staged)]
    assert len(staged) == len(files), outcomes
    return staged


class HandoverContract:
    """Placing and settling, seen from the folder. The fixture `ground` comes with the inheriting class."""

    @pytest.fixture
    def ground(self) -> Iterator[Ground]:
        """To be brought."""
        raise AssertionError("a transport's test brings its own fixture `ground`")

    def test_nothing_is_visible_until_it_is_placed(self, ground: Ground, tmp_path: Path) -> None:
        staged_all(sealed_files(tmp_path, 2), ground, SIDECAR_AND_TRIGGER)
        assert [name for name in ground.contents() if not name.startswith(".")] == []

    def test_a_placed_file_has_its_sidecar_and_its_trigger(self, ground: Ground, tmp_path: Path) -> None:
        (tmp_path / "318").write_bytes(b"abc")
        digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        file = HandoverFile(318, "318.xml", tmp_path / "318", 3, digest, 1, ".318.xml.1.tmp")
        staged = staged_all([file], ground, SIDECAR_AND_TRIGGER)
        placed = list(place_whole(staged, ground.transport, ground.folder, SIDECAR_AND_TRIGGER))
        assert placed == [Receipt(file, 3)]
        assert ground.contents() == {
            "318.xml": b"abc",
            "318.xml.sha256": f"{digest}  318.xml\n".encode(),
            "318.xml.ok": b"",
        }

    def test_three_hundred_files_are_placed_in_order(self, ground: Ground, tmp_path: Path) -> None:
        files = sealed_files(tmp_path, MANY)
        staged = staged_all(files, ground, Handover())
        outcomes = list(place_whole(staged, ground.transport, ground.folder, Handover()))
        assert [outcome.file.sequence_number for outcome in outcomes if isinstance(outcome, Receipt)] == list(
            range(1, MANY + 1)
        )
        assert ground.contents() == {file.name: file.source.read_bytes() for file in files}

    def test_a_strangers_file_stops_all_later_ones(self, ground: Ground, tmp_path: Path) -> None:
        ground.put("ORD_000002.xml", b"theirs")
        staged = staged_all(sealed_files(tmp_path, 3), ground, Handover())
        outcomes = list(place_whole(staged, ground.transport, ground.folder, Handover()))
        assert [type(outcome) for outcome in outcomes] == [Receipt, NameTaken, NotSent]
        assert ground.contents()["ORD_000002.xml"] == b"theirs"
        assert "ORD_000003.xml" not in ground.contents()

    def test_companions_have_the_names_digests_and_words_that_the_profile_asks(
        self, ground: Ground, tmp_path: Path
    ) -> None:
        (file,) = sealed_files(tmp_path, 1)
        outcomes = list(place_whole(staged_all([file], ground, ASKED), ground.transport, ground.folder, ASKED))
        assert [type(outcome) for outcome in outcomes] == [Receipt]
        content = file.source.read_bytes()
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        assert ground.contents() == {
            "ORD_000001.xml": content,
            "ORD_000001.md5": f"{md5}  ORD_000001.xml\n".encode(),
            "ORD_000001.ctl": f"ORD_000001.xml;{len(content)};{file.sha256}\r\n".encode(),
            "ORD_000001.go": b"",
        }

    def test_settling_a_placed_file_completes_manifest_and_trigger(self, ground: Ground, tmp_path: Path) -> None:
        (file,) = sealed_files(tmp_path, 1)
        staged_all([file], ground, ASKED)
        ground.rename((file.temporary, file.name))  # and then the line died
        assert settle_file(facts(file), ground.transport, ground.folder, ASKED).look is Look.PLACED
        names = ["ORD_000001.ctl", "ORD_000001.go", "ORD_000001.md5", "ORD_000001.xml"]
        assert sorted(ground.contents()) == names

    def test_settling_a_placed_file_completes_sidecar_and_trigger(self, ground: Ground, tmp_path: Path) -> None:
        (file,) = sealed_files(tmp_path, 1)
        staged_all([file], ground, SIDECAR_AND_TRIGGER)
        ground.rename((file.temporary, file.name))  # and then the line died
        finding = settle_file(facts(file), ground.transport, ground.folder, SIDECAR_AND_TRIGGER)
        assert finding.look is Look.PLACED
        assert sorted(ground.contents()) == ["ORD_000001.xml", "ORD_000001.xml.ok", "ORD_000001.xml.sha256"]

    def test_settling_a_file_that_was_not_renamed_puts_it_out_of_reach(self, ground: Ground, tmp_path: Path) -> None:
        (file,) = sealed_files(tmp_path, 1)
        staged_all([file], ground, Handover())
        finding = settle_file(facts(file), ground.transport, ground.folder, Handover())
        assert finding.look is Look.NOT_PLACED
        (stale,) = ground.rename((file.temporary, file.name))  # the dead connection's rename fires now
        assert isinstance(stale, BridgeError)
        assert sorted(ground.contents()) == [".ORD_000001.xml.1.void"]
        again = settle_file(facts(file), ground.transport, ground.folder, Handover())  # killed before the commit
        assert again.look is Look.NOT_PLACED
        remove_leftovers([facts(file)], ground.transport, ground.folder)
        assert ground.contents() == {}

    def test_settling_a_file_that_the_erp_has_taken_infers_it(self, ground: Ground, tmp_path: Path) -> None:
        (file,) = sealed_files(tmp_path, 1)
        staged_all([file], ground, Handover())
        ground.rename((file.temporary, file.name))
        (ground.root / ground.folder / file.name).unlink()
        assert settle_file(facts(file), ground.transport, ground.folder, Handover()).look is Look.TAKEN

    @pytest.mark.parametrize("theirs", [b"short", b"<order number='2'/>".ljust(40)])
    def test_settling_finds_a_stranger_under_our_name(self, ground: Ground, tmp_path: Path, theirs: bytes) -> None:
        (file,) = sealed_files(tmp_path, 1)
        staged_all([file], ground, Handover())
        ground.put(file.name, theirs)
        assert settle_file(facts(file), ground.transport, ground.folder, Handover()).look is Look.STRANGER
        assert ground.contents()[file.name] == theirs

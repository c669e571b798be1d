"""What every transport promises, as tests. A third party inherits the class and brings one fixture.

    class TestOurTransport(TransportContract):
        @pytest.fixture
        def ground(self, tmp_path: Path) -> Iterator[Ground]:
            ...
            with open_transport("acme", settings, clock) as transport:
                yield Ground(transport, "inbound", tmp_path / "root")

The suite looks at the other side through `Ground.root`, a local folder that the transport's paths are relative to.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bridge.domain.errors import BridgeError, Missing, NameTaken, NotSent
from bridge.testing.handover import Ground, HandoverContract
from bridge.transports import RemoteFile, Upload, Written

__all__ = ["Ground", "TransportContract"]


class TransportContract(HandoverContract):
    """Inherit, and bring a fixture `ground`."""

    def test_written_bytes_are_whole_under_their_temporary_name(self, ground: Ground) -> None:
        assert ground.write(".318.xml.1.tmp", b"<order/>") == Written(ground.path(".318.xml.1.tmp"), 8, verified=True)
        assert ground.contents() == {".318.xml.1.tmp": b"<order/>"}

    def test_an_empty_file_can_be_written(self, ground: Ground) -> None:
        assert ground.write("318.ok", b"") == Written(ground.path("318.ok"), 0, verified=True)
        assert ground.contents() == {"318.ok": b""}

    def test_a_temporary_name_in_use_is_never_truncated(self, ground: Ground) -> None:
        ground.put("318.tmp", b"longer than ours")
        assert isinstance(ground.write("318.tmp", b"ours"), NameTaken)
        assert ground.contents() == {"318.tmp": b"longer than ours"}

    def test_one_upload_that_fails_leaves_the_others_alone(self, ground: Ground) -> None:
        ground.put("2.tmp", b"theirs")
        uploads = [Upload(b"ours", ground.path(f"{number}.tmp"), 4) for number in (1, 2, 3)]
        outcomes = ground.transport.write(uploads)
        assert [type(outcome) for outcome in outcomes] == [Written, NameTaken, Written]
        assert ground.contents() == {"1.tmp": b"ours", "2.tmp": b"theirs", "3.tmp": b"ours"}

    def test_a_folder_that_is_not_there_is_an_outcome(self, ground: Ground) -> None:
        (outcome,) = ground.transport.write([Upload(b"ours", "nowhere/1.tmp", 4)])
        assert isinstance(outcome, BridgeError)
        assert "nowhere" in outcome.problem.message

    def test_an_upload_that_is_shorter_than_announced_is_not_written(self, ground: Ground) -> None:
        (outcome,) = ground.transport.write([Upload(b"half", ground.path("1.tmp"), 8)])
        assert isinstance(outcome, BridgeError)
        assert ground.contents() == {}

    def test_two_megabytes_arrive_whole(self, ground: Ground, tmp_path: Path) -> None:
        content = bytes(range(256)) * 8192
        source = tmp_path / "large"
        source.write_bytes(content)
        path = ground.path("large.tmp")
        assert ground.transport.write([Upload(source, path, len(content))]) == [Written(path, 2_097_152, True)]
        assert ground.contents() == {"large.tmp": content}
        assert ground.transport.digest(path, 4_000_000) == hashlib.sha256(content).hexdigest()
        assert ground.transport.fetch([(RemoteFile(path, len(content), None), tmp_path / "back")]) == [2_097_152]
        assert (tmp_path / "back").read_bytes() == content

    def test_a_rename_makes_the_file_visible(self, ground: Ground) -> None:
        ground.write("318.tmp", b"ours")
        assert ground.rename(("318.tmp", "318.xml")) == [ground.path("318.xml")]
        assert ground.contents() == {"318.xml": b"ours"}

    def test_a_rename_onto_a_taken_name_is_refused_and_changes_nothing(self, ground: Ground) -> None:
        ground.write("318.tmp", b"ours")
        ground.put("318.xml", b"theirs")
        (outcome,) = ground.rename(("318.tmp", "318.xml"))
        assert isinstance(outcome, NameTaken)
        assert ground.contents() == {"318.tmp": b"ours", "318.xml": b"theirs"}

    def test_after_a_refused_rename_no_later_one_is_sent(self, ground: Ground) -> None:
        for number in (1, 2, 3):
            ground.write(f"{number}.tmp", b"ours")
        ground.put("2.xml", b"theirs")
        outcomes = ground.rename(("1.tmp", "1.xml"), ("2.tmp", "2.xml"), ("3.tmp", "3.xml"))
        assert [type(outcome) for outcome in outcomes] == [str, NameTaken, NotSent]
        assert sorted(ground.contents()) == ["1.xml", "2.tmp", "2.xml", "3.tmp"]

    def test_a_rename_of_what_is_not_there_says_missing(self, ground: Ground) -> None:
        (outcome,) = ground.rename(("absent.tmp", "318.xml"))
        assert isinstance(outcome, Missing)

    def test_a_move_makes_the_folder_that_it_moves_into(self, ground: Ground) -> None:
        ground.put("answer.csv", b"taken")
        moved = list(ground.transport.rename([(ground.path("answer.csv"), ground.path("taken/17-answer.csv"))]))
        assert moved == [ground.path("taken/17-answer.csv")]
        assert (ground.root / ground.folder / "taken" / "17-answer.csv").read_bytes() == b"taken"

    def test_a_look_tells_what_is_there_and_what_is_not(self, ground: Ground) -> None:
        ground.put("318.xml", b"12345")
        there, absent, below_nothing = ground.transport.look(
            [ground.path("318.xml"), ground.path("319.xml"), "nowhere/1.xml"]
        )
        assert isinstance(there, RemoteFile)
        assert (there.path, there.size) == (ground.path("318.xml"), 5)
        assert there.modified_at is None or there.modified_at.utcoffset() is not None
        assert (absent, below_nothing) == (None, None)

    def test_a_look_finds_a_folder(self, ground: Ground) -> None:
        (found,) = ground.transport.look([ground.folder])
        assert isinstance(found, RemoteFile)

    def test_a_digest_is_of_the_bytes_that_are_there(self, ground: Ground) -> None:
        ground.put("318.xml", b"abc")
        expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert ground.transport.digest(ground.path("318.xml"), 3) == expected

    def test_there_is_no_digest_of_what_is_larger_or_absent(self, ground: Ground) -> None:
        ground.put("318.xml", b"abc")
        assert ground.transport.digest(ground.path("318.xml"), 2) is None
        assert ground.transport.digest(ground.path("absent.xml"), 2) is None

    def test_a_listing_gives_plain_files_only(self, ground: Ground) -> None:
        ground.put("a.csv", b"1")
        ground.put("b.csv", b"22")
        (ground.root / ground.folder / "taken").mkdir()
        (ground.root / ground.folder / "link.csv").symlink_to("a.csv")
        listed = ground.transport.list(ground.folder, 10)
        assert sorted((file.path, file.size) for file in listed) == [
            (ground.path("a.csv"), 1),
            (ground.path("b.csv"), 2),
        ]

    def test_a_listing_of_an_absent_folder_says_missing(self, ground: Ground) -> None:
        with pytest.raises(Missing):
            list(ground.transport.list("nowhere", 10))

    def test_a_listing_names_the_bound_that_it_passes(self, ground: Ground) -> None:
        for number in range(4):
            ground.put(f"{number}.csv", b"")
        with pytest.raises(BridgeError, match="more than 3 files"):
            list(ground.transport.list(ground.folder, 3))
        assert len(list(ground.transport.list(ground.folder, 4))) == 4

    def test_a_listing_left_half_way_disturbs_nothing(self, ground: Ground) -> None:
        for number in range(300):
            ground.put(f"{number}.csv", b"")
        listing = iter(ground.transport.list(ground.folder, 1000))
        next(listing)
        del listing
        assert isinstance(ground.write("318.tmp", b"ours"), Written)

    def test_five_thousand_files_are_listed(self, ground: Ground) -> None:
        for number in range(5000):
            ground.put(f"{number:05}.csv", b"")
        listed = {file.path for file in ground.transport.list(ground.folder, 5000)}
        assert len(listed) == 5000

    def test_a_fetch_brings_each_file_or_says_why_not(self, ground: Ground, tmp_path: Path) -> None:
        ground.put("a.csv", b"accepted")
        ground.put("b.csv", b"short")
        wanted = [
            (RemoteFile(ground.path("a.csv"), 8, None), tmp_path / "a"),
            (RemoteFile(ground.path("gone.csv"), 8, None), tmp_path / "gone"),
            (RemoteFile(ground.path("b.csv"), 8, None), tmp_path / "b"),
        ]
        first, gone, short = ground.transport.fetch(wanted)
        assert first == 8
        assert (tmp_path / "a").read_bytes() == b"accepted"
        assert isinstance(gone, Missing)
        assert isinstance(short, BridgeError)
        assert "5 bytes where 8 were expected" in short.problem.message
        assert not (tmp_path / "gone").exists()
        assert not (tmp_path / "b").exists()

    def test_a_file_that_grew_is_fetched_as_it_was_listed(self, ground: Ground, tmp_path: Path) -> None:
        ground.put("log.csv", b"line 1\nline 2\n")
        assert ground.transport.fetch([(RemoteFile(ground.path("log.csv"), 7, None), tmp_path / "log")]) == [7]
        assert (tmp_path / "log").read_bytes() == b"line 1\n"

    def test_removing_twice_is_fine(self, ground: Ground) -> None:
        ground.put("318.void", b"")
        assert ground.transport.remove([ground.path("318.void"), ground.path("318.void")]) == [None, None]
        assert ground.contents() == {}

    def test_a_check_tries_the_rename_and_leaves_nothing_behind(self, ground: Ground) -> None:
        findings = ground.transport.check([ground.folder])
        assert [finding for finding in findings if not finding.fine] == []
        assert "refused" in findings[-1].detail
        assert ground.transport.properties.rename_refuses_existing is True
        assert ground.contents() == {}

    def test_a_check_finds_a_folder_that_is_not_there(self, ground: Ground) -> None:
        findings = ground.transport.check([ground.folder, "nowhere"])
        assert [(finding.what, bool(finding.action)) for finding in findings if not finding.fine] == [
            ("folder nowhere", True)
        ]

"""Servers that lie, are full, forbid or overwrite: the ERP never sees half a file, and a person learns why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.domain.errors import BridgeError, NameTaken, Refused, Unavailable
from bridge.domain.handover import Handover
from bridge.testing.handover import Ground, facts, sealed_files, staged_all
from bridge.transports import (
    Look,
    Receipt,
    RemoteFile,
    Staged,
    Upload,
    Written,
    open_transport,
    place_whole,
    settle_file,
    stage,
)
from tests.transports.moments import noon
from tests.transports.served import Served, served

WITH_ALL = Handover(checksum="sha256", trigger="{file}.ok")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as running:
        yield running


@pytest.fixture
def ground(server: Served) -> Iterator[Ground]:
    with open_transport("acme", server.settings(), noon) as transport:
        yield Ground(transport, "inbound", server.root)


def test_a_truncated_upload_is_never_made_visible(server: Served, ground: Ground, tmp_path: Path) -> None:
    """Pain 9: the server drops the tail of the writes and answers ok."""
    server.faults.truncate_writes_to = 25
    (outcome,) = stage(sealed_files(tmp_path, 1), ground.transport, "inbound", WITH_ALL)
    assert isinstance(outcome, Unavailable)
    assert ".ORD_000001.xml.1.tmp at acme has 25 bytes where 40 were expected" in outcome.problem.message
    assert [name for name in ground.contents() if not name.startswith(".")] == []


@pytest.mark.parametrize("moment", ["write", "close"])
def test_a_full_disk_is_seen_and_leaves_no_half_file(
    server: Served, ground: Ground, tmp_path: Path, moment: str
) -> None:
    server.faults.disk_full_at = moment
    (outcome,) = stage(sealed_files(tmp_path, 1), ground.transport, "inbound", Handover())
    assert isinstance(outcome, Unavailable)
    assert "could not write .ORD_000001.xml.1.tmp (failure)" in outcome.problem.message
    assert ground.contents() == {}


def test_a_server_without_fstat_is_asked_by_name(server: Served, ground: Ground) -> None:
    server.faults.refuse_fstat = True
    assert ground.write("318.tmp", b"ours") == Written("inbound/318.tmp", 4, verified=True)


def test_a_write_only_box_takes_files_that_are_called_unverified(
    server: Served, ground: Ground, tmp_path: Path
) -> None:
    """Pain 10: stat and list are refused, and the file still counts as placed."""
    server.faults.refuse_look = True
    (staged,) = staged_all(sealed_files(tmp_path, 1), ground, WITH_ALL)
    assert staged.verified is False
    (outcome,) = place_whole([staged], ground.transport, "inbound", WITH_ALL)
    assert isinstance(outcome, Receipt)
    assert sorted(ground.contents()) == ["ORD_000001.xml", "ORD_000001.xml.ok", "ORD_000001.xml.sha256"]


def test_a_write_only_box_still_tells_that_a_file_was_not_placed(
    server: Served, ground: Ground, tmp_path: Path
) -> None:
    (file,) = sealed_files(tmp_path, 1)
    server.faults.refuse_look = True
    staged_all([file], ground, Handover())
    assert settle_file(facts(file), ground.transport, "inbound", Handover()).look is Look.NOT_PLACED
    assert sorted(ground.contents()) == [".ORD_000001.xml.1.void"]


def test_a_write_only_box_keeps_a_doubt_that_looking_would_end(server: Served, ground: Ground, tmp_path: Path) -> None:
    (file,) = sealed_files(tmp_path, 1)
    server.faults.refuse_look = True
    list(place_whole(staged_all([file], ground, Handover()), ground.transport, "inbound", Handover()))
    finding = settle_file(facts(file), ground.transport, "inbound", Handover())
    assert finding.look is Look.UNSURE
    assert "does not say whether inbound is there (permission denied)" in finding.detail


def test_a_server_that_hides_its_files_is_not_taken_for_an_empty_one(
    server: Served, ground: Ground, tmp_path: Path
) -> None:
    """It says "no such file" of ours: that is no file taken by the ERP while a move of it still succeeds."""
    server.faults.hide_files = True
    first, second = sealed_files(tmp_path, 2)
    staged_all([first], ground, Handover())
    assert settle_file(facts(first), ground.transport, "inbound", Handover()).look is Look.NOT_PLACED
    list(place_whole(staged_all([second], ground, Handover()), ground.transport, "inbound", Handover()))
    assert settle_file(facts(second), ground.transport, "inbound", Handover()).look is Look.TAKEN
    assert sorted(ground.contents()) == [".ORD_000001.xml.1.void", "ORD_000002.xml"]


def test_where_a_rename_overwrites_a_foreign_file_is_still_left_alone(
    server: Served, ground: Ground, tmp_path: Path
) -> None:
    """Pain 7: looked for before the rename."""
    server.faults.rename_overwrites = True
    ground.put("ORD_000001.xml", b"theirs")
    staged = staged_all(sealed_files(tmp_path, 1), ground, Handover())
    (outcome,) = place_whole(staged, ground.transport, "inbound", Handover())
    assert isinstance(outcome, NameTaken)
    assert outcome.problem.message == (
        "ORD_000001.xml is already in the folder of acme. Ours was not placed; the file there is untouched."
    )
    assert ground.contents()["ORD_000001.xml"] == b"theirs"


def test_a_check_says_that_a_server_overwrites(server: Served, ground: Ground) -> None:
    server.faults.rename_overwrites = True
    finding = ground.transport.check(["inbound"])[-1]
    assert (finding.fine, finding.detail) == (False, "this server overwrites the file that is there")
    assert ground.transport.properties.rename_refuses_existing is False
    assert ground.contents() == {}


def test_a_check_of_a_server_that_is_away_is_one_finding(server: Served) -> None:
    settings = server.settings()
    server.server.stop()
    (finding,) = open_transport("acme", settings, noon).check(["inbound"])
    assert finding.fine is False
    assert "nothing listens there" in finding.detail


def test_short_reads_are_asked_for_again(server: Served, ground: Ground, tmp_path: Path) -> None:
    content = bytes(range(256)) * 400
    ground.put("answer.csv", content)
    server.faults.short_reads_to = 1000
    assert ground.transport.fetch([(RemoteFile("inbound/answer.csv", 102_400, None), tmp_path / "answer")]) == [102_400]
    assert (tmp_path / "answer").read_bytes() == content


def test_what_may_not_be_removed_is_an_outcome(server: Served, ground: Ground) -> None:
    """Pain 5: no right to delete."""
    ground.put("answer.csv", b"")
    server.faults.refuse_remove = True
    (outcome,) = ground.transport.remove(["inbound/answer.csv"])
    assert isinstance(outcome, Refused)
    assert "does not let us remove answer.csv" in outcome.problem.message


def test_an_erp_that_takes_at_once_gets_file_sidecar_and_trigger(
    server: Served, ground: Ground, tmp_path: Path
) -> None:
    """Pain 10: the file vanishes between rename and any look."""
    server.faults.takes_at_once = True
    (file,) = sealed_files(tmp_path, 1)
    (outcome,) = place_whole(staged_all([file], ground, WITH_ALL), ground.transport, "inbound", WITH_ALL)
    assert outcome == Receipt(file, 40)
    assert [name for name, _ in server.faults.taken] == ["ORD_000001.xml", "ORD_000001.xml.sha256", "ORD_000001.xml.ok"]


def test_a_temporary_file_that_somebody_took_is_left_to_a_person(
    server: Served, ground: Ground, tmp_path: Path
) -> None:
    """Pain 10: the file vanishes between upload and rename. It may have been read: never sent again by itself."""
    (file,) = sealed_files(tmp_path, 1)
    staged = staged_all([file], ground, Handover())
    (server.inbound / file.temporary).unlink()
    (outcome,) = place_whole(staged, ground.transport, "inbound", Handover())
    assert isinstance(outcome, Refused)
    assert "was gone before it became visible" in outcome.problem.message
    assert settle_file(facts(file), ground.transport, "inbound", Handover()).look is Look.UNSURE


def test_both_names_of_a_server_killed_between_link_and_unlink_are_one_placed_file(
    server: Served, ground: Ground, tmp_path: Path
) -> None:
    (file,) = sealed_files(tmp_path, 1)
    staged_all([file], ground, Handover())
    (server.inbound / file.name).hardlink_to(server.inbound / file.temporary)
    finding = settle_file(facts(file), ground.transport, "inbound", Handover())
    assert (finding.look, finding.residue) == (Look.PLACED, True)


def test_an_inbound_folder_that_is_not_there_proves_nothing(server: Served, ground: Ground, tmp_path: Path) -> None:
    """A share that is not mounted looks empty: that is no file taken by the ERP."""
    (file,) = sealed_files(tmp_path, 1)
    staged_all([file], ground, Handover())
    server.inbound.rename(server.root / "elsewhere")
    with pytest.raises(Unavailable, match="The folder inbound of acme is not there"):
        settle_file(facts(file), ground.transport, "inbound", Handover())


def test_archived_bytes_that_differ_from_their_seal_are_not_sent(ground: Ground, tmp_path: Path) -> None:
    damaged, sound = sealed_files(tmp_path, 2)
    damaged.source.write_bytes(b"<order number='9'/>".ljust(40))
    first, second = stage([damaged, sound], ground.transport, "inbound", Handover())
    assert isinstance(first, Refused)
    assert "was not sent" in first.problem.message
    assert isinstance(second, Staged)
    assert sorted(ground.contents()) == [".ORD_000002.xml.1.tmp"]


def test_the_leftovers_of_the_attempt_before_are_removed_before_the_first_byte(ground: Ground, tmp_path: Path) -> None:
    (first,) = sealed_files(tmp_path, 1)
    staged_all([first], ground, WITH_ALL)
    (second,) = sealed_files(tmp_path, 1, attempt=2)
    staged_all([second], ground, Handover())
    assert sorted(ground.contents()) == [".ORD_000001.xml.2.tmp"]


def test_files_out_of_sequence_are_never_handed_over(ground: Ground, tmp_path: Path) -> None:
    staged = staged_all(sealed_files(tmp_path, 2), ground, Handover())
    with pytest.raises(ValueError, match="in sequence order"):
        list(place_whole(staged[::-1], ground.transport, "inbound", Handover()))


def test_a_server_never_shows_what_lies_outside_its_root(server: Served, ground: Ground, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (server.inbound / "link").symlink_to(tmp_path)
    up, through = ground.transport.look(["../../secret.txt", "inbound/link/secret.txt"])
    assert up is None
    assert isinstance(through, BridgeError)
    assert ground.transport.digest("inbound/link/secret.txt", 100) is None
    (written,) = ground.transport.write([Upload(b"x", "inbound/link/new.txt", 1)])
    assert isinstance(written, BridgeError)
    assert not (tmp_path / "new.txt").exists()


def test_our_own_full_disk_is_told_apart_from_the_servers(ground: Ground, tmp_path: Path) -> None:
    ground.put("answer.csv", b"accepted")
    (tmp_path / "answer").write_bytes(b"in the way")
    (outcome,) = ground.transport.fetch([(RemoteFile("inbound/answer.csv", 8, None), tmp_path / "answer")])
    assert isinstance(outcome, Unavailable)
    assert outcome.problem.message.startswith("erp-bridge's own disk failed at answer.csv of acme: File exists.")
    assert (tmp_path / "answer").read_bytes() == b"in the way"
    assert isinstance(ground.write("318.tmp", b"ours"), Written)  # the connection goes on


def test_what_the_server_was_found_to_do_is_known_afterwards(server: Served, ground: Ground) -> None:
    assert ground.transport.properties.can_look is True
    assert ground.transport.properties.rename_refuses_existing is None
    server.faults.refuse_look = True
    ground.transport.look(["inbound"])
    assert ground.transport.properties.can_look is False

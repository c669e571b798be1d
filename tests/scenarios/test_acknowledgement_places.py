"""Answers that are no documents: a sibling, a line of a log, our file moved to a folder, our file gone."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from pathlib import Path

import pytest

from bridge.config.shipped import templates_folder
from bridge.simulator.sftp.faults import Cut
from tests.cli.commands import bridge
from tests.world import World, world

pytestmark = pytest.mark.scenario

TRANSPORTS = pytest.mark.parametrize("transport", ["local", "sftp"])
NAME = "ORD_000001.csv"


def answering(here: World, rules: str) -> None:
    """The ERP of rows, answering in another way: by these rules alone."""
    own = here.folder / "profiles" / "acme-rows"
    if own.exists():
        shutil.rmtree(own)
    shutil.copytree(templates_folder() / "csv-orders", own)
    settings = (own / "profile.toml").read_text(encoding="utf-8")
    before, _, rest = settings.partition("[answers]")
    _, _, after = rest.partition("[register]")
    (own / "profile.toml").write_text(f"{before}{rules}\n[register]{after}", encoding="utf-8")
    if 'profile = "csv-orders"' in (here.folder / "bridge.toml").read_text(encoding="utf-8"):
        here.edit_settings('profile = "csv-orders"', 'profile = "acme-rows"')


def sent(here: World, *numbers: int) -> None:
    """Orders in one file, in the ERP's folder."""
    for number in numbers:
        here.order_paid(number)
    here.run_pass()
    assert NAME in here.inbound()


def into(here: World, folder: str, name: str = NAME) -> None:
    """The ERP moves our file."""
    (here.erp_root / folder).mkdir(parents=True, exist_ok=True)
    (here.erp_root / "in" / NAME).rename(here.erp_root / folder / name)


SIBLINGS = """
[answers]
[[answers.rules]]
name = "run"
style = "sibling"
names = "{file}.run"
[answers.rules.sibling]
says = "in work"
[[answers.rules]]
name = "ok"
style = "sibling"
names = "{file}.ok"
[answers.rules.sibling]
says = "accepted"
[[answers.rules]]
name = "err"
style = "sibling"
names = "{file}.err"
[answers.rules.sibling]
says = "rejected"
encoding = "cp1250"
[answers.reasons."E17"]
words = "The period is closed"
action = "Ask accounting to open it."
"""


def test_an_empty_ok_beside_the_answers_accepts_all_orders_without_numbers(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", register=True) as here:
        here.erp.write_register()
        answering(here, SIBLINGS)
        sent(here, 10452, 10453)
        here.outbound(f"{NAME}.run", b"")
        here.run_pass()
        assert here.states() == {"10452": "delivered", "10453": "delivered"}
        here.outbound(f"{NAME}.ok", b"")
        here.run_pass()
        assert here.states() == {"10452": "accepted", "10453": "accepted"}
        (here.erp_root / "register.csv").write_text("external_id,erp_number\n10452,SO-1\n10453,SO-2\n")
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10453": "SO-2"}
        assert here.codes() == []
        assert sorted(path.name for path in (here.erp_root / "out" / "taken").iterdir()) == [
            f"000001-{NAME}.run", f"000002-{NAME}.ok",
        ]  # fmt: skip
        assert here.damage() == []


def test_an_err_rejects_all_orders_in_business_words(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, SIBLINGS)
        sent(here, 10452, 10453)
        here.outbound(f"{NAME}.err".upper(), "E17: okres zamknięty".encode("cp1250"))
        here.run_pass()
        assert here.states() == {"10452": "rejected", "10453": "rejected"}
        assert here.open_exceptions() == [("The ERP refused orders: The period is closed", ["10452", "10453"])]
        (shown,) = here.exceptions()
        assert shown.message == "Order 10452: acme refused it: The period is closed (E17: okres zamknięty)"
        assert shown.action.startswith("Ask accounting to open it. To send the order once more:")


def test_a_reason_that_the_profile_does_not_know_is_shown_as_it_is_and_offered_to_be_added(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, SIBLINGS)
        sent(here, 10452)
        here.outbound(f"{NAME}.err", b"E99: no such warehouse")
        here.run_pass()
        (shown,) = here.exceptions()
        assert shown.message.endswith("refused it: E99: no such warehouse")
        assert "add E99 to [answers.reasons] of profile acme-rows" in shown.action


@TRANSPORTS
def test_a_sibling_beside_our_file_is_found_and_left_where_it_is(tmp_path: Path, transport: str) -> None:
    with world(tmp_path / "w", "csv", transport=transport) as here:
        answering(here, SIBLINGS.replace('"{file}.ok"', '"{stem}.ok"\nbeside = true'))
        sent(here, 10452)
        (here.erp_root / "in" / "ORD_000001.ok").write_bytes(b"")
        here.run_pass()
        here.run_pass()
        assert here.states() == {"10452": "accepted"}
        assert (here.erp_root / "in" / "ORD_000001.ok").exists()
        assert here.codes() == []


@pytest.mark.parametrize("hidden", [f"{NAME}.ok.tmp", f"{NAME}.OK.PART"])
def test_an_answer_that_is_still_written_under_a_temporary_name_is_not_taken_by_a_star(
    tmp_path: Path, hidden: str
) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, SIBLINGS.replace('"{file}.ok"', '"{file}.ok*"'))
        sent(here, 10452)
        (here.erp_root / "out" / hidden).write_bytes(b"")
        here.run_pass()
        assert (here.states(), here.codes()) == ({"10452": "delivered"}, [])
        (here.erp_root / "out" / hidden).rename(here.erp_root / "out" / f"{NAME}.ok-1")
        here.run_pass()
        assert (here.states(), here.codes()) == ({"10452": "accepted"}, [])


LINES = r"""
[answers]
[[answers.rules]]
name = "log"
style = "lines"
names = "import*.log"
grows = true
[answers.rules.lines]
encoding = "cp1250"
[[answers.rules.lines.patterns]]
pattern = '\S+ Order (?P<external_id>\d+) created as (?P<erp_number>\S+)'
verdict = "accepted"
[[answers.rules.lines.patterns]]
pattern = '\S+ Order (?P<external_id>\d+) refused: (?P<code>\w+) (?P<reason>.*)'
verdict = "rejected"
"""


def test_a_log_of_plain_lines_is_read_by_patterns_and_only_new_lines_of_it(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, LINES)
        sent(here, 10452, 10453)
        first = "10:00 Import started\r\n10:01 Order 10452 created as SO-1\r\n10:02 Order 104"
        here.outbound("import.log", first.encode("cp1250"))
        here.run_pass()
        assert here.states() == {"10452": "written_back", "10453": "delivered"}
        here.outbound("import.log", f"{first}53 refused: K4 odbiorca zablokowany\r\n".encode("cp1250"))
        here.run_pass()
        assert here.states() == {"10452": "written_back", "10453": "rejected"}
        (shown,) = here.exceptions()
        assert shown.message == "Order 10453: acme refused it: K4 odbiorca zablokowany"
        assert shown.cause == "rejected:K4"


def test_a_log_of_the_day_that_is_written_anew_with_all_rows_counts_each_once(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, LINES.replace("grows = true\n", ""))
        sent(here, 10452, 10453)
        day = "10:01 Order 10452 created as SO-1\r\n10:02 Order 10453 refused: K4 blocked\r\n"
        here.outbound("import-1124.log", day.encode())
        here.run_pass()
        assert here.states() == {"10452": "written_back", "10453": "rejected"}
        here.order_paid(10454)
        here.run_pass()
        day += "11:10 Order 10453 created as SO-2\r\n11:11 Order 10454 created as SO-3\r\n"
        here.outbound("import-1124.log", day.encode())  # the first was moved away; this one has its rows once more
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10453": "SO-2", "10454": "SO-3"}
        here.later(days=1)
        here.order_paid(10455)
        here.run_pass()
        here.outbound("import-1125.log", b"09:00 Order 10455 created as SO-4\r\n")
        here.run_pass()
        assert here.shop.erp_numbers()["10455"] == "SO-4"
        assert (here.codes(), here.damage()) == ([], [])
        taken = sorted(path.name[7:] for path in (here.erp_root / "out" / "taken").iterdir())
        assert taken == ["import-1124.log", "import-1124.log", "import-1125.log"]


MOVED = """
[answers]
[[answers.rules]]
name = "moved"
style = "moved"
[answers.rules.moved]
folders = { work = "taken", "/done" = "accepted", error = "rejected" }
"""
VANISHED = """
[answers]
within_s = 600
[[answers.rules]]
name = "gone"
style = "vanished"
"""


@TRANSPORTS
def test_our_file_in_the_done_folder_accepts_all_its_orders_and_the_note_of_it_is_kept(
    tmp_path: Path, transport: str
) -> None:
    with world(tmp_path / "w", "csv", transport=transport) as here:
        answering(here, MOVED)
        sent(here, 10452, 10453)
        into(here, "in/work")
        here.run_pass()
        here.run_pass()
        assert here.states() == {"10452": "delivered", "10453": "delivered"}
        (here.erp_root / "done").mkdir()
        (here.erp_root / "in" / "work" / NAME).rename(here.erp_root / "done" / NAME)
        here.run_pass()
        here.run_pass()
        assert here.states() == {"10452": "accepted", "10453": "accepted"}
        assert here.codes() == []
        kept = {path.name: path for path in (here.folder / "archive" / "days").rglob(f"{NAME}*") if path.is_file()}
        notes = [json.loads(kept[f"{NAME}.moved-{folder}.json"].read_bytes()) for folder in ("in_work", "done")]
        ours = hashlib.sha256(kept[NAME].read_bytes()).hexdigest()
        assert [(note["file"], note["sha256"], note["found_sha256"], note["says"]) for note in notes] == [
            (NAME, ours, ours, "taken"),
            (NAME, ours, ours, "accepted"),
        ]
        assert here.damage() == []


@TRANSPORTS
def test_our_file_in_the_error_folder_with_a_time_stamp_in_its_name_rejects_all_its_orders(
    tmp_path: Path, transport: str
) -> None:
    with world(tmp_path / "w", "csv", transport=transport) as here:
        answering(here, MOVED + "time_stamp = true\n")
        sent(here, 10452, 10453)
        into(here, "in/error", "ORD_000001_06-10-17-161011.CSV")
        (here.erp_root / "in" / "error" / "ORD_000001.csv.sha256").write_text("not the file itself")
        here.run_pass()
        assert here.states() == {"10452": "rejected", "10453": "rejected"}
        assert here.open_exceptions() == [("The ERP refused orders: moved to the folder in/error", ["10452", "10453"])]


def test_a_file_with_our_name_and_other_bytes_in_the_done_folder_says_nothing_of_our_orders(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, MOVED)
        sent(here, 10452)
        (here.erp_root / "done").mkdir()
        (here.erp_root / "done" / NAME).write_bytes(b"somebody else's")
        here.run_pass()
        here.run_pass()
        assert here.states() == {"10452": "delivered"}
        assert here.codes() == ["moved-file-differs"]
        (here.erp_root / "done" / NAME).unlink()
        here.run_pass()
        assert here.codes() == []


@TRANSPORTS
def test_a_file_that_is_gone_was_taken_and_never_accepted_and_its_answer_is_still_overdue(
    tmp_path: Path, transport: str
) -> None:
    with world(tmp_path / "w", "csv", transport=transport) as here:
        answering(here, VANISHED)
        sent(here, 10452)
        (here.erp_root / "in" / NAME).unlink()
        here.run_pass()
        here.run_pass()
        assert here.states() == {"10452": "delivered"}
        (order,) = bridge(here, "orders", "show", "10452", "--json").json()
        assert (order["state"], order["answer"]) == ("delivered", "taken by the ERP")
        told = [line for line in order["story"] if line["verb"] in ("told", "raised")]
        assert [line["target"] for line in told] == ["taken by the ERP", "taken by the ERP"]
        (member,) = bridge(here, "files", "show", "acme", "1", "--json").json()["orders"]
        assert member["answer"] == "taken by the ERP"
        here.later(minutes=11)
        here.run_pass()
        assert here.codes() == ["answer-overdue"]


def test_an_inbound_folder_that_is_gone_itself_took_no_file(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, VANISHED)
        sent(here, 10452)
        (here.erp_root / "in").rename(here.erp_root / "unmounted")
        here.run_pass()
        (here.erp_root / "unmounted").rename(here.erp_root / "in")
        here.run_pass()
        with here.site() as site:
            (order,) = site.ledger.reading.orders()
            story = site.ledger.reading.order_story(order.order_id)
        assert [line for line in story if line.verb == "told"] == []


@TRANSPORTS
def test_an_empty_mount_point_took_no_file(tmp_path: Path, transport: str) -> None:
    with world(tmp_path / "w", "csv", transport=transport) as here:
        answering(here, VANISHED)
        sent(here, 10452, 10453)
        inbound = here.erp_root / "in"
        inbound.rename(here.erp_root / "share")
        inbound.mkdir()
        os.utime(inbound, (0, time.time() - 86_400))
        here.run_pass()
        here.run_pass()
        assert here.codes() == ["inbound-not-ours"]
        assert told_of(here) == []
        inbound.rmdir()
        (here.erp_root / "share").rename(inbound)
        here.run_pass()
        assert here.codes() == []
        assert told_of(here) == []
        for file in inbound.iterdir():
            file.unlink()
        here.run_pass()
        assert told_of(here) == ["taken by the ERP"]
        assert here.codes() == []


@TRANSPORTS
def test_no_file_is_placed_on_an_empty_mount_point_and_what_waits_goes_when_the_share_is_back(
    tmp_path: Path, transport: str
) -> None:
    with world(tmp_path / "w", "csv", transport=transport) as here:
        answering(here, VANISHED)
        sent(here, 10452)
        inbound = here.erp_root / "in"
        inbound.rename(here.erp_root / "share")
        inbound.mkdir()
        os.utime(inbound, (0, time.time() - 86_400))
        here.order_paid(10453)
        here.run_pass()
        here.run_pass()
        assert here.states() == {"10452": "delivered", "10453": "exported"}
        assert (here.inbound(), here.codes(), told_of(here)) == ([], ["inbound-not-ours"], [])
        inbound.rmdir()
        (here.erp_root / "share").rename(inbound)
        here.run_pass()
        assert here.states() == {"10452": "delivered", "10453": "delivered"}
        assert (here.codes(), told_of(here)) == ([], [])
        assert {NAME, "ORD_000002.csv"} <= set(here.inbound())


def test_a_file_in_doubt_is_not_taken_for_read_because_the_share_is_away(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", transport="sftp") as here:
        answering(here, VANISHED)
        sent(here, 10452)
        assert here.sftp
        here.sftp.faults.cut = Cut("rename", 1, executed=True)
        here.order_paid(10453)
        here.run_pass()
        inbound = here.erp_root / "in"
        inbound.rename(here.erp_root / "share")
        inbound.mkdir()
        os.utime(inbound, (0, time.time() - 86_400))
        here.run_pass()
        assert here.states() == {"10452": "delivered", "10453": "exported"}
        inbound.rmdir()
        (here.erp_root / "share").rename(inbound)
        here.later(hours=1)  # its next try
        here.run_pass()
        assert here.states() == {"10452": "delivered", "10453": "delivered"}
        assert here.inbound().count("ORD_000002.csv") == 1


def test_a_person_says_that_an_old_empty_folder_is_the_right_one_by_leaving_a_file_in_it(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, VANISHED)
        sent(here, 10452)
        inbound = here.erp_root / "in"
        for file in inbound.iterdir():
            file.unlink()
        os.utime(inbound, (0, time.time() - 86_400))  # as servers tell it that keep no time of folders
        here.run_pass()
        assert here.codes() == ["inbound-not-ours"]
        (inbound / ".mounted").write_text("")
        os.utime(inbound, (0, time.time() - 86_400))
        here.run_pass()
        assert here.codes() == []
        assert told_of(here) == ["taken by the ERP"]


def told_of(here: World) -> list[str]:
    """What is told of the first order's file."""
    with here.site() as site:
        story = site.ledger.reading.order_story(site.ledger.reading.orders()[-1].order_id)
    return [line.target or "" for line in story if line.verb == "told"]


def test_an_endpoint_without_an_answer_folder_is_answered_by_places(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, MOVED.replace("[answers]", "[answers]\nwithin_s = 600"))
        here.edit_settings('outbound = "out"\n', "")
        sent(here, 10452)
        here.later(minutes=11)
        here.run_pass()
        assert here.codes() == ["answer-overdue"]
        into(here, "done")
        here.run_pass()
        assert here.states() == {"10452": "accepted"}
        assert here.codes() == []


def moved_on(here: World, before: str, after: str) -> None:
    """The ERP, or a person there, moves our file on."""
    (here.erp_root / after).mkdir(parents=True, exist_ok=True)
    (here.erp_root / before / NAME).rename(here.erp_root / after / NAME)
    here.run_pass()
    here.run_pass()


def notes(here: World) -> list[str]:
    days = here.folder / "archive" / "days"
    kept = [path.name for path in days.rglob(f"{NAME}.moved-*.json") if not path.name.endswith(".record.json")]
    return sorted(kept)


@TRANSPORTS
def test_a_file_that_was_mended_in_the_erp_is_accepted_from_the_done_folder_and_once_only(
    tmp_path: Path, transport: str
) -> None:
    with world(tmp_path / "w", "csv", transport=transport) as here:
        answering(here, MOVED)
        sent(here, 10452, 10453)
        moved_on(here, "in", "in/error")
        assert here.states() == {"10452": "rejected", "10453": "rejected"}
        assert here.codes() == ["rejected"]
        moved_on(here, "in/error", "done")
        assert here.states() == {"10452": "accepted", "10453": "accepted"}
        assert here.codes() == []
        assert notes(here) == [f"{NAME}.moved-done.json", f"{NAME}.moved-in_error.json"]
        assert here.damage() == []


def test_a_file_that_comes_into_a_folder_again_is_seen_again(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, MOVED)
        sent(here, 10452)
        for before, after in (("in", "in/work"), ("in/work", "in/error"), ("in/error", "in/work")):
            moved_on(here, before, after)
        assert here.states() == {"10452": "rejected"}
        moved_on(here, "in/work", "in/error")
        moved_on(here, "in/error", "done")
        assert here.states() == {"10452": "accepted"}
        assert notes(here) == [
            f"{NAME}.moved-done.json",
            f"{NAME}.moved-in_error.2.json",
            f"{NAME}.moved-in_error.json",
            f"{NAME}.moved-in_work.2.json",
            f"{NAME}.moved-in_work.json",
        ]
        assert here.damage() == []


def test_a_copy_that_the_erp_leaves_in_a_second_folder_is_told_once(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, MOVED)
        sent(here, 10452)
        moved_on(here, "in", "in/error")
        (here.erp_root / "done").mkdir()
        shutil.copy2(here.erp_root / "in" / "error" / NAME, here.erp_root / "done" / NAME)
        for _ in range(3):
            here.run_pass()
        assert here.states() == {"10452": "accepted"}
        assert notes(here) == [f"{NAME}.moved-done.json", f"{NAME}.moved-in_error.json"]


def test_a_withdrawn_file_that_the_erp_took_all_the_same_is_told_to_a_person(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, MOVED)
        sent(here, 10452)
        into(here, "aside")
        done = bridge(here, "files", "withdraw", "acme", "1", "--reason", "wrong article", "--seen-absent")
        assert done.exit_code == 0, done.err
        moved_on(here, "aside", "done")
        assert "answer-contradicts" in here.codes()
        assert here.states()["10452"] == "withdrawn"
        assert notes(here) == [f"{NAME}.moved-done.json"]


def test_a_sibling_ok_after_an_err_beside_our_file_accepts_it(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, SIBLINGS.replace('style = "sibling"', 'style = "sibling"\nbeside = true'))
        sent(here, 10452)
        (here.erp_root / "in" / f"{NAME}.err").write_text("E17")
        here.run_pass()
        assert here.states() == {"10452": "rejected"}
        (here.erp_root / "in" / f"{NAME}.err").unlink()
        (here.erp_root / "in" / f"{NAME}.ok").write_text("")
        here.run_pass()
        assert here.states() == {"10452": "accepted"}
        assert here.codes() == []

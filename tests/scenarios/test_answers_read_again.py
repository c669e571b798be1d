"""An answer that could not be taken is read again: by a person's act, or when the ERP writes it once more."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.flow.reading_again import rule_now
from bridge.ledger import AnswerToReadAgain
from bridge.profiles import AnswerSettings
from tests.cli.commands import bridge
from tests.scenarios.own_profile import own_profile
from tests.scenarios.test_acknowledgement_places import answering, sent
from tests.world import World, world

pytestmark = pytest.mark.scenario

HEADING = b"file;line;order;status;number;text\r\n"
WHOLE_LOG = ("grows = true", "grows = false")
PARKED = ('OK = "accepted"', 'OK = "accepted"\nPARKED = "rejected"')
NAME = "import-1.log.csv"


def retried(here: World, reason: str = "the profile is mended") -> str:
    """A person's act on the one open exception; what the command says."""
    (trouble,) = here.exceptions()
    said = bridge(here, "exceptions", "retry", str(trouble.exception_id), "--reason", reason, "--by", "ada", "--json")
    message: str = said.json()["message"]
    return message


def outcomes(here: World, number: str) -> list[str]:
    """What was made of each result that the order got, first ones first."""
    with here.site() as site:
        order = next(one for one in site.ledger.reading.orders() if one.number == number)
        return [line.verb for line in site.ledger.reading.order_story(order.order_id) if line.verb in VERBS]


VERBS = ("applied", "repeated", "late", "contradicts", "duplicate")


def test_a_word_that_the_profile_learns_is_read_from_the_kept_bytes(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        own_profile(here, WHOLE_LOG)
        sent(here, 10452, 10453)
        here.outbound(NAME, HEADING + b"ORD_000001.csv;2;10452;OK;SO-1;\r\nORD_000001.csv;4;10453;PARKED;;full\r\n")
        here.run_pass()
        assert here.codes() == ["answer-malformed"]
        assert here.states() == {"10452": "delivered", "10453": "delivered"}
        own_profile(here, WHOLE_LOG, PARKED)
        assert retried(here) == "The next pass reads 1 kept answer again, by the profile as it is then."
        here.run_pass()
        here.run_pass()
        assert here.states() == {"10452": "written_back", "10453": "rejected"}
        assert here.codes() == ["rejected"]
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert outcomes(here, "10452") == outcomes(here, "10453") == ["applied"]
        assert here.damage() == []
        assert list((here.folder / "archive" / "incoming").iterdir()) == []  # read where it lies: nothing is copied


def test_what_is_still_wrong_stays_open_with_its_new_reason_until_it_is_cured(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        own_profile(here, WHOLE_LOG)
        sent(here, 10452)
        here.outbound(NAME, HEADING + b"ORD_000001.csv;2;10452;PARKED;;\r\nORD_000001.csv;4;10452;LATER;;\r\n")
        here.run_pass()
        before = here.exceptions()[0]
        own_profile(here, WHOLE_LOG, PARKED)
        retried(here)
        here.run_pass()
        here.run_pass()
        (still,) = here.exceptions()
        assert (still.exception_id, still.times) == (before.exception_id, 2)
        assert ("line 2" in before.message, "line 3" in still.message) == (True, True)
        own_profile(here, WHOLE_LOG, ('OK = "accepted"', 'OK = "accepted"\nPARKED = "in work"\nLATER = "rejected"'))
        retried(here)
        here.run_pass()
        assert here.states() == {"10452": "rejected"}
        assert here.codes() == ["rejected"]


def test_the_same_bytes_again_while_the_exception_is_open_are_read_again(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        own_profile(here, WHOLE_LOG)
        sent(here, 10452)
        content = HEADING + b"ORD_000001.csv;2;10452;PARKED;;\r\n"
        here.outbound(NAME, content)
        here.run_pass()
        own_profile(here, WHOLE_LOG, PARKED)
        here.run_pass()
        assert here.codes() == ["answer-malformed"]
        here.outbound(NAME, content)
        here.run_pass()
        assert here.states() == {"10452": "rejected"}
        assert here.codes() == ["rejected"]
        here.outbound(NAME, content)
        here.run_pass()
        assert outcomes(here, "10452") == ["applied"]
        assert [path.name for path in (here.erp_root / "out").iterdir() if path.is_file()] == []
        assert here.damage() == []


def test_the_same_bytes_under_a_new_name_are_read_too(tmp_path: Path) -> None:
    """What the exception's action asks the ERP's owner for."""
    with world(tmp_path / "w", "csv") as here:
        own_profile(here, WHOLE_LOG)
        sent(here, 10452)
        content = HEADING + b"ORD_000001.csv;2;10452;PARKED;;\r\n"
        here.outbound(NAME, content)
        here.run_pass()
        own_profile(here, WHOLE_LOG, PARKED)
        here.outbound("import-2.log.csv", content)
        here.run_pass()
        here.run_pass()
        assert here.states() == {"10452": "rejected"}
        assert here.codes() == ["rejected"]
        assert outcomes(here, "10452") == ["applied"]


def test_what_a_person_has_dismissed_is_not_read_again(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        own_profile(here, WHOLE_LOG)
        sent(here, 10452)
        content = HEADING + b"ORD_000001.csv;2;10452;PARKED;;\r\n"
        here.outbound(NAME, content)
        here.run_pass()
        own_profile(here, WHOLE_LOG, PARKED)
        retried(here)
        (trouble,) = here.exceptions()
        bridge(here, "exceptions", "dismiss", str(trouble.exception_id), "--reason", "settled by telephone")
        here.outbound(NAME, content)
        here.run_pass()
        here.run_pass()
        assert here.states() == {"10452": "delivered"}
        assert here.codes() == []


def test_odd_rows_of_a_log_that_grows_are_read_again_and_no_other_row_twice(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        own_profile(here)
        sent(here, 10452, 10453)
        here.outbound(NAME, HEADING + b"ORD_000001.csv;2;10452;OK;SO-1;\r\nORD_000001.csv;4;10453;PARKED;;full\r\n")
        here.run_pass()
        assert here.codes() == ["answer-malformed"]
        assert here.states() == {"10452": "written_back", "10453": "delivered"}
        own_profile(here, PARKED)
        retried(here)
        here.run_pass()
        assert here.states() == {"10452": "written_back", "10453": "rejected"}
        assert here.codes() == ["rejected"]
        assert outcomes(here, "10452") == outcomes(here, "10453") == ["applied"]


def test_a_log_that_was_read_whole_later_has_nothing_left_to_say(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        own_profile(here)
        sent(here, 10452)
        begun = HEADING.replace(b"status", b"state") + b"ORD_000001.csv;2;10452;OK;SO-1;\r\n"
        here.outbound(NAME, begun)
        here.run_pass()
        assert here.codes() == ["answer-malformed"]
        own_profile(here, ('verdict = "status"', 'verdict = "state"'))
        here.outbound(NAME, begun + b"ORD_000001.csv;2;10452;OK;SO-1;\r\n")
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert here.codes() == ["answer-malformed"]
        retried(here)
        here.run_pass()
        assert here.codes() == []
        assert here.shop.erp_numbers() == {"10452": "SO-1"}


def test_an_order_that_was_not_known_yet_is_found_and_what_was_told_already_is_not_told_again(tmp_path: Path) -> None:
    """The rejection in it was cured and sent again since: read once more it would speak of the later round."""
    with world(tmp_path / "w", "csv") as here:
        own_profile(here, WHOLE_LOG)
        sent(here, 10452)
        here.outbound(NAME, HEADING + b";2;10452;ERR;;full\r\n;4;10453;OK;SO-9;\r\n")
        here.run_pass()
        assert here.codes() == ["rejected", "answer-unknown-order"]
        refused, unknown = here.exceptions()
        bridge(here, "exceptions", "retry", str(refused.exception_id), "--reason", "room again")
        here.order_paid(10453)
        here.run_pass()
        here.outbound("import-2.log.csv", HEADING + b";2;10452;OK;SO-1;\r\n")
        here.run_pass()
        assert here.states() == {"10452": "written_back", "10453": "delivered"}
        bridge(here, "exceptions", "retry", str(unknown.exception_id), "--reason", "it is sent now")
        here.run_pass()
        assert here.states() == {"10452": "written_back", "10453": "written_back"}
        assert here.codes() == []
        assert here.shop.erp_numbers() == {"10452": "SO-1", "10453": "SO-9"}


SIBLING = """
[answers]
[[answers.rules]]
name = "ok"
style = "sibling"
names = "{file}.ok"
[answers.rules.sibling]
says = "accepted"
"""


def test_a_sibling_whose_name_was_taken_for_another_is_joined_by_the_mended_pattern(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        answering(here, SIBLING)
        sent(here, 10452)
        here.outbound("ORD_000001.ok", b"")
        here.run_pass()
        assert here.codes() == ["answer-names-no-order"]
        answering(here, SIBLING.replace("{file}", "{stem}"))
        retried(here)
        here.run_pass()
        assert here.states() == {"10452": "accepted"}
        assert here.codes() == []


def test_a_name_that_no_rule_takes_any_more_is_told(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        own_profile(here, WHOLE_LOG)
        sent(here, 10452)
        here.outbound(NAME, HEADING + b"ORD_000001.csv;2;10452;PARKED;;\r\n")
        here.run_pass()
        own_profile(here, WHOLE_LOG, PARKED, ("import-*.log.csv", "answer-*.csv"))
        retried(here)
        here.run_pass()
        assert here.codes() == ["answer-without-rule"]
        own_profile(here, WHOLE_LOG, PARKED)
        retried(here)
        here.run_pass()
        assert here.codes() == ["rejected"]


def test_bytes_that_were_changed_in_the_archive_are_not_read(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        own_profile(here, WHOLE_LOG)
        sent(here, 10452)
        here.outbound(NAME, HEADING + b"ORD_000001.csv;2;10452;PARKED;;\r\n")
        here.run_pass()
        (kept,) = (here.folder / "archive").glob(f"days/*/acme/in/*{NAME}")
        kept.chmod(0o600)
        kept.write_bytes(kept.read_bytes().replace(b"PARKED", b"OK    "))
        retried(here)
        here.run_pass()
        assert here.codes() == ["answer-not-kept"]
        assert here.states() == {"10452": "delivered"}


def test_a_note_of_our_own_is_read_by_the_rule_that_wrote_it() -> None:
    rules = [
        {"name": "log", "style": "csv", "names": "*"},
        {"name": "moved", "style": "moved", "moved": {"folders": {"done": "accepted"}}},
    ]
    answers = AnswerSettings.model_validate({"rules": rules})

    def rule_of(rule: str) -> str:
        found = rule_now(AnswerToReadAgain(1, "ORD_000001.csv.moved-done.json", "", 0, "", rule, None), answers)
        return found.name if found else ""

    assert (rule_of("moved"), rule_of("log"), rule_of("renamed since")) == ("moved", "log", "log")


def test_the_story_tells_who_had_it_read_again_and_why(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        own_profile(here, WHOLE_LOG)
        sent(here, 10452)
        here.outbound(NAME, HEADING + b"ORD_000001.csv;2;10452;PARKED;;\r\n")
        here.run_pass()
        (trouble,) = here.exceptions()
        own_profile(here, WHOLE_LOG, PARKED)
        retried(here, "PARKED is a refusal")
        here.run_pass()
        with here.site() as site:
            closed = site.ledger.reading.exception(trouble.exception_id)
            (order,) = site.ledger.reading.orders()
            story = site.ledger.reading.order_story(order.order_id)
        (moved,) = [line.reason for line in story if (line.verb, line.target) == ("moved", "rejected")]
        assert closed.close_reason == "the answer was read again for ada: PARKED is a refusal"
        assert moved == "the ERP's answer, read again for ada: PARKED is a refusal"


MISDIRECTED = (
    "ISA*00*          *00*          *ZZ*ACME           *ZZ*SHOP           *261125*0915*U*00401*000000001*0*P*>~"
    "GS*PR*ACME*SHOP*20261125*0915*1*X*004010~ST*855*0001~BAK*00*AD*10452*20261125****SO-1~SE*3*0001~GE*1*1~"
    "IEA*1*000000001~"
)


def test_an_answer_that_a_wrong_parameter_called_misdirected_is_applied_once_that_is_mended(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.edit_settings(
            'profile = "ubl-order-2.1"\n',
            'profile = "x12-850"\n[endpoints.acme.parameters]\nsender = "SHOP"\nreceiver = "ACMEE"\n',
        )
        sent_alone(here, 10452)
        here.outbound("1.x12", MISDIRECTED.encode())
        here.run_pass()
        assert here.codes() == ["answer-misdirected"]
        here.edit_settings("ACMEE", "ACME")
        retried(here)
        here.run_pass()
        assert here.codes() == []
        assert here.shop.erp_numbers() == {"10452": "SO-1"}


def sent_alone(here: World, number: int) -> None:
    here.order_paid(number)
    here.run_pass()
    assert here.states() == {str(number): "delivered"}

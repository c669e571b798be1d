"""What an ORDERRESPONSE says of an order, by what the partner calls a rejection; broken ones are refused."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.domain.answers import Difference, FileKey, FileReference, Result, Verdict
from bridge.profiles import AnswerMalformed, Profile, ProfileRefused, load_profile
from bridge.profiles.installation import Installation
from tests.profiles.making import CSV, made

SPACES = 'xmlns="http://www.opentrans.org/XMLSchema/2.1" xmlns:b="http://www.bmecat.org/bmecat/2005"'
RULE = '\n[[answers.rules]]\nstyle = "opentrans"\nnames = "*.xml"\n'
PUBLIC = Path(__file__).parents[3] / "shared" / "samples" / "formats" / "opentrans-2.1" / "examples"


def profile_with(folder: Path, reject_when: str = '["quantity-zero"]', more: str = "") -> Profile:
    table = f"[answers.rules.opentrans]\nreject_when = {reject_when}\n{more}"
    return made(folder, CSV.replace("ENCODING", "utf-8") + RULE + table)


def item(line: int | str, quantity: str, remark: str = "") -> str:
    remark = f'<REMARKS type="orderresponse">{remark}</REMARKS>' if remark else ""
    return (
        f"<ORDERRESPONSE_ITEM><LINE_ITEM_ID>{line}</LINE_ITEM_ID><PRODUCT_ID><b:SUPPLIER_PID>A</b:SUPPLIER_PID>"
        f"</PRODUCT_ID><QUANTITY>{quantity}</QUANTITY>{remark}</ORDERRESPONSE_ITEM>"
    )


def response(*items: str, number: str = "AB-1", remarks: str = "", order: str = "10452") -> str:
    number = f"<SUPPLIER_ORDER_ID>{number}</SUPPLIER_ORDER_ID>" if number else ""
    order = f"<ORDER_ID>{order}</ORDER_ID>" if order else ""
    remarks = f"<REMARKS>{remarks}</REMARKS>" if remarks else ""
    info = f"<ORDERRESPONSE_INFO>{order}{number}{remarks}</ORDERRESPONSE_INFO>"
    head = f"<ORDERRESPONSE_HEADER>{info}</ORDERRESPONSE_HEADER>"
    lines = f"<ORDERRESPONSE_ITEM_LIST>{''.join(items)}</ORDERRESPONSE_ITEM_LIST>"
    return f'<ORDERRESPONSE {SPACES} version="2.1">{head}{lines}</ORDERRESPONSE>'


def read(profile: Profile, folder: Path, content: str | bytes, name: str = "answer-1.xml") -> list[Result]:
    path = folder / "answer"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(profile.read_answer(path, name).results)


def said(profile: Profile, folder: Path, content: str) -> Result:
    (result,) = read(profile, folder, content)
    return result


def refused(profile: Profile, folder: Path, content: str | bytes) -> str:
    with pytest.raises(AnswerMalformed) as caught:
        read(profile, folder, content)
    return caught.value.problem.message


@pytest.mark.parametrize("table", ["", "[answers.rules.opentrans]\n", "[answers.rules.opentrans]\nreject_when = []\n"])
def test_a_profile_that_does_not_say_what_a_rejection_is_is_refused_with_its_line(table: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused) as caught:
        made(tmp_path, CSV.replace("ENCODING", "utf-8") + RULE + table)
    assert "profile.toml:" in str(caught.value)
    assert "reject_when" in str(caught.value)


@pytest.mark.parametrize(
    ("reject_when", "more", "what"),
    [
        ('["refused"]', "", "reject_when"),
        ('["remarks"]', "", "reject_when = remarks and reject_words belong together"),
        ('["no-items"]', 'reject_words = ["no"]\n', "reject_when = remarks and reject_words belong together"),
        ('["remarks"]', 'reject_words = ["("]\n', "'(' is no regular expression"),
        ('["remarks"]', 'reject_words = ["([a-z ]+)+!"]\n', "has a repetition inside a repetition"),
        ('["remarks"]', 'reject_words = ["[a-z]*[A-Z]*1"]\n', "has two repetitions side by side"),  # blind to case
        ('["remarks"]', 'reject_words = ["no.*in.*stock"]\n', "has too many repetitions (at most 1"),
    ],
)
def test_a_mistake_in_what_a_rejection_is_is_told(reject_when: str, more: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused) as caught:
        profile_with(tmp_path, reject_when, more)
    assert what in str(caught.value)


WORDS = 'reject_words = ["^abgelehnt", "blocked"]\n'
NOTHING = response(item(1, "0"), item(2, "0.000"))
NO_ITEMS = response()
NO_NUMBER = response(item(1, "2"), number="")
BLOCKED = response(item(1, "2"), remarks="Customer is Blocked")
BLOCKED_LINE = response(item(1, "2", "Abgelehnt: gesperrt"))
GOOD = response(item(1, "2"), item(2, "5"), remarks="Nicht abgelehnt")


@pytest.mark.parametrize(
    ("reject_when", "more", "rejected"),
    [
        ('["quantity-zero"]', "", [NOTHING]),
        ('["no-items"]', "", [NO_ITEMS]),
        ('["no-number"]', "", [NO_NUMBER]),
        ('["remarks"]', WORDS, [BLOCKED]),
        ('["quantity-zero", "no-items", "no-number"]', "", [NOTHING, NO_ITEMS, NO_NUMBER]),
    ],
)
def test_only_what_the_partner_calls_a_rejection_is_one(
    reject_when: str, more: str, rejected: list[str], tmp_path: Path
) -> None:
    profile = profile_with(tmp_path, reject_when, more)
    for content in (NOTHING, NO_ITEMS, NO_NUMBER, BLOCKED, GOOD):
        verdict = Verdict.REJECTED if content in rejected else Verdict.ACCEPTED
        assert said(profile, tmp_path, content).verdict is verdict


def test_the_words_of_a_line_reject_too(tmp_path: Path) -> None:
    result = said(profile_with(tmp_path, '["remarks"]', 'reject_words = ["gesperrt"]\n'), tmp_path, BLOCKED_LINE)
    assert (result.verdict, result.erp_number, result.reason) == (
        Verdict.REJECTED, None, "line 1: Abgelehnt: gesperrt"
    )  # fmt: skip


def test_an_accepted_order_has_its_number_and_what_is_confirmed_of_each_line(tmp_path: Path) -> None:
    content = response(item(1, "2"), item(2, "0", "Sold out"), item(3, "x"), remarks="Thank  you\n again")
    result = said(profile_with(tmp_path), tmp_path, content)
    assert (result.external_id, result.verdict, result.erp_number) == ("10452", Verdict.ACCEPTED, "AB-1")
    assert result.differences == (
        Difference("quantity", "1", confirmed="2", of_all=True),
        Difference("quantity", "2", confirmed="0", of_all=True),
        Difference("quantity", "3", confirmed="x", of_all=True),
    )
    assert result.reason == "Thank you again; line 2: Sold out"


def test_several_responses_in_an_envelope_are_several_results(tmp_path: Path) -> None:
    envelope = f"<Batch>{GOOD}\n{response(item(1, '0'), order='10453')}</Batch>"
    found = read(profile_with(tmp_path), tmp_path, envelope)
    assert [(one.external_id, one.verdict, one.place) for one in found] == [
        ("10452", Verdict.ACCEPTED, "line 1"),
        ("10453", Verdict.REJECTED, "line 2"),
    ]


def test_no_schema_refuses_an_answer(tmp_path: Path) -> None:
    odd = GOOD.replace("<ORDERRESPONSE_HEADER>", "<UDX.OWN>7</UDX.OWN><ORDERRESPONSE_HEADER>").replace(
        'version="2.1"', ""
    )
    assert said(profile_with(tmp_path), tmp_path, odd).verdict is Verdict.ACCEPTED


def test_a_remark_as_long_as_the_standard_allows_is_read(tmp_path: Path) -> None:
    result = said(profile_with(tmp_path), tmp_path, response(item(1, "2"), remarks="ü" * 64_000))
    assert result.reason == "ü" * 4_000


def test_the_answers_name_can_tell_the_file(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text(GOOD)
    settings = CSV.replace("ENCODING", "utf-8") + RULE.replace("*.xml", "RESP_{stem}.xml")
    profile = made(tmp_path, settings + '[answers.rules.opentrans]\nreject_when = ["no-items"]\n')
    assert profile.read_answer(path, "RESP_O0017.xml").files == [FileReference(FileKey.NAME, "O0017.csv")]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "is not well-formed XML"),
        ("rejected 10452", "is not well-formed XML"),
        (GOOD[:-9], "is not well-formed XML"),
        (response(item(1, "1"), order=""), "does not name its order (ORDER_ID)"),
        ("<ORDERRESPONSE/>", "holds no ORDERRESPONSE of openTRANS 2.1"),
        (GOOD.replace("XMLSchema/2.1", "XMLSchema/1.0"), "holds no ORDERRESPONSE of openTRANS 2.1"),
        (response(item(1, "1"), order="9" * 5_000), "a text is longer than 4000 characters"),
        (response(f"<x>{'<y/>' * 3_000_000}</x>"), "one part of the answer is longer than 8388608 bytes"),
        (f"<!DOCTYPE x [<!ENTITY a 'b'>]>{GOOD}", "has a document type declaration"),
    ],
)  # fmt: skip
def test_a_malformed_answer_is_refused_with_its_line(content: str, what: str, tmp_path: Path) -> None:
    message = refused(profile_with(tmp_path), tmp_path, content)
    assert message.startswith("answer-1.xml, line ")
    assert what in message
    assert "99999" not in message


def test_endless_lines_are_not_held_against_what_was_sent_and_that_is_said(tmp_path: Path) -> None:
    content = response(*(item(number, "1") for number in range(1, 10_012)))
    (told,) = said(profile_with(tmp_path), tmp_path, content).differences
    assert told.words == "has 10011 lines, more than are held against what was sent"


def test_a_hostile_answer_costs_little(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    content = f'<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]>' + GOOD.replace("10452", "&l9;")
    profile = profile_with(tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    refused(profile, tmp_path, content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 2


READER = """
import resource, sys
from pathlib import Path
from bridge.profiles import load_profile
answer = load_profile("acme", Path(sys.argv[1])).read_answer(Path(sys.argv[2]), "a.xml")
print(sum(1 for _ in answer.results), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_long_response_and_many_of_them_do_not_fill_the_memory(tmp_path: Path) -> None:
    profile_with(tmp_path)
    peaks = []
    for lines, documents in ((100, 1), (30_000, 1), (1, 20_000)):
        path = tmp_path / f"{lines}.xml"
        with path.open("w") as content:
            content.write("<Batch>")
            for _ in range(documents):
                first, last = response("@").split("@")
                content.write(first)
                content.writelines(item(number, "0", "x" * 100) for number in range(lines))
                content.write(last)
            content.write("</Batch>")
        command = [sys.executable, "-c", READER, str(tmp_path), str(path)]
        count, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert int(count) == documents
        peaks.append(int(peak))
    assert path.stat().st_size > 7_000_000
    assert max(peaks) - peaks[0] < 6_000


# What public responses say. Where they do not lie beside the checkout, the profile's own answers are all there is.
SAID = {
    "Example_ORDERRESPONSE_Testdistributor_Auftragsbestaetigung.xml": ("GWAHJV-160131-1470", "accepted", None),
    "minimal_valid_orderresponse.xml": ("order-id-1", "accepted", None),
}
OWN = {
    "response-accepted.xml": ("10452", "accepted", "AB-2026-0815"),
    "response-rejected.xml": ("10452", "rejected", None),
}


def test_public_responses_and_our_own_mean_what_they_say(tmp_path: Path) -> None:
    ours = load_profile("opentrans-2.1", None, Installation({"supplier": "10000735", "buyer": "123456"}))
    anybody = profile_with(tmp_path, '["quantity-zero", "no-items"]')
    tried = [(ours, ours.folder / "sample" / name, means) for name, means in OWN.items()]
    tried += [(anybody, PUBLIC / name, means) for name, means in SAID.items() if (PUBLIC / name).exists()]
    for profile, path, means in tried:
        (result,) = profile.read_answer(path, path.name).results
        assert (result.external_id, result.verdict, result.erp_number) == means

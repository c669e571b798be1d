"""Who wrote an answer, and to whom: one that is forged or misrouted says nothing, in any format that names parties."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from bridge.domain.answers import Result
from bridge.profiles import AnswerMalformed, Profile, ProfileRefused
from tests.profiles.csv_family import installed
from tests.profiles.making import CSV, made
from tests.profiles.test_line_answers import LINES


class Style(NamedTuple):
    """A built-in profile with one good answer of its samples, and how that names the two parties."""

    profile: str
    parameters: dict[str, str]
    answer: str
    erp: str
    us: str
    place: str


EDIFACT = {"sender": "4012345000009", "receiver": "5412345000013"}
X12 = {"sender": "SENDER", "receiver": "RECEIVER"}
PEPPOL = {"seller_endpoint": "9876543210128", "buyer_endpoint": "7300010000001"}
SAP = {"answers_from": "PRDCLNT100", "answers_to": "ERPBRIDGE"}
GLNS = ("+5412345000013:14+4", "+4012345000009:14+26", "segment 1")
ISA = ("*ZZ*RECEIVER ", "*ZZ*SENDER ", "segment 1")
STYLES = {
    "ORDRSP": Style("edifact-orders-d96a", EDIFACT, "ORDRSP_10460.edi", *GLNS),
    "CONTRL": Style("edifact-orders-d96a", EDIFACT, "CONTRL_000017.edi", *GLNS),
    "APERAK": Style("edifact-orders-d96a", EDIFACT, "APERAK_000017.edi", *GLNS),
    "TA1": Style("x12-850", X12, "TA1_000000501.x12", *ISA),
    "997": Style("x12-850", X12, "997_000000502.x12", *ISA),
    "855": Style("x12-850", X12, "855_000000503.x12", *ISA),
    "855 by its group": Style(
        "x12-850", X12 | {"group_sender": "SENDER", "group_receiver": "RECEIVER"},
        "855_000000503.x12", "*PR*RECEIVER*", "*SENDER*2026", "segment 2",
    ),
    "OrderResponse": Style(
        "peppol-order-3", PEPPOL, "response-501.xml", ">9876543210128<", ">7300010000001<", "line 4"
    ),
    "ApplicationResponse": Style(
        "peppol-order-3", PEPPOL, "mlr-rejected.xml", ">9876543210128<", ">7300010000001<", "line 4"
    ),
    "ORDERRESPONSE": Style(
        "opentrans-2.1", {"supplier": "10000735", "buyer": "123456"}, "response-accepted.xml",
        ">10000735<", ">123456<", "line 4",
    ),
    "IDoc": Style(
        "sap-idoc-orders05", SAP, "ORDRSP_0000000000814490.xml",
        "<SNDPRN>PRDCLNT100<", "<RCVPRN>ERPBRIDGE<", "line 4",
    ),
    "flat IDoc": Style(
        "sap-idoc-orders05", SAP | {"form": "flat-4x", "encoding": "iso8859-1"},
        "flat-4x/ORDRSP_0000000000814490.idoc", "LS  PRDCLNT100", "LS  ERPBRIDGE ", "line 1",
    ),
}  # fmt: skip
OTHERS = {
    "5412345000013": "5412345000099", "4012345000009": "4012345000099", "RECEIVER": "RECEIVEX", "SENDER": "SENDEX",
    "9876543210128": "9876543210999", "7300010000001": "7300010000999", "10000735": "10000799", "123456": "123499",
    "PRDCLNT100": "PRDCLNT999", "ERPBRIDGE": "ERPBRIDGX",
}  # fmt: skip


def read(profile: Profile, content: str, folder: Path) -> list[Result]:
    path = folder / "answer"
    path.write_text(content, "iso8859-1")
    assert profile.answers is not None
    name = profile.answers.rules[0].names.replace("*", "answer")
    return list(profile.read_answer(path, name).results)


def sample(style: Style) -> tuple[Profile, str]:
    profile = installed(style.profile, **style.parameters)
    return profile, (profile.folder / "sample" / style.answer).read_text("iso8859-1")


def named_otherwise(party: str, other: str | None = None) -> str:
    """The same place with another party in it, of the same width."""
    ours = next(one for one in OTHERS if one in party)
    return party.replace(ours, OTHERS[ours] if other is None else other)


@pytest.mark.parametrize("named", STYLES)
def test_what_the_erp_wrote_to_us_is_read_and_what_others_wrote_or_got_is_not(named: str, tmp_path: Path) -> None:
    style = STYLES[named]
    profile, content = sample(style)
    assert read(profile, content, tmp_path)
    for party, said in ((style.erp, "answers are expected from"), (style.us, "it is addressed to")):
        forged = content.replace(party, named_otherwise(party))
        assert forged != content, party
        with pytest.raises(AnswerMalformed) as caught:
            read(profile, forged, tmp_path)
        problem = caught.value.problem
        assert (problem.code, problem.message.endswith("Nothing of it was applied.")) == ("answer-misdirected", True)
        assert f", {style.place}: " in problem.message
        assert said in problem.message


def test_parties_are_compared_blind_to_case_and_to_zeros_before_them(tmp_path: Path) -> None:
    style = STYLES["IDoc"]._replace(parameters={"answers_from": "prdclnt100", "answers_to": "4711"})
    profile, content = sample(style)
    assert read(profile, content.replace("<RCVPRN>ERPBRIDGE<", "<RCVPRN>0000004711<"), tmp_path)


def test_flat_records_of_release_3_name_their_parties_elsewhere(tmp_path: Path) -> None:
    profile = installed("sap-idoc-orders05", **SAP, form="flat-3x", join="docnum")
    content = (profile.folder / "sample/flat-3x/STATUS_0000000000814502.idoc").read_text("ascii")
    assert read(profile, content, tmp_path)
    for sender, receiver, fine in (("PRDCLNT100", "ERPBRIDGE", True), ("PRDCLNT999", "ERPBRIDGE", False)):
        addressed = f"{content[:56]}{receiver:<10}{content[66:190]}{sender:<10}{content[200:]}"
        if fine:
            assert read(profile, addressed, tmp_path)
        else:
            with pytest.raises(AnswerMalformed, match="it comes from PRDCLNT999"):
                read(profile, addressed, tmp_path)


@pytest.mark.parametrize("named", ["ORDERRESPONSE", "IDoc", "OrderResponse"])
def test_formats_that_can_leave_parties_out_pass_an_answer_that_names_nobody(named: str, tmp_path: Path) -> None:
    profile, content = sample(STYLES[named])
    for party in (STYLES[named].erp, STYLES[named].us):
        content = content.replace(party, named_otherwise(party, ""))
    assert read(profile, content, tmp_path)


def test_an_interchange_that_names_nobody_is_refused(tmp_path: Path) -> None:
    profile, content = sample(STYLES["ORDRSP"])
    with pytest.raises(AnswerMalformed, match="it comes from nobody, and answers are expected from 5412345000013"):
        read(profile, content.replace("+5412345000013:14+4", "++4"), tmp_path)


def test_what_nobody_set_is_not_looked_at(tmp_path: Path) -> None:
    profile, content = sample(STYLES["IDoc"]._replace(parameters={}))
    assert read(profile, content.replace("<SNDPRN>PRDCLNT100<", "<SNDPRN>ANYBODY<"), tmp_path)


def test_a_style_that_tells_no_parties_refuses_the_keys(tmp_path: Path) -> None:
    lines = LINES.replace('style = "lines"', 'style = "lines"\nsender = "ACME"')
    with pytest.raises(ProfileRefused, match="an answer of style lines does not tell its sender"):
        made(tmp_path, CSV.replace("ENCODING", "utf-8") + lines)

"""What SAP's answers mean: ORDRSP, STATUS and ALEAUD, in XML and in flat records of both layouts, joined both ways."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from bridge.domain.answers import Difference, FileKey, FileReference, Level, Result, Verdict
from bridge.profiles import AnswerMalformed, Profile, ProfileRefused, load_profile
from bridge.profiles.installation import Installation
from tests.profiles.making import made

NAME = "sap-idoc-orders05"
Fields = Mapping[str, str]
Segments = list[tuple[int, str, Fields]]  # level, name, fields


@lru_cache
def profile(**parameters: str) -> Profile:
    return load_profile(NAME, None, Installation(parameters=parameters))


def said(found: Profile, path: Path, content: bytes) -> list[Result]:
    path.write_bytes(content)
    return list(found.read_answer(path, path.name).results)


def xml(message: str, *idocs: Segments, root: str = "ORDERS05") -> bytes:
    """A file as SAP's XML port writes it: segments below each other, empty fields left out."""
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>'
    for idoc in idocs:
        control = {"TABNAM": "EDI_DC40", "DOCNUM": "0000000000814490", "DIRECT": "1", "MESTYP": message}
        text += '\n<IDOC BEGIN="1">' + "".join(_nested([(1, "EDI_DC40", control), *idoc])) + "</IDOC>"
    return f"{text}\n</{root}>\n".encode()


def _nested(segments: Segments) -> list[str]:
    parts: list[str] = []
    open_: list[tuple[int, str]] = []
    for level, name, fields in segments:
        while open_ and open_[-1][0] >= level:
            parts.append(f"</{open_.pop()[1]}>")
        values = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in fields.items() if value)
        parts.append(f'\n<{name} SEGMENT="1">{values}')
        open_.append((level, name))
    return parts + [f"</{name}>" for _, name in reversed(open_)]


# First column from 0, as SAP's field lists have them.
COLUMNS = {
    "E1EDK02": {"QUALF": 0, "BELNR": 3},
    "E1EDP01": {"POSEX": 0, "ACTION": 6, "MENGE": 11, "VPREI": 54, "PEINH": 69, "ABGRU": 212, "ABGRT": 214},
    "E1EDP20": {"WMENG": 0, "EDATU": 30},
    "E1STATS": {"DOCNUM": 13, "STATUS": 43, "STACOD": 95, "STATXT": 103, "STAPA1": 189, "STAPA2": 209, "REFINT": 269,
                "REFMES": 297, "ARCKEY": 311},
    "E1ADHDR": {"MESTYP": 0},
    "E1STATE": {"DOCNUM": 0, "STATUS": 16, "STATXT": 26},
    "E1PRTOB": {"DOCNUM": 0, "OBJTYPE": 26, "OBJKEY": 36},
}  # fmt: skip
RELEASES = {"E1EDP01": "006", "E1EDK01": "005"}


def flat(message: str, *idocs: Segments, old: bool = False, cut: bool = False) -> bytes:
    """A file as a flat port writes it; cut: without the blanks at the end of records."""
    lines = []
    for idoc in idocs:
        lines.append(_placed(464, {0: "EDI_DC", 417: message}) if old else _placed(524, {0: "EDI_DC40", 99: message}))
        for number, (level, name, fields) in enumerate(idoc, start=1):
            record = f"E2{name[2:]}{RELEASES.get(name, '')}"
            places = {COLUMNS.get(name, {})[key]: value for key, value in fields.items()}
            segment = _placed(1000, places)
            head = {0: record, 29: f"{number:06}", 35: record, 51: f"{level:02}"} if old else {
                0: record, 49: f"{number:06}", 61: f"{level:02}"
            }  # fmt: skip
            lines.append(_placed(55 if old else 63, head) + segment)
    return "\n".join(line.rstrip() if cut else line for line in [*lines, ""]).encode()


def _placed(width: int, texts: Mapping[int, str]) -> str:
    line = " " * width
    for at, text in texts.items():
        line = line[:at] + text + line[at + len(text) :]
    assert len(line) == width
    return line


def flat_3x(message: str, *idocs: Segments) -> bytes:
    return flat(message, *idocs, old=True)


def flat_cut(message: str, *idocs: Segments) -> bytes:
    return flat(message, *idocs, cut=True)


WRITERS = pytest.mark.parametrize("write", [xml, flat, flat_3x, flat_cut])
RESPONSE: Segments = [
    (1, "E1EDK02", {"QUALF": "001", "BELNR": "10452"}),
    (1, "E1EDK02", {"QUALF": "002", "BELNR": "0000004711"}),
]


def item(position: str, action: str, quantity: str, confirmed: str, **more: str) -> Segments:
    fields = {"POSEX": position, "ACTION": action, "MENGE": quantity, "VPREI": "100.00", "PEINH": "1", **more}
    return [(1, "E1EDP01", fields), (2, "E1EDP20", {"WMENG": confirmed, "EDATU": "20261201"})]


@WRITERS
def test_an_order_response_accepts_with_the_number_of_the_sales_order(write: Any, tmp_path: Path) -> None:
    idoc = [*RESPONSE, *item("000001", "004", "2.000", "2.000")]
    (result,) = said(profile(), tmp_path / "a", write("ORDRSP", idoc))
    assert (result.external_id, result.verdict, result.erp_number) == ("10452", Verdict.ACCEPTED, "4711")
    assert (result.level, result.differences) == (Level.VERDICT, ())


@WRITERS
def test_what_sap_changed_are_differences(write: Any, tmp_path: Path) -> None:
    idoc = [
        *RESPONSE,
        *item("000001", "004", "5.000", "3.000"),
        *item("000002", "002", "1", "1", VPREI="10.50", PEINH="10"),
    ]
    (result,) = said(profile(), tmp_path / "a", write("ORDRSP", idoc))
    assert result.verdict is Verdict.ACCEPTED
    assert result.differences == (
        Difference("quantity", "1", "5", "3"),
        Difference("quantity", "2", "", "1"),
        Difference("unit price", "2", "", "1.05"),
        Difference("delivery date", "2", "", "2026-12-01"),
    )


@WRITERS
def test_an_order_with_some_items_rejected_is_accepted_in_part(write: Any, tmp_path: Path) -> None:
    idoc = [
        *RESPONSE,
        *item("000001", "004", "2", "2"),
        *item("000002", "004", "1", "", ABGRU="07", ABGRT="Not available"),
    ]
    (result,) = said(profile(), tmp_path / "a", write("ORDRSP", idoc))
    assert (result.verdict, result.erp_number, result.reason, result.code) == (
        Verdict.ACCEPTED, "4711", "Not available", "07",
    )  # fmt: skip
    assert result.differences == (Difference("quantity", "2", "1", "0"),)


@WRITERS
def test_an_order_with_all_items_rejected_is_rejected(write: Any, tmp_path: Path) -> None:
    idoc = [*RESPONSE, *item("000001", "", "2", "", ABGRU="07"), *item("000002", "003", "1", "")]
    (result,) = said(profile(), tmp_path / "a", write("ORDRSP", idoc))
    assert (result.verdict, result.erp_number, result.reason) == (Verdict.REJECTED, None, "07")


def test_an_action_that_nobody_knows_is_shown_as_it_is(tmp_path: Path) -> None:
    (result,) = said(profile(), tmp_path / "a", xml("ORDRSP", [*RESPONSE, *item("1", "005", "1", "1")]))
    assert result.differences == (Difference("action 005", "1"),)


def status(number: str, **more: str) -> tuple[int, str, Fields]:
    fields = {"DOCNUM": "0000000000700001", "STATUS": number, "REFINT": "17", "REFMES": "2", "ARCKEY": "10452"}
    return (1, "E1STATS", {**fields, **more})


MEANINGS = [
    ("53", Verdict.ACCEPTED, Level.VERDICT), ("51", Verdict.REJECTED, Level.VERDICT),
    ("56", Verdict.REJECTED, Level.VERDICT), ("60", Verdict.REJECTED, Level.VERDICT),
    ("65", Verdict.REJECTED, Level.VERDICT), ("68", Verdict.REJECTED, Level.VERDICT),
    ("50", Verdict.PENDING, Level.IN_WORK), ("62", Verdict.PENDING, Level.IN_WORK),
    ("64", Verdict.PENDING, Level.IN_WORK), ("16", Verdict.ACCEPTED, Level.VERDICT),
    ("17", Verdict.REJECTED, Level.VERDICT),
]  # fmt: skip


@pytest.mark.parametrize(("number", "verdict", "level"), MEANINGS)
def test_a_status_is_a_verdict_or_a_level_below(number: str, verdict: Verdict, level: Level, tmp_path: Path) -> None:
    (result,) = said(profile(), tmp_path / "a", xml("STATUS", [status(number)], root="SYSTAT01"))
    assert (result.external_id, result.verdict, result.level) == ("10452", verdict, level)


@WRITERS
def test_a_status_names_order_and_file_by_our_reference(write: Any, tmp_path: Path) -> None:
    text = {
        "STATXT": "Material &1 is not maintained in plant &",
        "STAPA1": "40017",
        "STAPA2": "2100",
        "STACOD": "SAPV1335",
    }
    (result,) = said(profile(), tmp_path / "a", write("STATUS", [status("51", **text)]))
    assert result.external_id == "10452"
    assert result.file == FileReference(FileKey.REFERENCE, "17")
    assert (result.reason, result.code) == ("Material 40017 is not maintained in plant 2100", "V1335")
    assert result.position is None


@WRITERS
def test_a_status_names_order_and_file_by_the_number_that_we_gave(write: Any, tmp_path: Path) -> None:
    found = profile(join="docnum")
    idoc = [status("53", DOCNUM="0000000017000002", ARCKEY="", REFINT="")]
    (result,) = said(found, tmp_path / "a", write("STATUS", idoc))
    assert (result.external_id, result.file, result.position) == ("", FileReference(FileKey.REFERENCE, "17"), 2)


@WRITERS
def test_the_message_of_a_status_can_hold_the_number_of_the_sales_order(write: Any, tmp_path: Path) -> None:
    told = {"STACOD": "SAPV1311", "STAPA1": "Standard Order", "STAPA2": "0000004711", "STATXT": "& & has been saved"}
    (result,) = said(profile(), tmp_path / "a", write("STATUS", [status("53", **told)]))
    assert (result.erp_number, result.reason, result.code) == ("4711", "", "")


def test_a_status_of_several_idocs_gives_a_result_each(tmp_path: Path) -> None:
    idocs = [[status("53", ARCKEY=f"{number}", REFINT=f"{number % 3 + 1}")] for number in range(100)]
    results = said(profile(), tmp_path / "a", xml("STATUS", *idocs, root="SYSTAT01"))
    assert [one.external_id for one in results] == [f"{number}" for number in range(100)]
    assert {one.file.value for one in results if one.file} == {"1", "2", "3"}


def audit(*states: Segments, message: str = "ORDERS") -> Segments:
    return [(1, "E1ADHDR", {"MESTYP": message}), *(one for state in states for one in state)]


def state(docnum: str, number: str, *objects: tuple[str, str]) -> Segments:
    below = [(3, "E1PRTOB", {"DOCNUM": "0000000000814491", "OBJTYPE": kind, "OBJKEY": key}) for kind, key in objects]
    return [(2, "E1STATE", {"DOCNUM": docnum, "STATUS": number, "STATXT": "as SAP says"}), *below]


@WRITERS
def test_an_audit_confirms_each_idoc_by_the_number_that_we_gave(write: Any, tmp_path: Path) -> None:
    idoc = audit(
        state("0000000017000001", "53", ("IDOC", "814491"), ("BUS2032", "0000004711")),
        state("0000000017000002", "64"),
        state("0000000018000001", "51"),
    )
    results = said(profile(join="docnum"), tmp_path / "a", write("ALEAUD", idoc))
    assert [(one.file, one.position, one.verdict, one.erp_number, one.reason) for one in results] == [
        (FileReference(FileKey.REFERENCE, "17"), 1, Verdict.ACCEPTED, "4711", ""),
        (FileReference(FileKey.REFERENCE, "17"), 2, Verdict.PENDING, None, "as SAP says"),
        (FileReference(FileKey.REFERENCE, "18"), 1, Verdict.REJECTED, None, "as SAP says"),
    ]


def test_an_audit_of_five_hundred_confirmations_is_read(tmp_path: Path) -> None:
    states = [state(f"{17_000_000 + place:016}", "53") for place in range(1, 501)]
    results = said(profile(join="docnum"), tmp_path / "a", xml("ALEAUD", audit(*states), root="ALEAUD01"))
    assert [one.position for one in results] == list(range(1, 501))


def test_an_audit_on_other_messages_is_passed_over(tmp_path: Path) -> None:
    others, ours = audit(state("0000000017000001", "51"), message="INVOIC"), audit(state("0000000017000002", "53"))
    results = said(profile(join="docnum"), tmp_path / "a", xml("ALEAUD", [*others, *ours], root="ALEAUD01"))
    assert [(one.position, one.verdict) for one in results] == [(2, Verdict.ACCEPTED)]


def test_an_audit_joined_by_reference_says_which_parameter_it_needs(tmp_path: Path) -> None:
    with pytest.raises(AnswerMalformed, match="needs the parameter join = docnum"):
        said(profile(), tmp_path / "a", xml("ALEAUD", audit(state("0000000017000001", "53")), root="ALEAUD01"))


@pytest.mark.parametrize("docnum", ["0000000000000007", "0000000017000000", "17A"])
def test_a_number_that_we_never_gave_is_refused(docnum: str, tmp_path: Path) -> None:
    with pytest.raises(AnswerMalformed, match="an IDoc number that we never gave"):
        said(profile(join="docnum"), tmp_path / "a", xml("STATUS", [status("53", DOCNUM=docnum)]))


def test_a_status_that_the_profile_does_not_know_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(AnswerMalformed, match="a status is missing or one that the profile does not know"):
        said(profile(), tmp_path / "a", xml("STATUS", [status("99")]))


def test_unknown_segments_fields_and_messages_pass_by(tmp_path: Path) -> None:
    strange: Segments = [(1, "Z1NEWS", {}), (2, "Z1MORE", {}), *RESPONSE, (1, "E1EDKT1", {}), (2, "E1EDKT2", {})]
    for write in (xml, flat, flat_3x):
        (result,) = said(profile(), tmp_path / "a", write("ORDRSP", strange))
        assert result.erp_number == "4711"
    mixed = flat("DESADV", RESPONSE) + flat("ORDRSP", RESPONSE)
    assert len(said(profile(), tmp_path / "a", mixed)) == 1


def test_a_document_that_says_nothing_of_an_order_is_refused(tmp_path: Path) -> None:
    for content in (xml("DESADV", RESPONSE), flat("INVOIC", RESPONSE), b"", b"<ORDERS05/>"):
        with pytest.raises(AnswerMalformed, match="holds no IDoc that says what became of an order"):
            said(profile(), tmp_path / "a", content)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "y">]><ORDERS05><IDOC><EDI_DC40/></IDOC></ORDERS05>', "document type declaration"),
        (b"<ORDERS05><IDOC BEGIN='1'><EDI_DC40>", "not well-formed"),
        (b"E2EDK02   nonsense", "begins with a control record"),
        (b"EDI_DC40" + b"x" * 10_000, "a record is longer than"),
        ("EDI_DC40 ł".encode("cp1250"), "not in the encoding"),
        (b"\x00" * 4096, "begins with a control record"),
    ],
)
def test_a_hostile_file_is_refused_with_its_line(content: bytes, what: str, tmp_path: Path) -> None:
    with pytest.raises(AnswerMalformed, match=what) as caught:
        said(profile(), tmp_path / "a", content)
    assert "line 1" in caught.value.problem.message


def test_a_flat_file_is_read_in_the_code_page_of_the_port(tmp_path: Path) -> None:
    text = {"STATXT": "Zażółć &1", "STAPA1": "ł"}
    content = flat("STATUS", [status("51", **text)]).decode().encode("cp1250")
    (result,) = said(profile(form="flat-4x", encoding="cp1250"), tmp_path / "a", content)
    assert result.reason == "Zażółć ł"


RULE = """format = "xml"

[file]
name = "O{sequence:06}.xml"

[xml]
template = "order.xml.j2"

[[answers.rules]]
style = "idoc"
names = "*"

[answers.rules.verdicts]
53 = "accepted"

[answers.rules.idoc]
join = "docnum"
"""


def test_a_release_with_other_columns_is_set_in_the_profile(tmp_path: Path) -> None:
    files = {"order.xml.j2": "<a>{{ order.external_id }}</a>"}
    found = made(tmp_path, RULE + 'columns = { "E1PRTOB.OBJTYPE" = [1, 10], "E1PRTOB.OBJKEY" = [11, 70] }\n', files)
    line = _placed(1000, {0: "BUS2032", 10: "4712"})
    content = flat("ALEAUD", audit(state("0000000017000001", "53"))).decode() + _placed(63, {0: "E2PRTOB"}) + line
    (result,) = said(found, tmp_path / "a", content.encode())
    assert result.erp_number == "4712"
    with pytest.raises(ProfileRefused, match=r"E1PRTOB\.KEY is no field that answers use"):
        made(tmp_path, RULE + 'columns = { "E1PRTOB.KEY" = [1, 10] }\n', files)


@pytest.mark.parametrize("write", [xml, flat])
def test_a_large_answer_is_read_in_flat_memory(write: Any, tmp_path: Path) -> None:
    """Forty times the answer takes the same memory: 200 MB are only more of it."""
    peaks = []
    for count in (250, 10_000):
        states = [
            state(f"{17_000_000 + place:016}", "53", ("BUS2032", f"{place:010}")) for place in range(1, count + 1)
        ]
        path = tmp_path / f"{count}"
        path.write_bytes(write("ALEAUD", audit(*states)))
        answer = profile(join="docnum").read_answer(path, path.name)
        tracemalloc.start()
        assert sum(1 for _ in answer.results) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 100_000


READER = """
import sys
from pathlib import Path
from bridge.profiles import Installation, load_profile
answer = load_profile("sap-idoc-orders05", None, Installation(sample=True)).read_answer(Path(sys.argv[1]), "a.xml")
print(sum(1 for _ in answer.results))
print(next(line.split()[1] for line in Path("/proc/self/status").open() if line.startswith("VmHWM")))
"""


def test_many_order_responses_in_xml_are_read_in_flat_memory(tmp_path: Path) -> None:
    """What the reader does not look at counts too; libxml2's memory is seen only from outside of a process."""
    response = [*RESPONSE, *item("000001", "004", "2.000", "2.000"), (1, "E1EDS01", {"SUMID": "002", "SUMME": "1"})]
    one = xml("ORDRSP", response)
    begin, end = one.index(b"<IDOC"), one.index(b"</IDOC>") + len(b"</IDOC>")
    peaks = []
    for count in (200, 20_000):
        path = tmp_path / f"{count}.xml"
        path.write_bytes(one[:begin] + one[begin:end] * count + one[end:])
        done = subprocess.run(
            [sys.executable, "-c", READER, str(path)], capture_output=True, text=True, check=True, timeout=280
        )
        results, kib = done.stdout.split()
        assert int(results) == count
        peaks.append(int(kib))
    assert peaks[1] - peaks[0] < 4_000

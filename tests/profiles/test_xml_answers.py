"""What an XML answer of an ERP says, and that a malformed or hostile one is refused without harm."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.domain.answers import FileKey, FileReference, Level, Result, Verdict
from bridge.profiles import AnswerMalformed, Profile
from tests.profiles.making import CSV, TEMPLATE, XML, made

SPACES = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:OrderResponseSimple-2" '
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
MANY = """
[[answers.rules]]
style = "xml"
names = "R-*.xml"
[answers.rules.verdicts]
ok = "accepted"
no = "rejected"
wait = "in work"
[answers.rules.xml]
result = "result"
external_id = "@order"
verdict = "state"
erp_number = "number"
reason = "reason"
file = "for-file"
"""
RESPONSES = """
[[answers.rules]]
style = "xml"
names = "RESP_{stem}.xml"
[answers.rules.verdicts]
true = "accepted"
false = "rejected"
[answers.rules.xml]
result = "resp:OrderResponseSimple"
external_id = "cac:OrderReference/cbc:ID"
verdict = "cbc:AcceptedIndicator"
erp_number = "cac:OrderReference/cbc:SalesOrderID"
reason = "cbc:RejectionNote"
[answers.rules.xml.namespaces]
resp = "urn:oasis:names:specification:ubl:schema:xsd:OrderResponseSimple-2"
cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
"""


def response(body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return f"{head}\n<OrderResponseSimple {SPACES}>\n{body}</OrderResponseSimple>".encode()


def ok(order: str = "10452", number: str = "<cbc:SalesOrderID>SO-1</cbc:SalesOrderID>") -> str:
    reference = f"<cac:OrderReference><cbc:ID>{order}</cbc:ID>{number}</cac:OrderReference>"
    return f"<cbc:ID>1</cbc:ID><cbc:AcceptedIndicator>true</cbc:AcceptedIndicator>{reference}"


@pytest.fixture
def ubl(tmp_path: Path) -> Profile:
    """A profile that reads UBL's simple response by its paths, as it would read any XML."""
    return made(tmp_path / "own", XML + RESPONSES, {"order.xml.j2": TEMPLATE})


@pytest.fixture
def many(tmp_path: Path) -> Profile:
    return made(tmp_path, CSV.replace("ENCODING", "utf-8") + MANY)


def read(profile: Profile, folder: Path, content: bytes, name: str = "RESP_ORD_000017.xml") -> list[Result]:
    path = folder / "answer"
    path.write_bytes(content)
    return list(profile.read_answer(path, name).results)


def refused(profile: Profile, folder: Path, content: bytes) -> str:
    with pytest.raises(AnswerMalformed) as caught:
        read(profile, folder, content)
    return caught.value.problem.message


def test_accepted_with_its_number_and_the_file_it_answers(ubl: Profile, tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_bytes(response(ok()))
    answer = ubl.read_answer(path, "RESP_ORD_000017.xml")
    assert answer.files == [FileReference(FileKey.NAME, "ORD_000017.xml")]
    assert list(answer.results) == [Result("10452", Verdict.ACCEPTED, "SO-1", "", "line 2")]


def test_rejected_with_the_erps_words(ubl: Profile, tmp_path: Path) -> None:
    reasons = ("Article 40017\n is locked", "Period closed")
    note = "".join(f"<cbc:RejectionNote>{reason}</cbc:RejectionNote>" for reason in reasons)
    body = ok(number="").replace(">true<", ">false<").replace("<cac:", note + "<cac:", 1)
    assert read(ubl, tmp_path, response(body)) == [
        Result("10452", Verdict.REJECTED, None, "Article 40017 is locked; Period closed", "line 2")
    ]


def test_accepted_without_a_number_yet(ubl: Profile, tmp_path: Path) -> None:
    assert read(ubl, tmp_path, response(ok(number=""))) == [Result("10452", Verdict.ACCEPTED, None, "", "line 2")]


EXAMPLE = Path(__file__).parents[3] / "shared/samples/formats/ubl-2.1/examples/UBL-OrderResponseSimple-2.1-Example.xml"


@pytest.mark.parametrize("example", [one for one in (EXAMPLE,) if one.is_file()] or [None])
def test_the_example_of_the_standard_is_read(example: Path | None, ubl: Profile, tmp_path: Path) -> None:
    """Where the public samples are not there, the same words written out stand in for the file."""
    content = example.read_bytes() if example else response(ok("34", number=""))
    (result,) = read(ubl, tmp_path, content)
    assert (result.external_id, result.verdict, result.erp_number) == ("34", Verdict.ACCEPTED, None)


def test_many_results_in_one_answer(many: Profile, tmp_path: Path) -> None:
    content = (
        b"<answer><head><for-file>O0017.csv</for-file></head>\n"
        b"<result order='1'><state>ok</state><number>A-1</number></result>\n"
        b"<result order='2'><state>wait</state></result>\n"
        b"<result order='3'><state>no</state><reason>why</reason></result></answer>"
    )
    path = tmp_path / "answer"
    path.write_bytes(content)
    answer = many.read_answer(path, "R-1.xml")
    assert answer.files == [FileReference(FileKey.NAME, "O0017.csv")]
    assert list(answer.results) == [
        Result("1", Verdict.ACCEPTED, "A-1", "", "line 2"),
        Result("2", Verdict.PENDING, None, "", "line 3", Level.IN_WORK),
        Result("3", Verdict.REJECTED, None, "why", "line 4"),
    ]


@pytest.mark.parametrize("reason", ["reason", "./reason", "*[name() = 'reason']"])
@pytest.mark.parametrize("order", ["@order", "./@order"])
def test_a_name_says_the_same_as_any_path_to_it(reason: str, order: str, tmp_path: Path) -> None:
    """Names are looked up, other paths go through XPath."""
    settings = MANY.replace('"reason"', f'"{reason}"').replace('"@order"', f'"{order}"')
    profile = made(tmp_path, CSV.replace("ENCODING", "utf-8") + settings)
    content = (
        b"<answer><result order=' 1 '><state>no</state><reason> not\n <b>one</b> left</reason><reason/>"
        b"<other><reason>deeper</reason></other><reason>locked</reason></result></answer>"
    )
    assert read(profile, tmp_path, content, "R-1.xml") == [
        Result("1", Verdict.REJECTED, None, "not one left; locked", "line 1")
    ]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "line 1: is not well-formed XML"),
        (b"OK 10452", "line 1: is not well-formed XML"),
        (response(ok())[:-10], "line 3: is not well-formed XML"),
        (
            response(ok("Łódź")).decode().encode("iso8859-2"),
            "is not well-formed XML, or not in the encoding that it names",
        ),
        (
            response(ok().replace("true", "perhaps")),
            "line 2: the verdict is missing or a word that the profile does not know",
        ),
        (response(ok("")), "line 2: a result does not name its order"),
        (b"<Invoice/>", "line 1: holds no result"),
        (response(ok("9" * 5_000)), "a text is longer than 4000 characters"),
    ],
)
def test_a_malformed_answer_is_refused_with_its_line(content: bytes, what: str, ubl: Profile, tmp_path: Path) -> None:
    message = refused(ubl, tmp_path, content)
    assert message.startswith("RESP_ORD_000017.xml, line ")
    assert what in message
    assert "perhaps" not in message


def test_an_external_entity_is_refused_and_never_read(ubl: Profile, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("S3CRET")
    head = f'<?xml version="1.0"?><!DOCTYPE OrderResponseSimple [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    message = refused(ubl, tmp_path, response(ok("&x;"), head))
    assert "document type declaration" in message
    assert "S3CRET" not in message


@pytest.mark.parametrize("where", ["text", "attribute"])
def test_a_billion_laughs_are_refused_at_once(where: str, ubl: Profile, tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE OrderResponseSimple [<!ENTITY l0 "lol">{entities}]>'
    content = response(ok("&l9;"), head)
    if where == "attribute":
        content = content.replace(b"<OrderResponseSimple xmlns=", b'<OrderResponseSimple a="&l9;" xmlns=')
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    refused(ubl, tmp_path, content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 2


def test_a_dtd_on_another_machine_is_refused(ubl: Profile, tmp_path: Path) -> None:
    head = '<?xml version="1.0"?><!DOCTYPE OrderResponseSimple SYSTEM "http://127.0.0.1:9/x.dtd">'
    assert "document type declaration" in refused(ubl, tmp_path, response(ok(), head))


def test_a_text_of_many_megabytes_is_refused(ubl: Profile, tmp_path: Path) -> None:
    assert "line" in refused(ubl, tmp_path, response(ok("9" * 20_000_000)))


def test_a_result_that_never_ends_is_refused(ubl: Profile, tmp_path: Path) -> None:
    assert "one result has more than 20000 elements" in refused(ubl, tmp_path, response("<x/>" * 100_000))


READER = """
import resource, sys
from pathlib import Path
from bridge.profiles import load_profile
answer = load_profile("acme", Path(sys.argv[1])).read_answer(Path(sys.argv[2]), sys.argv[3])
print(sum(1 for _ in answer.results), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_of_reading(folder: Path, answer: Path, name: str) -> tuple[int, int]:
    """Results and peak memory in KiB of a fresh process that reads an answer."""
    done = subprocess.run(
        [sys.executable, "-c", READER, str(folder), str(answer), name], capture_output=True, text=True, check=True
    )
    count, peak = done.stdout.split()
    return int(count), int(peak)


def test_an_answer_of_many_results_does_not_fill_the_memory(many: Profile, tmp_path: Path) -> None:
    peaks = []
    for count in (1_000, 100_000):
        path = tmp_path / f"{count}.xml"
        with path.open("wb") as content:
            content.write(b"<answer>\n")
            for number in range(count):
                result = b"<result order='%d'><state>ok</state><number>A-%d</number><pad>%s</pad></result>\n"
                content.write(result % (number, number, b"x" * 200))
            content.write(b"</answer>")
        results, peak = peak_of_reading(tmp_path, path, "R-1.xml")
        assert results == count
        peaks.append(peak)
    assert path.stat().st_size > 25_000_000
    assert peaks[1] - peaks[0] < 4_000


def test_a_hostile_name_is_shown_without_what_cannot_be_printed(ubl: Profile, tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_bytes(b"")
    with pytest.raises(AnswerMalformed) as caught:
        list(ubl.read_answer(path, "RESP_../\x1b[2J\n" + "x" * 300 + ".xml").results)
    message = caught.value.problem.message
    assert message.isprintable()
    assert len(message) < 300

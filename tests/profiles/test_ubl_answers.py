"""What UBL's answers say of an order, whichever document it is, and that a broken or hostile one is refused."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.config.shipped import templates_folder
from bridge.domain.answers import Difference, FileKey, FileReference, Level, Result, Verdict
from bridge.profiles import AnswerMalformed, Profile, load_profile
from tests.profiles.making import CSV, made

XSD = "urn:oasis:names:specification:ubl:schema:xsd:"
SPACES = f'xmlns:cac="{XSD}CommonAggregateComponents-2" xmlns:cbc="{XSD}CommonBasicComponents-2"'
RULE = '\n[[answers.rules]]\nstyle = "ubl"\nnames = "*.xml"\n'
REFERENCE = "<cac:OrderReference><cbc:ID>10452</cbc:ID></cac:OrderReference>"
SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "formats"
OWN = templates_folder() / "peppol-order-3" / "sample"


def document(root: str, body: str, prefix: str = "") -> str:
    """A whole document, its root with or without a prefix."""
    colon = f"{prefix}:" if prefix else ""
    space = f"xmlns:{prefix}" if prefix else "xmlns"
    return f'<{colon}{root} {space}="{XSD}{root}-2" {SPACES}>\n{body}</{colon}{root}>'


def response(code: str, more: str = "", reference: str = REFERENCE) -> str:
    return document("OrderResponse", f"<cbc:OrderResponseCode>{code}</cbc:OrderResponseCode>{reference}{more}")


def line(number: int, status: str, item: str = "", note: str = "", after: str = "") -> str:
    note = f"<cbc:Note>{note}</cbc:Note>" if note else ""
    code = f"<cbc:LineStatusCode>{status}</cbc:LineStatusCode>" if status else ""
    said = f"<cbc:ID>{number}</cbc:ID>{note}{code}{item}<cac:Item/>"
    return f"<cac:OrderLine><cac:LineItem>{said}</cac:LineItem>{after}</cac:OrderLine>"


def application(code: str, more: str = "", said: str = "", order: str = "10452") -> str:
    reference = f"<cac:DocumentReference><cbc:ID>{order}</cbc:ID></cac:DocumentReference>"
    first = f"<cac:Response><cbc:ResponseCode>{code}</cbc:ResponseCode>{said}</cac:Response>"
    return document("ApplicationResponse", f"<cac:DocumentResponse>{first}{reference}{more}</cac:DocumentResponse>")


def profile_with(folder: Path, more: str = "") -> Profile:
    return made(folder, CSV.replace("ENCODING", "utf-8") + RULE + more)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return profile_with(tmp_path)


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


@pytest.mark.parametrize(
    ("code", "level", "verdict"),
    [
        ("AB", Level.SYNTAX_ACCEPTED, Verdict.PENDING),
        ("AP", Level.VERDICT, Verdict.ACCEPTED),
        ("CA", Level.VERDICT, Verdict.ACCEPTED),
        ("RE", Level.VERDICT, Verdict.REJECTED),
    ],
)
def test_the_code_of_a_response_gives_level_and_verdict(
    code: str, level: Level, verdict: Verdict, profile: Profile, tmp_path: Path
) -> None:
    result = said(profile, tmp_path, response(code))
    assert (result.external_id, result.level, result.verdict) == ("10452", level, verdict)


@pytest.mark.parametrize(
    ("code", "level", "verdict"),
    [
        ("AB", Level.SYNTAX_RECEIVED, Verdict.PENDING),
        ("AP", Level.SYNTAX_ACCEPTED, Verdict.PENDING),
        ("RE", Level.VERDICT, Verdict.REJECTED),
    ],
)
def test_an_application_response_speaks_of_the_document_and_accepts_no_order(
    code: str, level: Level, verdict: Verdict, profile: Profile, tmp_path: Path
) -> None:
    result = said(profile, tmp_path, application(code))
    assert (result.external_id, result.level, result.verdict) == ("10452", level, verdict)


def test_a_message_level_response_says_where_and_why(profile: Profile, tmp_path: Path) -> None:
    fault = (
        "<cac:LineResponse><cac:LineReference><cbc:LineID>/Order/cbc:ID</cbc:LineID></cac:LineReference><cac:Response>"
        "<cbc:ResponseCode>RE</cbc:ResponseCode><cbc:Description>ID is taken</cbc:Description>"
        "<cac:Status><cbc:StatusReasonCode>BV</cbc:StatusReasonCode></cac:Status></cac:Response></cac:LineResponse>"
    )
    result = said(profile, tmp_path, application("RE", fault, "<cbc:Description>Not valid</cbc:Description>"))
    assert (result.reason, result.code) == ("Not valid; /Order/cbc:ID: ID is taken", "BV")


@pytest.mark.parametrize(
    ("indicator", "verdict"),
    [("true", "accepted"), ("1", "accepted"), ("false", "rejected"), ("0", "rejected"), (" true ", "accepted")],
)
def test_a_simple_response_is_read(indicator: str, verdict: str, profile: Profile, tmp_path: Path) -> None:
    reference = (
        "<cac:OrderReference><cbc:ID>10452</cbc:ID><cbc:SalesOrderID>SO-1</cbc:SalesOrderID></cac:OrderReference>"
    )
    note = "<cbc:RejectionNote>Article\n 40017 is locked</cbc:RejectionNote>"
    content = f"<cbc:AcceptedIndicator>{indicator}</cbc:AcceptedIndicator>{note}{reference}"
    for prefix in ("", "resp"):
        result = said(profile, tmp_path, document("OrderResponseSimple", content, prefix))
        assert (result.verdict, result.erp_number) == (verdict, "SO-1")
        assert result.reason == "Article 40017 is locked"


@pytest.mark.parametrize(
    "content",
    [
        response("AP", "<cbc:SalesOrderID>SO-1</cbc:SalesOrderID>"),
        response("AP", reference=REFERENCE.replace("</cbc:ID>", "</cbc:ID><cbc:SalesOrderID>SO-1</cbc:SalesOrderID>")),
    ],
)
def test_the_erps_number_is_found_in_both_its_places(content: str, profile: Profile, tmp_path: Path) -> None:
    assert said(profile, tmp_path, content).erp_number == "SO-1"


def test_every_change_of_a_line_is_a_difference(profile: Profile, tmp_path: Path) -> None:
    changed = (
        '<cbc:Quantity unitCode="C62">3</cbc:Quantity><cbc:MaximumBackorderQuantity>2</cbc:MaximumBackorderQuantity>'
        "<cac:Delivery><cac:PromisedDeliveryPeriod><cbc:StartDate>2026-12-10</cbc:StartDate></cac:PromisedDeliveryPeriod>"
        '</cac:Delivery><cac:Price><cbc:PriceAmount currencyID="EUR">0.90</cbc:PriceAmount>'
        "<cbc:BaseQuantity>10</cbc:BaseQuantity></cac:Price>"
    )
    other = "<cac:SellerSubstitutedLineItem><cbc:ID>1</cbc:ID><cac:Item><cac:SellersItemIdentification><cbc:ID>SN-36"
    other += "</cbc:ID></cac:SellersItemIdentification></cac:Item></cac:SellerSubstitutedLineItem>"
    ours = "<cac:OrderLineReference><cbc:LineID>30</cbc:LineID></cac:OrderLineReference>"
    more = line(1, "5") + line(2, "3", changed) + line(3, "3", after=other + ours) + line(4, "7", note="Sold out")
    more += line(5, "42") + line(6, "1") + line(7, "3") + line(8, "99")
    result = said(profile, tmp_path, response("CA", more))
    assert result.differences == (
        Difference("quantity", "2", confirmed="3"),
        Difference("back-ordered quantity", "2", confirmed="2"),
        Difference("unit price", "2", confirmed="0.90 for 10"),
        Difference("delivery date", "2", confirmed="2026-12-10"),
        Difference("article", "30", confirmed="SN-36"),
        Difference("is not accepted", "4"),
        Difference("is already delivered", "5"),
        Difference("is added", "6"),
        Difference("is changed", "7"),
        Difference("status 99", "8"),
    )
    assert result.reason == "line 4: Sold out"


def test_a_refused_line_of_an_accepted_order_is_never_lost(profile: Profile, tmp_path: Path) -> None:
    result = said(profile, tmp_path, response("AP", line(1, "5") + line(2, "7")))
    assert (result.verdict, result.differences) == (Verdict.ACCEPTED, (Difference("is not accepted", "2"),))


def test_a_line_without_a_status_is_changed_only_where_the_order_is(profile: Profile, tmp_path: Path) -> None:
    repeated = line(1, "", '<cbc:Quantity unitCode="C62">3</cbc:Quantity>')
    assert said(profile, tmp_path, response("AP", repeated)).differences == ()
    assert said(profile, tmp_path, response("CA", repeated)).differences == (
        Difference("quantity", "1", confirmed="3"),
    )


def test_a_rejected_order_has_reasons_and_no_differences(profile: Profile, tmp_path: Path) -> None:
    notes = "<cbc:Note>Customer is blocked</cbc:Note><cbc:Note>Customer is blocked</cbc:Note>"
    result = said(profile, tmp_path, response("RE", notes + line(1, "7", note="Locked")))
    assert (result.reason, result.differences) == ("Customer is blocked; line 1: Locked", ())


def test_several_documents_in_an_envelope_are_several_results(profile: Profile, tmp_path: Path) -> None:
    envelope = f"<Batch><Head><ID>7</ID></Head>{response('AP')}\n{application('AB', order='10453')}</Batch>"
    found = read(profile, tmp_path, envelope)
    assert [(one.external_id, one.verdict, one.place) for one in found] == [
        ("10452", Verdict.ACCEPTED, "line 1"),
        ("10453", Verdict.PENDING, "line 3"),
    ]


def test_what_ubl_has_no_place_for_is_passed_over(profile: Profile, tmp_path: Path) -> None:
    odd = f'<x:Odd xmlns:x="urn:x"><x:OrderResponseCode>RE</x:OrderResponseCode></x:Odd>{line(1, "5")}'
    change = "<cac:OrderChangeDocumentReference><cbc:ID>c1</cbc:ID></cac:OrderChangeDocumentReference>"
    assert said(profile, tmp_path, response("AP", odd + change)).verdict is Verdict.ACCEPTED


def test_words_of_another_namespace_say_nothing(profile: Profile, tmp_path: Path) -> None:
    foreign = response("AP").replace(f"{XSD}OrderResponse-2", "urn:other")
    assert "holds none of the documents that UBL answers with" in refused(profile, tmp_path, foreign)
    inside = response("AP").replace("<cbc:OrderResponseCode>", '<cbc:OrderResponseCode xmlns:cbc="urn:other">')
    assert "the verdict of the OrderResponse is missing" in refused(profile, tmp_path, inside)


def test_the_rule_can_give_words_another_meaning(tmp_path: Path) -> None:
    meanings = '[answers.rules.verdicts]\nCA = "rejected"\nZZ = "in work"\n"ApplicationResponse AP" = "accepted"\n'
    profile = profile_with(tmp_path, meanings)
    assert said(profile, tmp_path, response("CA")).verdict is Verdict.REJECTED
    assert said(profile, tmp_path, response("ZZ")).level is Level.IN_WORK
    assert said(profile, tmp_path, application("AP")).verdict is Verdict.ACCEPTED
    assert said(profile, tmp_path, response("AP")).verdict is Verdict.ACCEPTED


def test_the_answers_name_can_tell_the_file(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text(response("AP"))
    answer = load_profile("ubl-order-2.1", None).read_answer(path, "RESP_ORD_000017.xml")
    assert answer.files == [FileReference(FileKey.NAME, "ORD_000017.xml")]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "line 1: is not well-formed XML"),
        ("RE 10452", "line 1: is not well-formed XML"),
        (response("AP")[:-9], "is not well-formed XML"),
        (response("maybe"), "the verdict of the OrderResponse is missing or a word that is not known"),
        (response("AP", reference=""), "line 1: the OrderResponse does not name its order"),
        (application("AP", order=""), "the ApplicationResponse does not name its order"),
        (response("AP", "".join(f"<cbc:SalesOrderID>{n}</cbc:SalesOrderID>" for n in "12")), "2 different numbers"),
        ("<Invoice/>", "holds none of the documents"),
        (response("AP", f"<cbc:Note>{'9' * 5_000}</cbc:Note>"), "a text is longer than 4000 characters"),
        (response("AP", f"<x>{'<y/>' * 3_000_000}</x>"), "one part of the answer is longer than 8388608 bytes"),
        (f"<!DOCTYPE x [<!ENTITY a 'b'>]>{response('AP')}", "has a document type declaration"),
    ],
)  # fmt: skip
def test_a_malformed_answer_is_refused_with_its_line(content: str, what: str, profile: Profile, tmp_path: Path) -> None:
    message = refused(profile, tmp_path, content)
    assert message.startswith("answer-1.xml, line ")
    assert what in message
    assert "maybe" not in message


def test_endless_differences_are_cut_and_counted(profile: Profile, tmp_path: Path) -> None:
    result = said(profile, tmp_path, response("CA", "".join(line(number, "7") for number in range(1, 301))))
    assert len(result.differences) == 201
    assert result.differences[-1].words == "100 more differences"


READER = """
import resource, sys
from pathlib import Path
from bridge.profiles import load_profile
answer = load_profile("acme", Path(sys.argv[1])).read_answer(Path(sys.argv[2]), "a.xml")
print(sum(1 for _ in answer.results), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_long_response_and_many_of_them_do_not_fill_the_memory(profile: Profile, tmp_path: Path) -> None:
    peaks = []
    for lines, documents in ((100, 1), (20_000, 1), (1, 20_000)):
        path = tmp_path / f"{lines}.xml"
        with path.open("w") as content:
            content.write("<Batch>")
            for _ in range(documents):
                first, last = response("CA", "@").split("@")
                content.write(first)
                content.writelines(line(number, "3", note="x" * 200) for number in range(lines))
                content.write(last)
            content.write("</Batch>")
        command = [sys.executable, "-c", READER, str(tmp_path), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        count, peak = done.stdout.split()
        assert int(count) == documents
        peaks.append(int(peak))
    assert path.stat().st_size > 7_000_000
    assert max(peaks) - peaks[0] < 6_000


def test_a_hostile_answer_costs_little(profile: Profile, tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    content = f'<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]>' + response("AP").replace("10452", "&l9;")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    refused(profile, tmp_path, content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 2


# What the official examples say. Where they do not lie beside the checkout, the profile's own answers stand in.
OFFICIAL = {
    "peppol-order-3/examples/UC1_Order_response.xml": ("1", "accepted", ["line 2 is not accepted"]),
    "peppol-order-3/examples/UC3_Order_response.xml": ("5", "rejected", []),
    "peppol-order-3/examples/UC4_Order_response.xml": ("5", "accepted", ["line 1 unit price: 0.9 for 10 confirmed"]),
    "peppol-order-3/examples/UC5_Order_response.xml": ("5", "accepted", []),
    "peppol-order-3/examples/OrderResponseAdvanced_Example.xml": (
        "11233", "accepted", ["line 1 quantity: 10 confirmed"],
    ),
    "peppol-order-3/examples/advanced_OrderResponse_sc2.xml": ("Order-1", "accepted", []),
    "peppol-order-3/examples/advanced_OrderResponse_sc5.xml": ("Order-1", "rejected", []),
    "peppol-order-3/examples/MessageLevelResponse_Example.xml": ("EnvelopeID-12456789", "rejected", []),
    "ubl-2.1/examples/UBL-OrderResponseSimple-2.1-Example.xml": ("34", "accepted", []),
}  # fmt: skip
OURS = {
    "response-501.xml": ("10480", "accepted", ["line 2 quantity: 1 confirmed", "line 3 is not accepted"]),
    "rejected-502.xml": ("10480", "rejected", []),
}
EXAMPLES = {SAMPLES / name: meant for name, meant in OFFICIAL.items() if (SAMPLES / name).is_file()}
EXAMPLES = EXAMPLES or {OWN / name: meant for name, meant in OURS.items()}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_are_understood(path: Path, profile: Profile) -> None:
    external_id, verdict, differences = EXAMPLES[path]
    (result,) = profile.read_answer(path, path.name).results
    assert (result.external_id, result.verdict) == (external_id, verdict)
    assert set(differences) <= {one.words for one in result.differences}
    assert bool(result.differences) == bool(differences)

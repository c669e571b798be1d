"""What an ERP's X12 answers say, whatever they are called, and that a broken or hostile one is refused without harm."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.answers import Difference, FileKey, FileReference, Level, Result, Verdict
from bridge.profiles import AnswerMalformed, Profile, ProfileRefused
from tests.profiles.csv_family import installed
from tests.profiles.making import CSV, made

PROFILE = installed("x12-850", sender="SHOP", receiver="ERP")
PUBLIC = Path(__file__).parents[3] / "shared" / "samples" / "formats" / "x12-4010" / "examples"
OURS = FileReference(FileKey.REFERENCE, "17")
ISA = "ISA*00*          *00*          *ZZ*ERP            *ZZ*SHOP           *261125*0915*U*00401*{number:09}*0*P*>~"


def interchange(*sets: str, kind: str = "FA", number: int = 501, groups: int = 1) -> str:
    """One interchange with one group of these sets."""
    group = f"GS*{kind}*ERP*SHOP*20261125*0915*{number}*X*004010~{''.join(sets)}GE*{len(sets)}*{number}~"
    return ISA.format(number=number) + (group if sets else "") + f"IEA*{groups}*{number:09}~"


def a_set(kind: str, *segments: str, number: int = 1) -> str:
    return "~".join((f"ST*{kind}*{number:04}", *segments, f"SE*{len(segments) + 2}*{number:04}")) + "~"


def read(content: str | bytes, folder: Path, profile: Profile = PROFILE) -> list[Result]:
    path = folder / "answer"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(profile.read_answer(path, "from-erp.x12").results)


def refused(content: str | bytes, folder: Path, profile: Profile = PROFILE) -> str:
    with pytest.raises(AnswerMalformed) as caught:
        read(content, folder, profile)
    return caught.value.problem.message


def of_set(*segments: str, group: str = "AK1*PO*17") -> str:
    return interchange(a_set("997", group, *segments))


@pytest.mark.parametrize(
    ("ta1", "verdict", "level", "reason", "code"),
    [
        ("A*000", Verdict.PENDING, Level.SYNTAX_RECEIVED, "", ""),
        (
            "E*005",
            Verdict.PENDING,
            Level.SYNTAX_RECEIVED,
            "interchange: the sender's id qualifier is not valid",
            "TA1*005",
        ),
        ("R*025", Verdict.REJECTED, Level.VERDICT, "interchange: the control number came before", "TA1*025"),
        ("R*999", Verdict.REJECTED, Level.VERDICT, "interchange: 999", "TA1*999"),
    ],
)
@pytest.mark.parametrize("groups", [0, 1])
def test_a_ta1_speaks_of_a_whole_interchange(
    ta1: str, verdict: Verdict, level: Level, reason: str, code: str, groups: int, tmp_path: Path
) -> None:
    content = interchange(groups=groups).replace("IEA", f"TA1*000000017*261125*0030*{ta1}~IEA")
    file = FileReference(FileKey.REFERENCE, "000000017")
    assert read(content, tmp_path) == [
        Result("", verdict, None, reason, "segment 2", level, code, file, None, whole_file=True)
    ]


def test_a_997_that_accepts_all_is_no_acceptance_of_the_order(tmp_path: Path) -> None:
    assert read(of_set("AK9*A*2*2*2"), tmp_path) == [
        Result("", Verdict.PENDING, None, "", "segment 5", Level.SYNTAX_ACCEPTED, "", OURS, None, whole_file=True)
    ]


def test_a_997_that_rejects_the_group_speaks_for_all_its_orders(tmp_path: Path) -> None:
    assert read(of_set("AK9*R*2*2*0*5"), tmp_path) == [
        Result(
            "", Verdict.REJECTED, None, "the number of transaction sets in GE is wrong", "segment 5",
            Level.VERDICT, "AK9*5", OURS, None, whole_file=True,
        )
    ]  # fmt: skip


def test_a_997_that_takes_a_part_speaks_of_each_set_by_its_place(tmp_path: Path) -> None:
    found = read(
        of_set(
            "AK2*850*0001", "AK5*A",
            "AK2*850*0012", "AK3*PO1*17**8", "AK4*7*234*5*ABCDEF", "AK3*CTT*20**3", "AK5*R*5*4",
            "AK2*850*0013", "AK5*E*5",
            "AK9*P*3*3*2",
        ),
        tmp_path,
    )  # fmt: skip
    assert [(one.position, one.verdict, one.level, one.whole_file) for one in found] == [
        (1, Verdict.PENDING, Level.SYNTAX_ACCEPTED, False),
        (12, Verdict.REJECTED, Level.VERDICT, False),
        (13, Verdict.PENDING, Level.SYNTAX_ACCEPTED, False),
    ]
    assert found[1].reason == (
        "segment PO1 at 17 has wrong elements; element 7 is too long (ABCDEF); segment CTT at 20 is mandatory and "
        "missing; segments have errors; the number of segments in SE is wrong"
    )
    assert (found[1].code, found[1].file) == ("AK5*5", OURS)


def test_a_999_reads_as_a_997(tmp_path: Path) -> None:
    content = of_set("AK2*850*0002", "IK3*N4*9**8", "IK4*2*156*7*XX", "IK5*R*5", "AK9*P*2*2*1")
    (found,) = read(content.replace("ST*997", "ST*999"), tmp_path)
    assert (found.position, found.verdict) == (2, Verdict.REJECTED)
    assert found.reason.startswith("segment N4 at 9 has wrong elements; element 2 has a code that is not allowed (XX)")


def test_an_answer_to_a_change_names_its_group_too(tmp_path: Path) -> None:
    (found,) = read(of_set("AK9*A*1*1*1", group="AK1*PC*20"), tmp_path)
    assert found.file == FileReference(FileKey.REFERENCE, "20")


BAK = "BAK*00*{word}*10460*20261124****{number}*20261125"


def order(word: str, *more: str, number: str = "SO-2001") -> str:
    return interchange(a_set("855", BAK.format(word=word, number=number), *more), kind="PR")


@pytest.mark.parametrize("word", ["AD", "AT", "AC", "AE"])
def test_an_855_that_accepts_gives_the_erps_number(word: str, tmp_path: Path) -> None:
    (found,) = read(order(word), tmp_path)
    assert (found.external_id, found.verdict, found.erp_number) == ("10460", Verdict.ACCEPTED, "SO-2001")
    # Said to be changed, and not where: a person must look.
    assert bool(found.differences) == (word in ("AC", "AE"))


def test_an_855_without_a_number_is_accepted_without_one(tmp_path: Path) -> None:
    (found,) = read(order("AD", number=""), tmp_path)
    assert (found.verdict, found.erp_number) == (Verdict.ACCEPTED, None)


@pytest.mark.parametrize("word", ["RD", "RF", "RJ", "RO"])
def test_an_855_that_rejects_has_the_erps_words(word: str, tmp_path: Path) -> None:
    (found,) = read(order(word, "N9*L1**NOTE", "MSG*Article 40017", "MSG*is discontinued"), tmp_path)
    assert found == Result(
        "10460", Verdict.REJECTED, None, "Article 40017; is discontinued", "segment 4", code=f"BAK*{word}"
    )


def test_an_855_that_only_acknowledges_is_no_verdict(tmp_path: Path) -> None:
    (found,) = read(order("AK"), tmp_path)
    assert (found.verdict, found.level) == (Verdict.PENDING, Level.IN_WORK)


@pytest.mark.parametrize(
    ("ack", "expected"),
    [
        ("ACK*IA*2*EA", ()),
        ("ACK*IB*1*EA*068*20261209", (Difference("back-ordered quantity", "2", "2", "1"),)),
        ("ACK*IC*2*EA", (Difference("line", "2", "2", "2"),)),
        ("ACK*ID*2*EA*068*20261209", (Difference("delivery date", "2", "", "20261209"),)),
        ("ACK*IP*2*EA", (Difference("unit price", "2", "", "57.50"),)),
        ("ACK*IQ*1*EA", (Difference("quantity", "2", "2", "1"),)),
        ("ACK*IR*2*EA", (Difference("rejected quantity", "2", "2", "2"),)),
        ("ACK*IS*2*EA****VN*40018", (Difference("article", "2", "40017", "40018"),)),
        ("ACK*Z9*2*EA", (Difference("status Z9", "2", "2", "2"),)),
    ],
)
def test_an_855_tells_what_the_erp_changed_line_by_line(
    ack: str, expected: tuple[Difference, ...], tmp_path: Path
) -> None:
    (found,) = read(order("AD", "PO1*2*2*EA*57.50**VN*40017", ack, "CTT*1"), tmp_path)
    assert (found.verdict, found.differences) == (Verdict.ACCEPTED, expected)


def test_a_profile_says_what_a_partners_own_word_means_and_where_its_number_stands(tmp_path: Path) -> None:
    rule = (
        '[[answers.rules]]\nstyle = "x12"\nnames = "*.x12"\n[answers.rules.verdicts]\nAP = "in work"\nAK = "accepted"\n'
    )
    settings = CSV.replace("ENCODING", "utf-8") + rule + '[answers.rules.x12]\nnumber_references = ["VN"]\n'
    profile = made(tmp_path, settings)
    (found,) = read(order("AK", "REF*VN*4711", number=""), tmp_path, profile)
    assert (found.verdict, found.erp_number) == (Verdict.ACCEPTED, "4711")
    (found,) = read(order("AP"), tmp_path, profile)
    assert found.level is Level.IN_WORK
    assert "a word that the profile does not know" in refused(order("AP"), tmp_path)
    with pytest.raises(ProfileRefused, match=r"x12\.encoding = 'klingon' is not known"):
        made(tmp_path, settings.replace("[answers.rules.x12]", '[answers.rules.x12]\nencoding = "klingon"'), name="b")


LAYOUTS = {
    "as it is": lambda text: text.encode(),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "lines": lambda text: text.replace("~", "~\r\n").encode(),
    "indented": lambda text: b"\n\n" + text.replace("~", "~\n    ").encode(),
    "line feeds end segments": lambda text: text.replace("~", "\n").encode(),
    "carriage returns and line feeds": lambda text: text.replace("~", "\r\n").encode(),
    "blank and line": lambda text: text.replace("~", " \r\n").encode(),
    "no mark at the end": lambda text: text.removesuffix("~").encode(),
    "other separators": lambda text: text.replace("*", "|").replace(">", "^").replace("~", "'").encode(),
    "control characters": lambda text: text.replace("*", "\x1d").replace("~", "\x1e").encode(),
    "ids without all their blanks": lambda text: text.replace("ERP            ", "ERP").encode(),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_separators_are_told_by_each_isa(layout: str, tmp_path: Path) -> None:
    (found,) = read(LAYOUTS[layout](order("AD")), tmp_path)
    assert (found.external_id, found.erp_number, found.verdict) == ("10460", "SO-2001", Verdict.ACCEPTED)


def test_several_interchanges_with_separators_of_their_own_in_one_file(tmp_path: Path) -> None:
    one, other = order("AD"), LAYOUTS["other separators"](order("RJ")).decode()
    content = f"{one}\n{of_set('AK9*A*1*1*1')}{other}\r\n{one}{LAYOUTS['lines'](one).decode()}"
    found = read(content, tmp_path)
    assert [one.verdict.value for one in found] == ["accepted", "pending", "rejected", "accepted", "accepted"]


@pytest.mark.parametrize("length", [30, 300, 3_000])
def test_a_long_interchange_can_follow_one_with_other_separators(length: int, tmp_path: Path) -> None:
    sets = [a_set("855", BAK.format(word="RJ", number=""), f"MSG*{'why ' * 9}") for _ in range(length)]
    content = interchange(*sets, kind="PR")
    found = read(content + LAYOUTS["other separators"](content).decode() + content, tmp_path)
    assert len(found) == 3 * length


def test_what_is_not_about_orders_is_passed_over(tmp_path: Path) -> None:
    invoice = a_set("810", "BIG*20261125*R-1", "TDS*1000")
    response = a_set("855", BAK.format(word="AD", number="SO-1"))
    both = interchange(invoice).replace("IEA*1", f"GS*PR*ERP*SHOP*20261125*0915*7*X*004010~{response}GE*1*7~IEA*2")
    assert [one.erp_number for one in read(both, tmp_path)] == ["SO-1"]
    nothing = "holds no TA1, 997, 999, 855 or 865 about orders"
    for content in (interchange(invoice), of_set("AK9*A*1*1*1", group="AK1*IN*17"), interchange(a_set("997"))):
        assert nothing in refused(content, tmp_path)


GOOD = of_set("AK2*850*0001", "AK5*A", "AK9*A*1*1*1")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "holds no TA1"),
        ("OK 10460", "is no X12 interchange"),
        ("UNB+UNOA:1+A+B+260101:1200+1'", "is no X12 interchange"),
        (GOOD[:100], "is no X12 interchange"),
        (GOOD[:-16], "the file ends before IEA"),
        (GOOD.replace("SE*6", "SE*5"), "segment 8: SE01 does not count what is there, which is 6"),
        (GOOD.replace("SE*6*0001", "SE*6*0002"), "SE02 is not the control number of its ST"),
        (GOOD.replace("GE*1", "GE*2"), "GE01 does not count"),
        (GOOD.replace("GE*1*501", "GE*1*502"), "GE02 is not the control number of its GS"),
        (GOOD.replace("IEA*1", "IEA*2"), "IEA01 does not count"),
        (GOOD.replace("IEA*1*000000501", "IEA*1*000000502"), "IEA02 is not the control number of its ISA"),
        (GOOD.replace("SE*6*0001~", ""), "GE closes no GS"),
        (GOOD.replace("GE*1*501~", ""), "IEA closes no ISA"),
        (GOOD.replace("ST*997*0001~", ""), "stands outside of any transaction set"),
        (GOOD + "rest", "is no X12 interchange"),
        (GOOD.replace("AK9*A", "AK9*Y"), "does not say in AK9"),
        (GOOD.replace("AK1*PO*17", "AK1*PO*Anna"), "AK9"),
        (GOOD.replace("AK2*850*0001", "AK2*850*Anna"), "AK5 closes no AK2"),
        (GOOD.replace("AK2*850*0001", "AK2*850*" + "1" * 5_000), "AK5 closes no AK2"),
        (GOOD.replace("SE*6", "SE*" + "6" * 5_000), "SE01 does not count"),
        (order("XX"), "a word that the profile does not know"),
        (order("AD").replace("10460", ""), "BAK names no order"),
        (order("AD").replace("BAK*", "BAX*"), "an 855 has no BAK"),
        (order("AD", "MSG*" + "x" * 30_000), "a segment is longer than 20000 characters"),
        (order("AD")[:106] + "y" * 100_000, "longer than 20000 characters"),
        (order("AD", "MSG*Łódź").encode("cp1250"), "is not in utf-8"),
        (interchange(groups=0).replace("IEA", "TA1*17*261125*0030*X*000~IEA"), "TA1 has no control number"),
    ],
)
def test_a_broken_answer_is_refused_with_its_segment_and_no_value(
    content: str | bytes, what: str, tmp_path: Path
) -> None:
    message = refused(content, tmp_path)
    assert message.startswith("from-erp.x12, segment ")
    assert what in message
    assert "Anna" not in message


@given(at=st.integers(0, 400), length=st.integers(0, 60), put=st.binary(max_size=12))
def test_no_damage_crashes_the_reader(
    at: int, length: int, put: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = (order("AC", "PO1*1*2*EA*5", "ACK*IQ*1*EA", "CTT*1") + GOOD).encode()
    path = tmp_path_factory.getbasetemp() / "damaged.x12"
    path.write_bytes(content[:at] + put + content[at + length :])
    try:
        found = list(PROFILE.read_answer(path, "damaged.x12").results)
    except AnswerMalformed as broken:
        assert broken.problem.code in ("answer-malformed", "answer-misdirected")
    else:
        assert all(isinstance(one, Result) for one in found)


MEMORY = """
import resource, sys
from pathlib import Path
from tests.profiles.csv_family import installed
profile = installed("x12-850", sender="SHOP", receiver="ERP")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in profile.read_answer(Path(sys.argv[1]), "a.x12").results)
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("shape", ["many sets", "one set", "many interchanges"])
def test_memory_does_not_grow_with_the_answer(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "long.x12"
    if shape == "many sets":
        count = 60_000
        one = a_set("855", BAK.format(word="RJ", number=""), "N9*L1**NOTE", "MSG*" + "why " * 20)
        path.write_text(interchange(*[one] * count, kind="PR"))
    elif shape == "one set":
        count = 200_001
        path.write_text(of_set(*["AK2*850*0001", "AK5*R*5*1*2*3"] * (count - 1), "AK9*R*1*1*0"))
    else:
        count = 30_000
        path.write_text((order("AD") + "\n") * count)
    told = subprocess.run([sys.executable, "-c", MEMORY, str(path)], capture_output=True, text=True, check=True)
    results, grown_kb = map(int, told.stdout.split())
    assert results == count
    assert grown_kb < 8_000


def test_the_public_samples_are_read_where_they_lie_beside_the_checkout(tmp_path: Path) -> None:
    """Structure and separators of real files; where the folder is not there, one of the same shape stands in."""
    anybody = made(tmp_path, CSV.replace("ENCODING", "utf-8") + '[[answers.rules]]\nstyle = "x12"\nnames = "*.x12"\n')
    answer = PUBLIC / "855_Example1_Adobe.txt"
    content = answer.read_bytes() if answer.is_file() else LAYOUTS["line feeds end segments"](order("AD", number=""))
    (found,) = read(content, tmp_path, anybody)
    assert found.external_id in ("0132710645", "10460")
    assert (found.verdict, found.erp_number) == (Verdict.ACCEPTED, None)
    for path in sorted(PUBLIC.glob("*ack*")) + sorted(PUBLIC.glob("ta1*")):
        assert {one.level for one in read(path.read_bytes(), tmp_path, anybody)} == {Level.SYNTAX_RECEIVED}
    for path in [*PUBLIC.glob("850*"), *PUBLIC.glob("*99*"), *PUBLIC.glob("*dual*")]:
        assert "holds no TA1, 997, 999, 855 or 865 about orders" in refused(path.read_bytes(), tmp_path, anybody), (
            path.name
        )


def test_an_865_speaks_of_a_change_as_an_855_of_an_order(tmp_path: Path) -> None:
    taken = a_set("865", "BCA*00*AE*10460*20261124*1****SO-1", "POC*2*QI*5**EA*9.90**VN*A", "ACK*IQ*3*EA", "CTT*1")
    refusal = a_set("865", "BCA*00*RJ*10461*20261124*1", "N9*L1**NOTE", "MSG*Shipped already", number=2)
    accepted, rejected = read(interchange(taken, refusal, kind="CA"), tmp_path)
    assert (accepted.external_id, accepted.verdict, accepted.erp_number) == ("10460", Verdict.ACCEPTED, "SO-1")
    assert accepted.differences == (Difference("quantity", "2", "5", "3"),)
    assert (rejected.external_id, rejected.verdict, rejected.reason) == ("10461", Verdict.REJECTED, "Shipped already")
    assert rejected.code == "BCA*RJ"
    assert "an 865 has no BCA" in refused(interchange(a_set("865", "BAK*00*AD*1"), kind="CA"), tmp_path)

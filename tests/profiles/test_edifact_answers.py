"""What CONTRL, APERAK and ORDRSP mean, as they come: other separators, no UNA or UNZ, groups, cut lines, hostile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bridge.domain.answers import Difference, FileKey, FileReference, Level, Result, Verdict
from bridge.profiles import AnswerMalformed, Profile
from tests.profiles.edifact_family import profile
from tests.profiles.making import made
from tests.profiles.test_edifact_files import FILES, SETTINGS

PUBLIC = Path(__file__).resolve().parents[3] / "shared" / "samples" / "formats" / "edifact-d96a"
OURS = FileReference(FileKey.REFERENCE, "17")
UNB = "UNB+UNOC:3+5412345000013:14+4012345000009:14+261125:0815+900'"
UNZ = "UNZ+1+900'"
ORDER = ("BGM+231+SO-1+29", "RFF+ON:10452", "LIN+1+5", "LIN+2+7", "UNS+S", "CNT+2:2")
ONE = "UNH+1+ORDRSP:D:96A:UN'BGM+231+SO-1+29'RFF+ON:10452'UNT+4+1'"


def read(folder: Path, content: str | bytes, found: Profile | None = None) -> list[Result]:
    path = folder / "answer.edi"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("latin-1"))
    return list((found or profile()).read_answer(path, path.name).results)


def message(kind: str, *segments: str) -> str:
    """One interchange with one message."""
    return f"{UNB}UNH+1+{kind}:D:96A:UN'{''.join(f'{one}{chr(39)}' for one in segments)}UNT+{len(segments) + 2}+1'{UNZ}"


def refused(folder: Path, content: str | bytes, found: Profile | None = None) -> str:
    with pytest.raises(AnswerMalformed) as caught:
        read(folder, content, found)
    return caught.value.problem.message


@pytest.mark.parametrize(
    ("action", "verdict", "level"),
    [
        ("4", Verdict.REJECTED, Level.VERDICT),
        ("5", Verdict.PENDING, Level.SYNTAX_ACCEPTED),
        ("6", Verdict.REJECTED, Level.VERDICT),
        ("7", Verdict.PENDING, Level.SYNTAX_ACCEPTED),
        ("8", Verdict.PENDING, Level.SYNTAX_RECEIVED),
    ],
)
def test_contrl_speaks_for_a_whole_interchange(action: str, verdict: Verdict, level: Level, tmp_path: Path) -> None:
    (result,) = read(tmp_path, message("CONTRL", f"UCI+17+4012345000009+ERP+{action}"))
    assert (result.verdict, result.level, result.whole_file, result.file) == (verdict, level, True, OURS)
    assert (result.external_id, result.position, result.erp_number) == ("", None, None)


def test_a_rejected_interchange_tells_its_errors_and_no_message_apart(tmp_path: Path) -> None:
    segments = ("UCI+17+4012345000009+ERP+4+23:BGM", "UCM+2+ORDERS:D:96A:UN+4+13", "UCS+5+12", "UCD+37+3:1")
    (result,) = read(tmp_path, message("CONTRL", *segments))
    assert (result.whole_file, result.code) == (True, "23")
    assert result.reason == (
        "syntax error 23; syntax error 13 in message 2; syntax error 12 in segment 5 of the message; "
        "syntax error 37 in element 3.1"
    )


def test_contrl_tells_single_messages_by_the_place_of_their_order(tmp_path: Path) -> None:
    segments = ("UCI+17+4012345000009+ERP+7", "UCM+1+ORDERS:D:96A:UN+7", "UCM+3+ORDERS:D:96A:UN+4+13", "UCS+9+12")
    whole, first, third = read(tmp_path, message("CONTRL", *segments))
    assert (whole.whole_file, whole.verdict) == (True, Verdict.PENDING)
    assert (first.position, first.verdict, first.whole_file) == (1, Verdict.PENDING, False)
    assert (third.position, third.verdict, third.code, third.file) == (3, Verdict.REJECTED, "13", OURS)
    assert third.reason == "syntax error 13; syntax error 12 in segment 9 of the message"


def test_two_contrl_in_one_interchange_speak_of_two_files(tmp_path: Path) -> None:
    content = message("CONTRL", "UCI+17+4012345000009+ERP+7").removesuffix(UNZ)
    content += "UNH+2+CONTRL:D:3:UN'UCI+18+4012345000009+ERP+4'UNT+3+2'UNZ+2+900'"
    assert [(one.file, one.verdict) for one in read(tmp_path, content)] == [
        (OURS, Verdict.PENDING),
        (FileReference(FileKey.REFERENCE, "18"), Verdict.REJECTED),
    ]


@pytest.mark.parametrize("action", ["1", "2", "3", "", "99"])
def test_an_action_that_the_profile_does_not_know_is_not_guessed(action: str, tmp_path: Path) -> None:
    said = refused(tmp_path, message("CONTRL", f"UCI+17+4012345000009+ERP+{action}"))
    assert "segment 3: UCI has an action code that the profile does not know" in said


def test_codes_of_old_editions_can_be_told(tmp_path: Path) -> None:
    table = (
        '[[answers.rules]]\nstyle = "edifact"\nnames = "*.edi"\n[answers.rules.edifact]\ncontrl = { 1 = "rejected" }\n'
    )
    found = made(tmp_path, SETTINGS + table, FILES)
    assert read(tmp_path, message("CONTRL", "UCI+17+4012345000009+ERP+1"), found)[0].verdict is Verdict.REJECTED
    assert "action code" in refused(tmp_path, message("CONTRL", "UCI+17+4012345000009+ERP+7"), found)


@pytest.mark.parametrize(
    ("segments", "verdict", "level", "code"),
    [
        (("BGM+305+A1+29", "RFF+ON:10452"), Verdict.PENDING, Level.IN_WORK, ""),
        (("BGM+305+A1+27", "RFF+ON:10452", "ERC+12"), Verdict.REJECTED, Level.VERDICT, "12"),
        (("BGM+305+A1+9+RE", "RFF+ACW:10452", "ERC+4:1"), Verdict.REJECTED, Level.VERDICT, "4"),
        (("BGM+305+A1+9+AB", "RFF+ON:10452"), Verdict.PENDING, Level.SYNTAX_ACCEPTED, ""),
        (("BGM+305+A1+9+AP", "RFF+ON:10452"), Verdict.PENDING, Level.IN_WORK, ""),
        (("BGM+305+A1+9", "RFF+ON:10452", "ERC+100"), Verdict.PENDING, Level.IN_WORK, "100"),
    ],
)
def test_aperak_says_what_the_application_has(
    segments: tuple[str, ...], verdict: Verdict, level: Level, code: str, tmp_path: Path
) -> None:
    (result,) = read(tmp_path, message("APERAK", *segments, "FTX+AAO+++First:second part", "FTX+AAI+++More"))
    assert (result.external_id, result.verdict, result.level, result.code) == ("10452", verdict, level, code)
    assert result.reason == "First second part; More"


def test_an_error_code_is_the_readers_own_and_never_guessed(tmp_path: Path) -> None:
    said = refused(tmp_path, message("APERAK", "BGM+305+A1+9", "RFF+ON:10452", "ERC+1"))
    assert "APERAK has no code that the profile knows, neither in BGM nor in ERC" in said
    table = (
        '[[answers.rules]]\nstyle = "edifact"\nnames = "*.edi"\n[answers.rules.edifact]\n'
        'errors = { 1 = "in work", "*" = "rejected" }\ncounts = false\n'  # UNT of the samples counts 8 of 7
    )
    found = made(tmp_path, SETTINGS + table, FILES)
    words = [read(tmp_path, message("APERAK", "RFF+ON:1", f"ERC+{code}"), found)[0].verdict for code in ("1", "77")]
    assert words == [Verdict.PENDING, Verdict.REJECTED]


def test_ordrsp_accepts_with_the_erps_number(tmp_path: Path) -> None:
    (result,) = read(tmp_path, message("ORDRSP", "BGM+231+SO-1+29", "RFF+ON:10452"))
    assert (result.external_id, result.verdict, result.erp_number) == ("10452", Verdict.ACCEPTED, "SO-1")
    assert (result.level, result.differences, result.place) == (Level.VERDICT, (), "segment 3")


@pytest.mark.parametrize(
    ("segments", "external_id", "erp_number"),
    [
        (("BGM+231+10452+29",), "10452", None),
        (("BGM+231+10452+29", "RFF+ON:10452"), "10452", None),
        (("BGM+231+10452+29", "RFF+ON:10452", "RFF+VN:SO-9"), "10452", "SO-9"),
        (("BGM+231+SO-1+29", "LIN+1+5", "RFF+ON:10452"), "10452", "SO-1"),
    ],
)
def test_the_order_is_rff_on_first_and_bgm_last(
    segments: tuple[str, ...], external_id: str, erp_number: str | None, tmp_path: Path
) -> None:
    (result,) = read(tmp_path, message("ORDRSP", *segments))
    assert (result.external_id, result.erp_number) == (external_id, erp_number)


@pytest.mark.parametrize(
    ("bgm", "lines", "verdict"),
    [
        ("BGM+231+SO-1+27", (), Verdict.REJECTED),
        ("BGM+231+SO-1+9+RE", (), Verdict.REJECTED),
        ("BGM+231+SO-1+9+AB", (), Verdict.PENDING),
        ("BGM+231+SO-1+9+CA", ("LIN+1+3", "QTY+21:1"), Verdict.ACCEPTED),
        ("BGM+231+SO-1+9", ("LIN+1+5", "LIN+2+7"), Verdict.ACCEPTED),
        ("BGM+231+SO-1+9", ("LIN+1+7", "LIN+2+7"), Verdict.REJECTED),
        ("BGM+231+SO-1+4", ("LIN+1+7", "LIN+2+10"), Verdict.REJECTED),
        ("BGM+231+SO-1+4", ("LIN+1+7", "LIN+2"), Verdict.ACCEPTED),
        ("BGM+231+SO-1+28", (), Verdict.ACCEPTED),
        ("BGM+231+SO-1+30", ("LIN+1+6",), Verdict.ACCEPTED),
    ],
)
def test_the_verdict_stands_in_bgm_or_only_in_the_lines(
    bgm: str, lines: tuple[str, ...], verdict: Verdict, tmp_path: Path
) -> None:
    (result,) = read(tmp_path, message("ORDRSP", bgm, "RFF+ON:10452", *lines))
    assert result.verdict is verdict
    assert result.erp_number == ("SO-1" if verdict is Verdict.ACCEPTED else None)


@pytest.mark.parametrize("bgm", ["BGM+231+SO-1+9", "BGM+231+SO-1", "BGM+231+SO-1+77+ZZ"])
def test_an_order_response_without_a_verdict_is_not_guessed(bgm: str, tmp_path: Path) -> None:
    assert "ORDRSP gives no verdict" in refused(tmp_path, message("ORDRSP", bgm, "RFF+ON:10452", "LIN+1"))


def test_every_change_of_a_line_is_a_difference(tmp_path: Path) -> None:
    segments = (
        "BGM+231+SO-1+4", "RFF+ON:10452", "LIN+1+5", "QTY+21:2.50", "QTY+113:2.5",
        "LIN+2+3", "QTY+21:5:C62", "QTY+113:3", "QTY+83:2", "PRI+AAA:9.90", "DTM+69:20261201:102", "FTX+AAI+++Late",
        "LIN+3+6", "QTY+21:4", "LIN+4+7", "LIN+5+1", "QTY+21:1", "LIN+6+3", "PIA+3+70013:SA", "QTY+119:0",
        "LIN+7+3", "LIN+8+5", "QTY+21:4", "QTY+12:3", "UNS+S", "MOA+86:1.00",
    )  # fmt: skip
    (result,) = read(tmp_path, message("ORDRSP", *segments))
    assert list(result.differences) == [
        Difference("quantity", "2", "5", "3"),
        Difference("back-ordered quantity", "2", "", "2"),
        Difference("unit price", "2", "", "9.90"),
        Difference("delivery date", "2", "", "2026-12-01"),
        Difference("quantity", "3", "", "4"),
        Difference("line", "4", "", "not accepted"),
        Difference("line", "5", "", "added"),
        Difference("article", "6", "", "70013"),
        Difference("line", "7", "", "changed"),
        Difference("quantity", "8", "4", "3"),
    ]
    assert result.reason == "line 2: Late"


def test_a_rejection_has_no_differences_but_its_reason_and_code(tmp_path: Path) -> None:
    segments = ("BGM+231+SO-1+27", "FTX+AAI++7:ZZZ+Customer is blocked", "RFF+ON:10452", "LIN+1+7", "QTY+21:1")
    (result,) = read(tmp_path, message("ORDRSP", *segments))
    assert (result.verdict, result.differences, result.erp_number) == (Verdict.REJECTED, (), None)
    assert (result.reason, result.code) == ("Customer is blocked", "7")


def test_separators_and_decimal_comma_come_from_una(tmp_path: Path) -> None:
    content = (
        "UNA=*,! ~UNB*UNOC=3*5412345000013*4012345000009*261125=0815*900~UNH*1*ORDRSP=D=96A=UN~"
        "BGM*231*SO'1*4~RFF*ON=A!*B!=C!!D!~E~"
        "LIN*1*3~QTY*21=2,5~QTY*113=2~PRI*AAA=4,065~UNT*8*1~UNZ*1*900~"
    )
    (result,) = read(tmp_path, content)
    assert (result.external_id, result.erp_number) == ("A*B=C!D~E", "SO'1")
    assert result.differences[0] == Difference("quantity", "1", "2.5", "2")
    assert result.differences[1] == Difference("unit price", "1", "", "4.065")


@pytest.mark.parametrize("width", [1, 2, 7, 16, 80])
def test_line_ends_stand_anywhere_and_are_nobodys_data(width: int, tmp_path: Path) -> None:
    whole = "UNA:+.? '" + message("ORDRSP", "BGM+231+SO?'1+27", "RFF+ON:a??b", "FTX+AAI+++What is it??")
    lines = "\r\n".join(whole[at : at + width] for at in range(0, len(whole), width))
    if width < 9:  # UNA itself is never parted
        lines = whole[:9] + "\r\n".join(["", *(whole[at : at + width] for at in range(9, len(whole), width))])
    (result,) = read(tmp_path, lines)
    assert (result.external_id, result.reason) == ("a?b", "What is it?")


def test_segments_that_end_with_their_line(tmp_path: Path) -> None:
    content = "UNA:+.? \n" + message("ORDRSP", "BGM+231+SO-1+29", "RFF+ON:10452").replace("'", "\n")
    assert read(tmp_path, content)[0].erp_number == "SO-1"


def test_without_una_without_unz_with_a_mark_and_blanks(tmp_path: Path) -> None:
    content = message("ORDRSP", "BGM+231+SO-1+29", "RFF+ON:10452").removesuffix(UNZ)
    assert read(tmp_path, b"\xef\xbb\xbf \r\n" + content.encode())[0].erp_number == "SO-1"


def test_several_interchanges_follow_each_other_each_with_its_own_separators(tmp_path: Path) -> None:
    first = message("ORDRSP", "BGM+231+SO-1+29", "RFF+ON:1")
    other = "UNA:+.? ~" + message("ORDRSP", "BGM+231+SO-2+29", "RFF+ON:2").replace("'", "~")
    results = read(tmp_path, f"{first}\r\n{other}\r\n{first.replace('ON:1', 'ON:3')}")
    assert [(one.external_id, one.erp_number) for one in results] == [("1", "SO-1"), ("2", "SO-2"), ("3", "SO-1")]


def test_groups_and_messages_of_others_are_passed_over(tmp_path: Path) -> None:
    content = (
        f"{UNB}UNG+DESADV+ERP+ME+261125:0815+1+UN+D:96A'UNH+1+DESADV:D:96A:UN'BGM+351+D1+9'UNT+3+1'UNE+1+1'"
        "UNG+ORDRSP+ERP+ME+261125:0815+2+UN+D:96A'UNH+2+ORDRSP:D:96A:UN'BGM+231+SO-1+29'RFF+ON:1'UNT+4+2'UNE+1+2'"
        "UNZ+2+900'"
    )
    assert [one.external_id for one in read(tmp_path, content)] == ["1"]


@pytest.mark.parametrize(
    ("syntax", "encoding", "text"),
    [
        ("UNOD", "iso8859-2", "Żółć"), ("UNOC", "iso8859-1", "Größe"), ("UNOW", "utf-8", "Łódź ő €"),
        ("UNOE", "iso8859-5", "Привет"), ("UNOF", "iso8859-7", "Γειά"), ("UNOA", "utf-8", "Größe"),
        ("UNOB", "iso8859-1", "Größe"),
    ],
)  # fmt: skip
def test_characters_come_from_the_syntax_identifier(syntax: str, encoding: str, text: str, tmp_path: Path) -> None:
    content = message("ORDRSP", "BGM+231+SO-1+27", "RFF+ON:1", f"FTX+AAI+++{text}").replace("UNOC", syntax)
    assert read(tmp_path, content.encode(encoding))[0].reason == text


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "is empty"),
        (" \r\n\r\n ", "is empty"),
        ("UNA", "UNA does not say separators"),
        ("UNA+++++++UNB", "UNA does not say separators"),
        ("UNH+1+ORDRSP:D:96A:UN'BGM+231+1+29'UNT+3+1'", "there is no UNB"),
        ("ISA*00*~", "inside of a segment"),
        ("nonsense'", "there is no UNB"),
        (UNB, "there is no message in it"),
        (UNB + "UNH+1+ORDRSP:D:96A:UN'BGM+231+SO-1+29'RFF+ON:1'", "ends before UNT"),
        (UNB + "UNH+1+ORDRSP:D:96A:UN'BGM+231+SO-1+29'RFF+ON", "inside of a segment"),
        (UNB + "UNH+1+ORDRSP:D:96A:UN'BGM+231+SO-1+29'UNT+3+1'UNZ+2+900'", "UNZ counts 2 and 1 are there"),
        (UNB + "UNH+1+ORDRSP:D:96A:UN'BGM+231+SO-1+29'UNT+3+1'UNZ+0+900'", "UNZ counts 0 and 1 are there"),
        (UNB + "UNH+1+ORDRSP:D:96A:UN'BGM+231+SO-1+29'UNT+3+1'UNZ+1+901'", "not repeat the reference of its UNB"),
        (UNB + "UNH+1+ORDRSP:D:96A:UN'BGM+231+SO-1+29'UNT+3+2'" + UNZ, "UNT does not repeat the reference of its UNH"),
        (message("ORDRSP", *ORDER).replace("UNS+S'", ""), "UNT counts 8 and 7 are there"),
        (message("ORDRSP", *ORDER).replace("UNT+8", "UNT+"), "UNT counts nothing and 8 are there"),
        (message("ORDRSP", *ORDER[:3], *ORDER[4:]), "CNT does not count the lines that are there, which are 1"),
        (UNB + "UNG+ORDRSP+ERP+ME+261125:0815+1'" + ONE + "UNE+2+1'UNZ+1+900'", "UNE counts 2 and 1 are there"),
        (UNB + "UNT+3+1'" + UNZ, "UNT closes nothing"),
        (UNB + "UNH+1+ORDRSP'UNH+2+ORDRSP'", "before the one before it has ended"),
        (UNB + UNB, "an interchange begins inside of another"),
        (message("INVOIC", "BGM+380+1+9"), "holds none of CONTRL, APERAK, ORDRSP; its messages are INVOIC"),
        (message("ORDRSP", "RFF+ON:1"), "ORDRSP has no BGM"),
        (message("ORDRSP", "BGM+231++29"), "ORDRSP names no order"),
        (message("APERAK", "BGM+305+1+29"), "APERAK names no order"),
        (message("CONTRL", "UCI++4012345000009+ERP+7"), "UCI names nothing"),
        (message("CONTRL"), "CONTRL has no UCI"),
        (message("CONTRL", "UCI+17+4012345000009+B+7", "UCM+x9+ORDERS+4"), "by a reference that is none of ours"),
        (message("ORDRSP", "BGM+231+SO-1+29", "RFF+ON:1\x00"), "holds a control character"),
        (message("ORDRSP", f"BGM+231+{'x' * 30_000}+29"), "longer than 20000 bytes"),
        ("UNB+" + "x" * 3_000_000, "longer than 20000 bytes"),
        (b"\xff\xfe" + UNB.encode("utf-16-le"), "there is no UNB"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_an_exception_with_its_place(content: str | bytes, what: str, tmp_path: Path) -> None:
    said = refused(tmp_path, content)
    assert what in said
    assert said.startswith("answer.edi, segment ")


def test_the_public_samples_are_read_as_they_are(tmp_path: Path) -> None:
    """The folder lies beside a checkout; where it is not, there is nothing to read."""
    table = (
        '[[answers.rules]]\nstyle = "edifact"\nnames = "*.edi"\n[answers.rules.edifact]\n'
        'errors = { 1 = "in work", "*" = "rejected" }\ncounts = false\n'  # UNT of the samples counts 8 of 7
    )
    found = made(tmp_path, SETTINGS + table, FILES)
    for path in sorted(PUBLIC.glob("*.edi")):
        if path.name.startswith("aperak"):
            (result,) = read(tmp_path, path.read_bytes(), found)
            assert result.external_id == "PO123456"
            assert result.verdict is (Verdict.REJECTED if "rejected" in path.name else Verdict.PENDING)
        else:
            assert "answer.edi, segment 1: " in refused(tmp_path, path.read_bytes(), found)


def test_a_reader_that_is_known_to_count_wrongly_is_read_all_the_same(tmp_path: Path) -> None:
    table = '[[answers.rules]]\nstyle = "edifact"\nnames = "*.edi"\n[answers.rules.edifact]\ncounts = false\n'
    content = message("ORDRSP", *ORDER).replace("UNT+8", "UNT+9").replace("CNT+2:2", "CNT+2:5")
    assert [one.external_id for one in read(tmp_path, content, made(tmp_path, SETTINGS + table, FILES))] == ["10452"]
    assert [one.external_id for one in read(tmp_path, message("ORDRSP", *ORDER))] == ["10452"]


BIG = """
import sys
from pathlib import Path
from bridge.profiles import Installation, load_profile
partners = Installation({"sender": "4012345000009", "receiver": "5412345000013"})
found = load_profile("edifact-orders-d96a", None, partners)
path = Path(sys.argv[1])
print(sum(1 for one in found.read_answer(path, path.name).results))
print(next(line.split()[1] for line in Path("/proc/self/status").open() if line.startswith("VmHWM")))
"""


def memory_kib(path: Path) -> tuple[int, int]:
    """Results, and the most memory that a process of its own took to read them."""
    done = subprocess.run(
        [sys.executable, "-c", BIG, str(path)], capture_output=True, text=True, check=True, timeout=280
    )
    results, kib = done.stdout.split()
    return int(results), int(kib)


def test_memory_does_not_grow_with_an_answer(tmp_path: Path) -> None:
    one = "UNH+1+ORDRSP:D:96A:UN'BGM+231+SO-1+29'RFF+ON:10452'" + "LIN+1+5'QTY+21:1'" * 200 + "UNT+404+1'"
    sizes = {}
    for count in (10, 1_500):
        path = tmp_path / f"{count}.edi"
        path.write_text(UNB + one * count + f"UNZ+{count}+900'")
        results, sizes[count] = memory_kib(path)
        assert results == count
    assert sizes[1_500] < sizes[10] + 3_000


def test_one_order_of_very_many_changed_lines_is_bounded(tmp_path: Path) -> None:
    lines = [segment for number in range(1, 5_001) for segment in (f"LIN+{number}+7", "FTX+AAI+++Out of stock")]
    (result,) = read(tmp_path, message("ORDRSP", "BGM+231+SO-1+29", "RFF+ON:1", *lines))
    assert len(result.differences) == 1_000
    assert len(result.reason) <= 4_000

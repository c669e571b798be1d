"""What a partner's translator reads in our X12 files: right counts, sums that agree, no stray separator."""

from __future__ import annotations

import io
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pyx12.x12file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.domain.characters import prepared
from bridge.domain.checks import FITTING, problems_of
from bridge.domain.checks.case import Case
from bridge.domain.contract import LineKind, Order
from bridge.profiles import CharacterRefused, Profile, ProfileRefused, RenderRefused
from bridge.profiles import test_profile as prove
from bridge.profiles.installation import Installation
from bridge.profiles.loader import load_profile
from tests.domain.orders import order as good_order
from tests.profiles.csv_family import any_order, hostile_orders, installed, rules_of, tree_of
from tests.profiles.making import CONTEXT, file_of, made, sent
from tests.readers import x12

SAMPLES = Path(__file__).parents[2] / "templates" / "x12-850" / "sample"
FILES = sorted(SAMPLES.rglob("P?_*.x12"))
ANY = re.compile(r"[ -~]*")
PROFILE, EXTENDED = installed("x12-850"), installed("x12-850", charset="extended")
ORDERS = int(os.environ.get("ORDERS_PER_PROFILE", "200"))  # 200 in each run; the long target sets 10000
CHARGES = (LineKind.SHIPPING, LineKind.FEE, LineKind.DISCOUNT, LineKind.COMMENT)
SMALL = """\
format = "x12"
[file]
name = "O{sequence:06}.x12"
encoding = "ascii"
external_id_case = "upper"
[x12]
template = "order.x12.j2"
"""
TEMPLATE = "ST*850*{{ order.position }}~\nN1*ST*{{ order.customer_note }}~\nREF*ZZ**~\nN3**~\nSE~\n"


def small(folder: Path, more: str = "", template: str = TEMPLATE) -> Profile:
    return made(folder, SMALL + more, {"order.x12.j2": template})


def judged_by_pyx12(content: bytes) -> list[Any]:
    """The envelope, by the eyes of another implementation."""
    reader = pyx12.x12file.X12Reader(io.StringIO(content.decode("ascii")))
    assert sum(1 for _ in reader) > 0
    reader.cleanup()
    return list(reader.pop_errors())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_is_what_a_partner_can_read(path: Path) -> None:
    content = path.read_bytes()
    assert x12.faults(content, ANY if path.parent.name == "extended" else x12.BASIC) == []
    assert judged_by_pyx12(content) == []
    assert content.index(b"GS") == 107  # ISA is 106 characters, and a line end


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"SE*42*0001", b"SE*41*0001", "SE does not count 42"),
        (b"SE*42*0001", b"SE*42*0002", "has another number"),
        (b"GE*1*17", b"GE*2*17", "GE does not count"),
        (b"GE*1*17", b"GE*1*18", "GE does not count"),
        (b"IEA*1*000000017", b"IEA*1*000000018", "IEA does not count"),
        (b"SENDER         *", b"SENDER        *", "ISA has not its fixed widths"),
        (b"PAM****1*100.00~", b"PAM****1*100.01~", "do not give AMT*TT"),
        (b"SAC*C*D240***500*", b"SAC*C*D240***5.00*", "SAC05 is no N2"),
        (b"CTT*3*28", b"CTT*3*5.5", "CTT counts or hashes"),
        (b"CTT*3*28", b"CTT*2*28", "CTT counts or hashes"),
        (b"KETTLE~", b"KETTLE*~", "PID ends with an empty element"),
        (b"KETTLE~", b"kettle~", "PID05 holds a character"),
        (b"REF*CO*WEB-10460~", b"REF*CO~", "REF has only its qualifier"),
        (b"CUR*BY*USD~\n", b"", None),
        (b"BEG*00*SA*10460**", b"BEG*00*SA*" + b"1" * 23 + b"**", "BEG03 has 23 characters"),
        (b"N4*PORTLAND*ME*", b"N4*PORTLAND*MAINE*", "N402 has 5 characters"),
    ],
)
def test_a_falsified_file_is_seen(old: bytes, new: bytes, what: str | None) -> None:
    content = (SAMPLES / "PO_000000017.x12").read_bytes()
    assert old in content
    found = x12.faults(content.replace(old, new, 1))
    assert any((what or "SE does not count 41") in fault for fault in found), found


def test_the_profile_proves_itself() -> None:
    assert [finding for finding in prove(PROFILE) if not finding.fine] == []


def test_an_isa_is_106_characters_and_cuts_the_file_by_its_own_separators() -> None:
    content = file_of(EXTENDED, sent(EXTENDED)).decode("ascii")
    isa = content[:106]
    assert isa == (
        "ISA*00*          *00*          *ZZ*sender         *ZZ*receiver       *261124*0930*U*00401*000000017*0*P*>~"
    )
    other = installed("x12-850", element="\x1d", component="\x1f", segment="\x1e", sender="US", receiver="THEM")
    content = file_of(other, sent(other)).decode("ascii")
    assert (content[3], content[104], content[105]) == ("\x1d", "\x1f", "\x1e")
    assert x12.faults(content.encode()) == []
    assert "*" not in content and "~" not in content


def test_a_value_keeps_its_star_where_the_file_separates_by_others() -> None:
    other = installed("x12-850", charset="extended", element="|", component="^", segment="}")
    note = "3*4 > 2 ~ ok"
    content = file_of(other, tree_of(other, good_order({"customer_note": note})))
    assert x12.faults(content, ANY) == []
    assert x12.read_orders(content)[0]["customer_note"] == note


@pytest.mark.parametrize(
    ("text", "character"), [("size 3*4", r"U\+002A \(ASTERISK\) at position 7"), ("a~b", r"U\+007E \(TILDE\)")]
)
def test_a_separator_in_a_text_holds_the_order_by_field_and_position(text: str, character: str, tmp_path: Path) -> None:
    profile = small(tmp_path)
    with pytest.raises(CharacterRefused, match=f"customer note holds {character}.*X12, basic character set"):
        file_of(profile, sent(profile, {"customer_note": text}))


def test_a_separator_in_a_text_that_is_not_written_holds_nobody(tmp_path: Path) -> None:
    profile = small(tmp_path)
    content = file_of(profile, sent(profile, {"customer_note": "fine", "extra": {"X": "a*b"}, "status": "~"}))
    assert content == b"ST*850*0001~\nN1*ST*FINE~\nREF*ZZ~\nSE*4*0001~\n"


def test_a_rule_of_the_profile_replaces_separators_visibly(tmp_path: Path) -> None:
    profile = small(tmp_path, 'replace = { "*" = " ", "~" = "-", ">" = ")" }\n')
    content = file_of(profile, sent(profile, {"customer_note": "a*b~c"}))
    assert content == b"ST*850*0001~\nN1*ST*A B-C~\nREF*ZZ~\nSE*4*0001~\n"


def test_no_line_break_and_no_empty_end_reaches_the_file(tmp_path: Path) -> None:
    profile = small(tmp_path)
    order = sent(profile, {"customer_note": "one  "})
    assert file_of(profile, order) == b"ST*850*0001~\nN1*ST*ONE~\nREF*ZZ~\nSE*4*0001~\n"
    order = sent(profile)
    order["customer_note"] = "one\r\ntwo"
    assert b"N1*ST*ONE TWO~\n" in file_of(profile, order)


def test_an_isa_that_does_not_fit_is_refused_at_load(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused, match="ISA06 is 16 characters; it holds 15"):
        made(
            tmp_path,
            SMALL + 'head = "head.x12.j2"\n',
            {
                "order.x12.j2": TEMPLATE,
                "head.x12.j2": "ISA*00**00**ZZ*ABCDEFGHIJKLMNOP*ZZ*B*261124*0930*U*00401*1*0*P*>~",
            },
        )


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            "{sequence:06}",
            "{sequence:010}",
            "the interchange control number ends at 999999999, the file's at 9999999999",
        ),
        ('external_id_case = "upper"\n', "", "ids need file.external_id_case = 'upper'"),
        ("[x12]", '[x12]\nelement = "~"', "the separators of x12 must differ"),
        ("[x12]", '[x12]\nelement = "A"', "be no letter, digit or blank"),
        ("[x12]", '[x12]\nreplace = { "*" = "~" }', "which the file cannot carry either"),
        ("[x12]", '[x12]\nsegment = "\\n"', "needs file.line_end = 'none'"),
        ("[x12]", '[x12]\ntemplate2 = "x"', "template2"),
        ("[file]", "[file]\nbyte_order_mark = true", "not with a byte order mark"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_load(old: str, new: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused) as caught:
        made(tmp_path, SMALL.replace(old, new, 1), {"order.x12.j2": TEMPLATE})
    assert what in str(caught.value)


def test_a_parameter_with_a_separator_in_it_is_refused_at_load() -> None:
    with pytest.raises(ProfileRefused, match="parameter sender"):
        load_profile("x12-850", None, Installation(parameters={"sender": "A*B", "receiver": "C"}))
    with pytest.raises(ProfileRefused, match="parameter receiver is missing"):
        load_profile("x12-850", None, Installation(parameters={"sender": "A"}))


def test_charges_are_written_with_implied_decimals_or_refused() -> None:
    """SAC05 is N2: 15 yen are 1500, and a thousandth of a dinar has no place in it."""
    yen = {"currency": "JPY", "currency_digits": 0}
    content = file_of(PROFILE, tree_of(PROFILE, whole_units(good_order(yen))))
    assert b"SAC*C*D240***1500********3*" in content
    dinar = good_order({"currency": "KWD", "currency_digits": 3, "lines.2.net": Decimal("1.234")})
    with pytest.raises(RenderRefused, match="has more than the 2 decimal places that the field implies"):
        file_of(PROFILE, tree_of(PROFILE, dinar))
    dinar = good_order({"currency": "KWD", "currency_digits": 3, "lines.2.net": Decimal("1.230")})
    assert b"SAC*C*D240***123********3*" in file_of(PROFILE, tree_of(PROFILE, dinar))


def whole_units(order: Order) -> Order:
    """The order with amounts that yen can have."""

    def whole(value: Decimal) -> Decimal:
        return Decimal(int(value))

    names = ("net", "tax", "gross")
    lines = tuple(line.model_copy(update={name: whole(getattr(line, name)) for name in names}) for line in order.lines)
    totals = {name: whole(getattr(order.totals, name)) for name in (*names, "paid", "due", "rounding", "shipping")}
    by_rate = tuple(
        part.model_copy(update={"net": whole(part.net), "tax": whole(part.tax)}) for part in order.totals.by_rate
    )
    return order.model_copy(
        update={"lines": lines, "totals": order.totals.model_copy(update={**totals, "by_rate": by_rate})}
    )


def test_every_order_of_a_file_is_a_set_with_the_number_of_its_place() -> None:
    orders = [tree_of(PROFILE, good_order({"store_order_id": f"{number}"})) for number in range(1, 13)]
    content = file_of(PROFILE, *orders)
    assert x12.faults(content) == []
    assert judged_by_pyx12(content) == []
    assert [one["external_id"] for one in x12.read_orders(content)] == [str(number) for number in range(1, 13)]
    assert b"ST*850*0012~" in content and b"GE*12*17~" in content


def test_the_last_control_number_fits() -> None:
    context = CONTEXT.__class__(999_999_999, "X", "acme", CONTEXT.business_day, CONTEXT.sealed_at, 1)
    content = file_of(PROFILE, sent(PROFILE), context=context)
    assert b"IEA*1*999999999~" in content and x12.faults(content) == []
    assert PROFILE.sequence_last == 999_999_999


def file_or_reason(profile: Profile, order: Order) -> bytes | str:
    """The file; or why not: what the checks say before, else implied decimals that would be lost."""
    case = Case.of(order, rules_of(profile), order.store_order_id)
    if found := [problem.message for problem in problems_of(case) if problem.code in FITTING]:
        return found[0]
    try:
        return file_of(profile, tree_of(profile, order))
    except RenderRefused as refused:
        assert "decimal places that the field implies" in refused.problem.message, refused.problem.message
        assert order.currency_digits > 2
        return refused.problem.message


def assert_carried(profile: Profile, order: Order, content: bytes) -> None:
    """What was sold is what is read, each number to the minor unit."""
    (found,) = x12.read_orders(content)
    basic = profile is PROFILE

    def said(text: str) -> str:
        text = prepared(text, profile.characters).rstrip(" ")
        return text.upper() if basic else text

    assert found["external_id"] == said(order.store_order_id)
    assert found["currency"] == order.currency
    for name in ("gross", "tax", "paid", "due"):
        assert found[f"totals.{name}"] == getattr(order.totals, name), name
    kept = [line for line in order.lines if line.kind is not LineKind.COMMENT or line.net]
    if any(line.kind not in CHARGES for line in order.lines):
        assert set(found["lines"]) == {line.position for line in kept}
    for line in kept:
        one = found["lines"][line.position]
        assert one["net"] == line.net
        if "quantity" in one:
            assert (one["quantity"], one["unit_net"], one["tax"]) == (line.quantity, line.unit_net, line.tax)
            assert (one["discount"], one["name"]) == (line.discount, said(line.name))


@settings(max_examples=ORDERS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_order, st.sampled_from([(PROFILE, x12.BASIC), (EXTENDED, ANY)]))
def test_any_order_is_rendered_whole_or_its_reason_is_told(
    order: Order, with_letters: tuple[Profile, re.Pattern[str]]
) -> None:
    profile, letters = with_letters
    content = file_or_reason(profile, order)
    if isinstance(content, bytes):
        assert x12.faults(content, letters) == []
        assert_carried(profile, order, content)
    else:
        assert content.startswith("Order ")


def test_no_hostile_text_makes_a_file_that_a_partner_would_misread() -> None:
    rendered = 0
    for path, text, hostile in hostile_orders():
        order = hostile.model_copy(update={"shipping_method": "GROUND"})
        content = file_or_reason(PROFILE, order)
        if isinstance(content, bytes):
            rendered += 1
            assert x12.faults(content) == [], (path, text)
            assert_carried(PROFILE, order, content)
        else:
            assert content.startswith("Order ")
    assert rendered > 100


def test_a_code_of_the_erp_is_never_folded_into_another() -> None:
    reason = file_or_reason(PROFILE, good_order({"shipping_method": "FLAT_RATE"}))
    assert isinstance(reason, str)
    assert reason.startswith("Order 10452: ERP shipping code holds U+005F (LOW LINE) at position 5")
    assert isinstance(file_or_reason(EXTENDED, good_order({"shipping_method": "FLAT_RATE"})), bytes)


def test_a_note_of_ten_megabytes_is_refused_by_its_length() -> None:
    reason = file_or_reason(PROFILE, good_order({"customer_note": "word " * 2_000_000}))
    assert reason == "Order 10452: customer note is 10000000 characters; the ERP field holds 10 parts of 264."

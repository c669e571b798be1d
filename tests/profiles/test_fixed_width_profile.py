"""The built-in profile `fixed-width`: an import job that adds up for itself gets what the order said, or it is told.

More orders than usual: ORDERS_PER_PROFILE=10000 pytest tests/profiles/test_fixed_width_profile.py
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from bridge.config.shipped import templates_folder
from bridge.domain.checks import field_too_long
from bridge.domain.checks.case import Case
from bridge.domain.contract import Line, LineKind, Order, Party, Payment, Totals
from bridge.domain.outgoing import outgoing
from bridge.profiles import CharacterRefused, FieldTooLong, Profile, RenderRefused, contract_table, load_profile
from bridge.profiles.formats.base import FileContext
from bridge.profiles.installation import Installation
from bridge.profiles.trial import trial_rules
from tests.domain.orders import order as good_order
from tests.profiles.making import CONTEXT, file_of
from tests.profiles.making import sent as sent_unmapped
from tests.readers.fixed_width import read_file

ORDERS = int(os.environ.get("ORDERS_PER_PROFILE", "200"))
SAMPLES = templates_folder() / "fixed-width" / "sample"
FORMS = {"text": ("cp1250", b"\r\n"), "as400": ("cp870", b"")}
KIND_CODES = {
    "product": "P", "kit": "K", "kit_component": "C", "configurable": "V", "gift": "G", "service": "S",
    "shipping": "F", "fee": "E", "discount": "D", "comment": "T",
}  # fmt: skip


def loaded(form: str, code_page: str) -> Profile:
    return load_profile("fixed-width", None, Installation(parameters={"form": form, "code_page": code_page}))


SHORT_CODES = {"shipping_method": "DPD", "payment.method": "P24"}
PROFILES = {form: loaded(form, code_page) for form, (code_page, _) in FORMS.items()}


def test_yen_have_two_decimals_where_the_erp_counts_two() -> None:
    (order,) = read_file((SAMPLES / "minimal/W0000019.TXT").read_bytes(), "cp1250").orders
    assert (order["currency"], order["totals.gross"], order["delivery.city"]) == ("JPY", Decimal("4950.00"), "")
    assert order["lines"][0]["tax_rate"] == ""  # nobody said one, and that is not 0 %


def sent(profile: Profile, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return sent_unmapped(profile, {**SHORT_CODES, **(changes or {})})


@pytest.mark.parametrize(
    ("name", "encoding", "line_end"),
    [
        ("W0000017.TXT", "cp1250", b"\r\n"),
        ("as400/W0000018.TXT", "cp870", b""),
        ("minimal/W0000019.TXT", "cp1250", b"\r\n"),
        ("everything/W0000020.TXT", "utf-8", b"\r\n"),
    ],
)
def test_each_sample_adds_up_for_an_independent_reader(name: str, encoding: str, line_end: bytes) -> None:
    file = read_file((SAMPLES / name).read_bytes(), encoding, line_end)
    assert file.head["file_number"] == int(name[-6:-4])


def test_the_sample_says_what_its_orders_say() -> None:
    first, second = read_file((SAMPLES / "as400/W0000018.TXT").read_bytes(), "cp870", b"").orders
    assert (first["external_id"], first["delivery.name"], first["delivery.city"]) == (
        "10452",
        "Zdzisława Wójcik-Źdźbło",
        "Łódź",
    )
    assert (first["totals.gross"], first["totals.due"]) == (Decimal("252.35"), Decimal("-24.60"))
    assert [(line["kind"], line["gross"]) for line in first["lines"]] == [
        ("P", Decimal("246.00")),
        ("P", Decimal("12.50")),
        ("D", Decimal("-24.60")),
        ("F", Decimal("18.45")),
    ]
    assert " ".join(first["note"]).startswith('Proszę dzwonić dwa razy - "Ela"; domofon')
    assert (second["currency"], second["totals.gross"]) == ("PLN", Decimal("4950.00"))


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return Path(shutil.copy(SAMPLES / "W0000017.TXT", tmp_path))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"000000024600", b"000000024601"),  # an amount of a line: only the digest can tell
        (b"L0000008", b"L0000009"),
        (b"T00000120000012", b"T00000120000011"),
        (b"000000000007500 ", b"000000000007501 "),
        (b"0000080374", b"0000080375"),
        (b"Kettle ", b"Kettle"),
    ],
)
def test_the_reader_stops_at_a_falsified_file(old: bytes, new: bytes, sample: Path) -> None:
    content = sample.read_bytes()
    assert old in content
    with pytest.raises(AssertionError):
        read_file(content.replace(old, new, 1), "cp1250")


letters = st.sampled_from(
    [*"abc XYZ01-/.,;:'\"ąćęłńóśźżĄĆĘŁŃÓŚŹŻäöüß„”\u2013€", "\t", "\n", "\x00", "\U0001f389", "|", "{"]
)
usual = st.text(st.sampled_from(list("abc XYZ01-/.ąęłóśźż")), max_size=24)
odd = st.text(letters, max_size=24) | st.text(letters, min_size=30, max_size=60)
texts = st.integers(0, 99).flatmap(lambda number: odd if number == 99 else usual)  # most orders must render
codes = st.text(st.sampled_from(list("ABC0123-")), min_size=1, max_size=12)
places = st.shared(st.sampled_from([0, 2, 2, 2, 3]), key="places")


def amounts(digits: int, top: int = 10**8) -> st.SearchStrategy[Decimal]:
    return st.integers(-top, top).map(lambda whole: Decimal(whole).scaleb(-digits))


@st.composite
def lines(draw: st.DrawFn, position: int, digits: int) -> Line:
    net, tax = draw(amounts(digits)), draw(amounts(digits))
    return Line(
        position=position, sku=draw(codes), name=draw(texts), kind=draw(st.sampled_from(list(LineKind))),
        quantity=draw(amounts(3, 10**9) | amounts(0, 10**6)), unit=draw(st.sampled_from(["", "kg", "m"])),
        unit_net=draw(amounts(6)), discount=draw(amounts(digits)), tax_code=draw(codes.map(lambda code: code[:10])),
        tax_rate=draw(st.none() | st.integers(0, 40).map(lambda rate: Decimal(rate) / 100)),
        net=net, tax=tax, gross=net + tax,
    )  # fmt: skip


@st.composite
def orders(draw: st.DrawFn) -> Order:
    digits = draw(places)
    made = tuple(draw(lines(number, digits)) for number in range(1, draw(st.integers(1, 4)) + 1))
    net, tax = sum((line.net for line in made), Decimal(0)), sum((line.tax for line in made), Decimal(0))
    paid = draw(amounts(digits))
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 2_000_000_000)))
    party = st.builds(Party, **{name: texts for name in Party.model_fields if name != "country"}, country=st.just("PL"))
    return Order(
        store="shop", store_order_id=draw(codes), number=draw(codes), created_at=moment, updated_at=moment,
        currency={0: "JPY", 2: "PLN", 3: "KWD"}[digits], currency_digits=digits, customer_note=draw(texts),
        payment=Payment(method=draw(codes.map(lambda code: code[:10]))), pickup_point_id=draw(texts),
        billing=draw(party), delivery=draw(party), lines=made,
        totals=Totals(net=net, tax=tax, gross=net + tax, paid=paid, due=net + tax - paid),
    )  # fmt: skip


def tree_of(profile: Profile, order: Order) -> dict[str, Any]:
    return outgoing(order, trial_rules(profile.limits, profile.characters), order.store_order_id)


def rendered(profile: Profile, batch: list[Order]) -> Iterator[tuple[Order, dict[str, Any], bytes]]:
    """The orders that render, each with its bytes; of the others the words that a person reads."""
    renderer = profile.renderer(replace(CONTEXT, count=len(batch)))
    for order in batch:
        tree = tree_of(profile, order)
        try:
            content = renderer.order(tree)
        except (CharacterRefused, FieldTooLong, RenderRefused) as error:
            event(type(error).__name__)
            assert error.problem.message.startswith(f"Order {order.number}: ")
            assert error.problem.action
            continue
        yield order, tree, content


@pytest.mark.timeout(max(300, ORDERS))
@settings(max_examples=ORDERS // 2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("form", FORMS)
@given(batch=st.lists(orders(), min_size=1, max_size=2))
def test_each_order_is_told_to_the_minor_unit_or_explained(form: str, batch: list[Order]) -> None:
    profile, (code_page, line_end) = PROFILES[form], FORMS[form]
    good = [(order, tree) for order, tree, _ in rendered(profile, batch)]
    if not good:
        return
    event(f"{len(good)} rendered")
    context = FileContext(17, "W0000017.TXT", "acme", CONTEXT.business_day, CONTEXT.sealed_at, len(good))
    file = read_file(file_of(profile, *(tree for _, tree in good), context=context), code_page, line_end)
    for (order, tree), found in zip(good, file.orders, strict=True):
        assert (found["external_id"], found["number"]) == (order.store_order_id, order.number)
        assert found["created_on"] == order.created_at.strftime("%Y%m%d")
        for name in ("net", "tax", "gross", "paid", "due"):
            assert found[f"totals.{name}"] == getattr(order.totals, name)
        for path in ("delivery.name", "delivery.address", "delivery.city", "billing.email", "pickup_point_id"):
            owner, _, name = path.rpartition(".")
            assert found[path] == ((tree[owner] if owner else tree)[name]).rstrip(" ")
        assert " ".join(found["note"]).split() == tree["customer_note"].split()
        for line, said, out in zip(order.lines, found["lines"], tree["lines"], strict=True):
            assert said["kind"] == KIND_CODES[line.kind]
            assert (said["erp_sku"], said["name"]) == (out["erp_sku"], out["name"].rstrip(" "))
            assert said["tax_rate"] == ("" if line.tax_rate is None else line.tax_rate)
            for name in ("quantity", "discount", "net", "tax", "gross"):
                assert said[name] == getattr(line, name)


@pytest.mark.parametrize(
    "text", ["a\x00b", "half \ud83d pair", "party \U0001f389", "\uffff", "bell\x07", "control\x80"]
)
@pytest.mark.parametrize("form", FORMS)
def test_what_the_code_page_cannot_hold_is_refused_by_its_field(form: str, text: str) -> None:
    profile = PROFILES[form]
    with pytest.raises(CharacterRefused, match="Order 10452: delivery city holds"):
        file_of(profile, sent(profile, {"delivery.city": text}))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a;b,c|d", "a;b,c|d"),
        ("one\r\ntwo", "one two"),
        ("next\x85line", "next line"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        ("]]><x>&amp;</x>", "]]><x>&amp;</x>"),
        ("{:>99}", "{:>99}"),
        ("T0000099", "T0000099"),
        ("„cudzysłów” \u2013", '"cudzysłów" -'),
    ],
)
def test_what_people_write_stays_inside_its_field(text: str, written: str) -> None:
    for form, (code_page, line_end) in FORMS.items():
        profile = PROFILES[form]
        content = file_of(profile, sent(profile, {"delivery.city": text}))
        assert read_file(content, code_page, line_end).orders[0]["delivery.city"] == written


def test_a_note_of_ten_megabytes_is_held_and_not_written() -> None:
    profile = PROFILES["text"]
    order = good_order({**SHORT_CODES, "customer_note": "żółw " * 2_000_000})
    rules = trial_rules(profile.limits, profile.characters)
    (problem,) = field_too_long.check(Case.of(order, rules, "10452"))
    assert problem.message.startswith("Order 10452: customer note is ")
    with pytest.raises(FieldTooLong, match="customer note is 10000000 bytes; the ERP field holds 60"):
        file_of(profile, outgoing(order, rules, "10452"))


def test_the_contract_shows_the_positions_to_the_erps_owner() -> None:
    table = {row["subject"]: row["value"] for row in contract_table(PROFILES["text"])}
    assert table["record 1"] == (
        "512 long, each file: TYPE 1-1, RECORD 2-8, FILE_NUMBER 9-15, DATE 16-22, TIME 23-28, ORDERS 29-34, "
        "SENDER 35-44"
    )
    assert table["record 3"].startswith("512 long, each order, where customer_note_parts.1 is not empty: TYPE 1-1, ")
    assert table["control total articles"] == "hash of lines.erp_sku, its last 10 digits"


def test_many_orders_make_one_file_that_adds_up() -> None:
    profile = PROFILES["as400"]
    trees = []
    for number in range(200):
        tree = sent(profile)
        tree["external_id"] = f"A{number:05}"
        trees.append(tree)
    file = read_file(file_of(profile, *trees), "cp870", b"")
    assert (file.tail["orders"], file.tail["lines"], file.tail["first"], file.tail["last"]) == (
        200,
        800,
        "A00000",
        "A00199",
    )
    assert file.tail["gross"] == Decimal("60270.00")


def test_an_order_that_the_store_calls_by_a_dash_is_an_order() -> None:
    profile = PROFILES["as400"]
    with pytest.raises(CharacterRefused, match="Order -: delivery city holds"):
        file_of(profile, sent(profile, {"number": "-", "delivery.city": "bell\x07"}))

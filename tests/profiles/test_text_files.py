"""Plain text with separators of the ERP's own: no value can begin a new record or field, whatever it holds."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.characters import prepared
from bridge.domain.contract import Order
from bridge.profiles import CharacterRefused, Profile, ProfileRefused, RenderRefused
from tests.profiles.csv_family import any_order, file_or_reason, hostile_orders, many_orders
from tests.profiles.making import file_of, made, sent
from tests.readers.text_lines import read_orders

SETTINGS = """\
format = "text"

[file]
name = "O{sequence:04}.txt"
line_end = "crlf"
orders_per_file_max = 10

[characters]
newline = "blank"

[text]
template = "order.txt.j2"
tail = "tail.txt.j2"
separators = "=|[]"
carries = ["external_id", "customer_note", "delivery.city", "lines.sku", "lines.name"]
"""
TEMPLATE = """\
[ORDER]
ID=#{{ order.external_id }}#
NOTE=#{{ order.customer_note }}#
CITY=#{{ order.delivery.city }}#
{% for line in order.lines %}
LINE={{ line.position }}|#{{ line.sku }}#|#{{ line.name }}#|{{ line.quantity }}|{{ line.net | money }}
{% endfor %}
"""
QUOTES = {"plain": "", "escaped": "", "quoted": '"'}
JSON = """\
format = "text"

[file]
name = "O{sequence:04}.json"
orders_per_file_max = 10

[text]
template = "order.json.j2"
head = "head.json.j2"
tail = "tail.json.j2"
values = "json"
"""
JSON_TEMPLATE = """\
{% if order.position > 1 %},{% endif %}
{"id": "{{ order.external_id }}", "note": "say \\"{{ order.customer_note }}\\"", "city": "{{ order.delivery.city }}",
 "gross": {{ order.totals.gross | money }}, "lines": [
{% for line in order.lines %}
  {"article": "{{ line.erp_sku }}", "name": "{{ line.name }}", "net": {{ line.net | money }}}
{% if not loop.last %},{% endif %}
{% endfor %}
]}
"""


def files(how: str, template: str = TEMPLATE) -> dict[str, str]:
    return {"order.txt.j2": template.replace("#", QUOTES[how]), "tail.txt.j2": "[END]\n"}


def text_profile(folder: Path, how: str = "plain", more: str = "") -> Profile:
    return made(folder, SETTINGS + f'values = "{how}"\n' + more, files(how), name=how)


def json_profile(folder: Path, template: str = JSON_TEMPLATE) -> Profile:
    head_and_tail = {"head.json.j2": '{"file": "{{ file.name }}", "orders": [\n', "tail.json.j2": "]}\n"}
    return made(folder, JSON, {"order.json.j2": template, **head_and_tail}, name="json")


@pytest.fixture(scope="module", params=["plain", "escaped", "quoted"])
def profile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Profile:
    return text_profile(tmp_path_factory.mktemp("text"), request.param)


def how_of(profile: Profile) -> str:
    assert profile.settings.text is not None
    return profile.settings.text.values


def said(profile: Profile, text: str) -> str:
    return prepared(text, profile.characters)


def assert_read(profile: Profile, order: Order, content: bytes) -> None:
    (found,) = read_orders(content, how_of(profile))
    assert (found["ID"], found["NOTE"]) == (order.store_order_id, said(profile, order.customer_note))
    assert found["CITY"] == said(profile, order.delivery.city)
    lines = [
        (one["position"], one["article"], one["name"], Decimal(one["quantity"]), one["net"]) for one in found["lines"]
    ]
    assert lines == [
        (
            str(one.position),
            said(profile, one.sku),
            said(profile, one.name),
            one.quantity,
            f"{one.net:.{order.currency_digits}f}",
        )
        for one in order.lines
    ]


def test_the_agreed_file_of_two_orders(tmp_path: Path) -> None:
    profile = text_profile(tmp_path)
    one = sent(profile, {"customer_note": "ring\ntwice"})
    lines = "LINE=1|ABC-123|Kettle|2|200.00\r\nLINE=2|007|Cup|5|50.00\r\nLINE=3||Courier|1|15.00\r\n"
    expected = f"[ORDER]\r\nID=10452\r\nNOTE=ring twice\r\nCITY=Warszawa\r\n{lines}LINE=4||Voucher|1|-20.00\r\n"
    assert file_of(profile, one, one).decode() == expected * 2 + "[END]\r\n"


def test_no_hostile_text_begins_a_record_or_a_field(profile: Profile) -> None:
    rendered = 0
    for path, text, order in hostile_orders():
        content = file_or_reason(profile, order)
        if isinstance(content, bytes):
            rendered += 1
            assert_read(profile, order, content)
        else:
            assert content.startswith("Order "), (path, text)
    assert rendered > 300


@many_orders
@given(order=any_order, how=st.sampled_from(["plain", "escaped", "quoted"]), signs=st.text('=|[]\\"\n;ab ', max_size=9))
def test_any_order_is_read_as_it_was_or_its_reason_is_told(order: Order, how: str, signs: str) -> None:
    profile = _KEPT[how]
    order = order.model_copy(update={"customer_note": signs})
    content = file_or_reason(profile, order)
    if isinstance(content, bytes):
        assert_read(profile, order, content)
    else:
        assert content.startswith("Order ")


@many_orders
@given(order=any_order, note=st.text(max_size=12))
def test_json_holds_every_text_that_it_can(order: Order, note: str) -> None:
    profile = _KEPT["json"]
    order = order.model_copy(update={"customer_note": note})
    content = file_or_reason(profile, order)
    if isinstance(content, str):
        assert content.startswith("Order ")
        return
    (found,) = json.loads(content, parse_float=Decimal)["orders"]
    assert (found["id"], found["note"]) == (order.store_order_id, f'say "{said(profile, note)}"')
    assert found["gross"] == order.totals.gross
    assert [line["name"] for line in found["lines"]] == [said(profile, line.name) for line in order.lines]
    assert [line["net"] for line in found["lines"]] == [line.net for line in order.lines]


_FOLDER = tempfile.TemporaryDirectory()  # for as long as the tests run: hypothesis has no folder of its own
_KEPT: Mapping[str, Profile] = {
    **{how: text_profile(Path(_FOLDER.name), how) for how in ("plain", "escaped", "quoted")},
    "json": json_profile(Path(_FOLDER.name)),
}


@pytest.mark.parametrize(
    ("how", "note", "line"),
    [
        ("escaped", "a=b|c\\d", "NOTE=a\\=b\\|c\\\\d"),
        ("quoted", 'a=b "c"', 'NOTE="a=b ""c"""'),
        ("escaped", "plain", "NOTE=plain"),
    ],
)
def test_how_a_separator_stands_in_a_value(how: str, note: str, line: str, tmp_path: Path) -> None:
    profile = text_profile(tmp_path, how)
    content = file_of(profile, sent(profile, {"customer_note": note})).decode()
    assert line in content.split("\r\n")


def test_a_separator_in_a_plain_value_holds_the_order_by_field_and_position(tmp_path: Path) -> None:
    profile = text_profile(tmp_path)
    what = r"customer note holds U\+007C \(VERTICAL LINE\) at position 2, .* utf-8 without separators in values"
    with pytest.raises(CharacterRefused, match=what):
        file_of(profile, sent(profile, {"customer_note": "a|b"}))
    assert b"NOTE=fine" in file_of(profile, sent(profile, {"customer_note": "fine", "status": "a|b"}))


def test_a_rule_of_the_profile_replaces_separators_visibly(tmp_path: Path) -> None:
    profile = text_profile(tmp_path, more='replace = { "=" = ":", "|" = "/" }\n')
    assert b"NOTE=a:b/c\r\n" in file_of(profile, sent(profile, {"customer_note": "a=b|c"}))


@pytest.mark.parametrize("how", ["plain", "escaped", "quoted"])
def test_no_control_character_and_no_line_break_gets_into_a_line(how: str, tmp_path: Path) -> None:
    profile = text_profile(tmp_path, how)
    for strange in ("\t", "\x00", "\x1b", "\x02", "\x80"):
        with pytest.raises(CharacterRefused, match="customer note holds"):
            file_of(profile, sent(profile, {"customer_note": f"a{strange}b"}))
    for line_break in ("\r\n", "\x85", "\u2028"):
        order = sent(profile)
        order["customer_note"] = f"one{line_break}two"
        assert b"one two" in file_of(profile, order)


def test_a_value_of_json_is_escaped_as_json_does(tmp_path: Path) -> None:
    profile = json_profile(tmp_path)
    note = 'a "b"\\c\nd\te \u2028 ö'
    content = file_of(profile, sent(profile, {"customer_note": note}), sent(profile))
    first, second = json.loads(content)["orders"]
    read = note.replace("\u2028", "\n")  # one line break is written like another
    assert (first["note"], second["id"]) == (f'say "{read}"', "10452")
    assert 'a \\"b\\"\\\\c\\nd\\te' in content.decode()


def test_a_text_of_json_without_quotes_is_refused_at_load(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused, match=r"order\.json\.j2.*a value without quotes is no number of JSON"):
        json_profile(tmp_path, JSON_TEMPLATE.replace('"{{ order.delivery.city }}"', "{{ order.delivery.city }}"))


def test_a_template_that_makes_no_json_is_refused_at_load(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused, match=r"order\.json\.j2: what it writes is no JSON: Expecting ',' delimiter"):
        json_profile(tmp_path, JSON_TEMPLATE.replace("{% if not loop.last %},{% endif %}\n", ""))


def test_one_order_of_json_a_line_is_json_too(tmp_path: Path) -> None:
    settings = JSON.replace('head = "head.json.j2"\ntail = "tail.json.j2"\n', "")
    profile = made(tmp_path, settings, {"order.json.j2": '{"id": "{{ order.external_id }}"}\n'})
    assert file_of(profile, sent(profile), sent(profile)) == b'{"id": "10452"}\n{"id": "10452"}\n'


def test_a_separator_outside_quotes_is_refused_with_the_cure(tmp_path: Path) -> None:
    template = TEMPLATE.replace("NOTE=#{{ order.customer_note }}#", "NOTE={{ order.customer_note }}")
    profile = made(tmp_path, SETTINGS + 'values = "quoted"\n', files("quoted", template))
    assert b"NOTE=fine\r\n" in file_of(profile, sent(profile, {"customer_note": "fine"}))
    for note in ("a=b", 'a"b'):
        with pytest.raises(RenderRefused, match="a value without quotes holds a separator; put quotes around it"):
            file_of(profile, sent(profile, {"customer_note": note}))


def test_a_quote_that_is_not_closed_is_refused_at_load(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused, match="a quote is opened and not closed"):
        made(tmp_path, SETTINGS + 'values = "quoted"\n', files("quoted", TEMPLATE + 'X="\n'))


def test_numbers_get_the_decimal_comma_that_the_profile_asks_for(tmp_path: Path) -> None:
    profile = text_profile(tmp_path, more="decimal_comma = true\n")
    assert b"LINE=1|ABC-123|Kettle|2|200,00\r\n" in file_of(profile, sent(profile))


def test_a_hyphen_can_be_the_sign_before_a_separator(tmp_path: Path) -> None:
    profile = text_profile(tmp_path, "escaped", 'escape = "-"\n')
    content = file_of(profile, sent(profile, {"customer_note": "a=b-c"}))
    assert b"NOTE=a-=b--c\r\n" in content


def test_widths_divide_where_no_separator_does(tmp_path: Path) -> None:
    settings = SETTINGS.replace('tail = "tail.txt.j2"\n', "").replace('"=|[]"', '""')
    template = "{{ order.external_id | left(8) }}{{ order.customer_note | left(5) }}|\n"
    profile = made(tmp_path, settings, {"order.txt.j2": template})
    assert file_of(profile, sent(profile, {"customer_note": "a;|"})) == b"10452   a;|  |\r\n"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('separators = "=|[]"\n', "", "text.separators is missing: every character that divides records or fields"),
        ('"=|[]"', '"=|a"', "U+0061 cannot be a separator"),
        ('newline = "blank"', 'newline = "keep"', "a line break inside a value would begin a new record"),
        ('"crlf"', '"none"', "files of format text have line ends"),
        ("[text]", '[text]\nreplace = { "=" = "|" }', "puts for U+003D what no value can hold either"),
        ("[text]", '[text]\nvalues = "escaped"\nescape = "x"', "needs a sign that is no letter"),
        ("[text]", '[text]\nvalues = "escaped"\nescape = "\\u0005"', "needs a sign that is no letter"),
        ("[text]", '[text]\nvalues = "quoted"\nquote = "\\u0002"', "needs a sign that is no letter"),
        ("[text]", '[text]\nvalues = "json"', "JSON needs no separators"),
        ("[text]", '[text]\nvalues = "quotd"', "did you mean quoted?"),
        ("[text]", '[text]\nseperators = "="', "unknown key text.seperators; did you mean separators?"),
        ('format = "text"', 'format = "txt"', "format = 'txt' is not known; did you mean text?"),
        ("order.txt.j2", "ordr.txt.j2", "there is no file ordr.txt.j2 in the profile's folder; did you mean order.txt"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_load(old: str, new: str, what: str, tmp_path: Path) -> None:
    assert old in SETTINGS
    with pytest.raises(ProfileRefused) as caught:
        made(tmp_path, SETTINGS.replace(old, new, 1), files("plain"))
    assert what in str(caught.value)


def test_a_byte_order_mark_and_another_encoding(tmp_path: Path) -> None:
    settings = SETTINGS.replace("[characters]", 'encoding = "utf-16-le"\nbyte_order_mark = true\n\n[characters]')
    profile = made(tmp_path, settings, files("plain"))
    assert file_of(profile, sent(profile)).decode("utf-16").startswith("[ORDER]\r\nID=10452\r\n")


def test_control_totals_stand_in_the_tail(tmp_path: Path) -> None:
    control = '\n[[control]]\nname = "pieces"\nof = "lines.quantity"\n'
    tail = {"tail.txt.j2": "SUM={{ file.order_count }}|{{ file.control.pieces | decimal }}\n"}
    profile = made(tmp_path, SETTINGS + control, {**files("plain"), **tail})
    assert file_of(profile, sent(profile), sent(profile)).endswith(b"SUM=2|18\r\n")

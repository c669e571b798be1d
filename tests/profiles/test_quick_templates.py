"""Templates are rendered by code of our own where they can be: the same text as by Jinja, and the same errors.

Each case tells the text that both ways must give. Where a mistake is made, what a person reads comes from Jinja's way.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import jinja2
import pytest
from jinja2 import runtime
from jinja2.compiler import CodeGenerator
from markupsafe import Markup

from bridge.profiles import CharacterRefused, ProfileRefused, RenderRefused, load_profile
from bridge.profiles.formats.quick_template import FRUITLESS_MAX, QuickTemplate
from bridge.profiles.formats.sandbox import Uncarried, rendered, sandbox
from bridge.profiles.installation import Installation
from bridge.profiles.samples import case_of, sample_files
from bridge.profiles.samples import rendered as rendered_sample
from tests.profiles.making import file_of, sent, xml_profile

ORDER: dict[str, Any] = {
    "number": "A<1>", "items": "own key", "note": "a & b", "net": "12.50", "position": 7, "extra": {},
    "party": {"name": "Anna", "city": "Łódź", "street": ""},
    "lines": [
        {"position": 2, "net": "1.50", "kind": "product"}, {"position": 1, "net": "-0.50", "kind": "discount"},
    ],
}  # fmt: skip
XML_PROFILES = ("business-central-xml", "comarch-optima-xml", "opentrans-2.1", "peppol-order-3", "ubl-order-2.1")


def template_of(source: str, **more: str) -> tuple[QuickTemplate, dict[str, Any]]:
    """A template in XML and the words that it sees."""
    environment = sandbox({"a": source, **more}, "\n")
    words = {**environment.globals, "order": ORDER, "digits": 2, "zone": None, "parameters": {"mode": "x"}}
    return QuickTemplate(environment, "a", source), words


def by_both(source: str) -> str:
    """The text, which both ways agree on; the quick one gets to its end."""
    template, words = template_of(source)
    assert template.quick is not None
    quick = template.quick(words, template.careful.new_context(words, shared=True))
    assert quick == rendered(template.careful, words)
    return quick


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ order.number }} {{ order.party.city }} {{ order.position }}", "A&lt;1&gt; Łódź 7"),
        ("{{ order.items }}", "own key"),
        ("{{ '<' }}{{ 'a' ~ order.note }}", "&lt;aa &amp; b"),
        ("{{ '<' if order.party.street else '&' }}{{ 'x' if order.party.street }}", "&amp;"),
        ("{{ order.extra.gift | default('no') }}{{ order.extra['gift'] | default('ne') }}", "none"),
        ("{{ order.extra.gift is defined }}{{ gift is defined }}{{ order.net is defined }}", "FalseFalseTrue"),
        ("{{ order.net | money }} {{ order.net | number | money }} {{ -1 | money }}", "12.50 12.50 -1.00"),
        ("{{ order.note | upper }} {{ order.note.split(' ')[0] }}", "A &amp; B a"),
        ("{% set a = order.net | number %}{{ a + 1 }} {{ a * 2 }} {{ -a }} {{ not a }}", "13.50 25.00 -12.50 False"),
    ],
)
def test_values_are_looked_up_and_escaped(source: str, text: str) -> None:
    assert by_both(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% for line in order.lines %}{{ loop.index }}{{ ',' if not loop.last }}{% endfor %}", "1,2"),
        ("{% for line in order.lines if line.net | number > 0 %}{{ line.position }}{% endfor %}", "2"),
        ("{% for a, b in [(1, 2), (3, 4)] %}{{ b }}{% endfor %}", "24"),
        ("{% for line in [] %}x{% else %}none{% endfor %}", "none"),
        (
            "{% for a in [1, 2] %}{% set outer = loop %}{% for b in 'xy' %}{{ outer.index }}{{ loop.index }} "
            "{% endfor %}{% endfor %}",
            "11 12 21 22 ",
        ),
        ("{% set x = 1 %}{% for line in order.lines %}{{ x }}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}", "12121"),
        (
            "{% for a in [1, 2] %}{% if a == 1 %}{% set y = a %}{% endif %}{{ y is defined }} {% endfor %}",
            "True False ",
        ),
        ("{% for line in order.lines | sort(attribute='position') %}{{ line.position }}{% endfor %}", "12"),
        ("{% for a in [1, 2] %}{% for b in [a, a * 2] %}{{ a }}{{ b }} {% endfor %}{% endfor %}", "11 12 22 24 "),
    ],
)
def test_loops_keep_their_names_to_themselves(source: str, text: str) -> None:
    assert by_both(source) == text


def test_a_sum_in_a_namespace_outlives_its_loop() -> None:
    source = (
        "{% set sums = namespace(net=0 | number, kinds=[]) %}{% for line in order.lines %}"
        "{% set sums.net = sums.net + (line.net | number) %}{% set sums.kinds = sums.kinds + [line.kind] %}"
        "{% endfor %}{{ sums.net | money }} {{ sums.kinds | join('/') }}"
    )
    assert by_both(source) == "1.00 product/discount"


MACRO = "{% macro tag(name, value='-', more=name) %}<{{ name }}>{{ value }}{{ more }}</{{ name }}>{% endmacro %}"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("{{ tag('a', order.note, '') }}", "<a>a &amp; b</a>"),
        ("{{ tag('a') }}{{ tag(value='<', name='b') }}", "<a>-a</a><b>&lt;b</b>"),
        ("{% set kept = tag('a', order.note, '') %}{{ kept }}{% if kept %}!{% endif %}", "<a>a &amp; b</a>!"),
        ("{{ tag('a') ~ order.note }}", "<a>-a</a>a &amp; b"),
        ("{{ tag('a', tag('b', 1, '<'), '') }}", "<a><b>1&lt;</b></a>"),
        ("{% for n in 'xy' %}{{ tag(n, loop.index, '') }}{% endfor %}", "<x>1</x><y>2</y>"),
        ("{% macro two(x) %}{{ tag(x) }}{{ parameters.mode }}{% endmacro %}{{ two('q') }}", "<q>-q</q>x"),
    ],
)
def test_a_macros_text_is_markup_and_its_values_are_text(call: str, text: str) -> None:
    assert by_both(MACRO + call) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('{% include "b" %}', "b 12.50"),
        ('{% import "b" as other %}{{ other.tag }}', "own"),
        ("{% call(x) tag('a') %}{% endcall %}{% macro tag(n) %}{% endmacro %}", None),
        ("{% set f = tag %}{{ f('a') }}" + MACRO, None),
        (MACRO + "{% set f = tag %}{{ f('a') }}", "<a>-a</a>"),
        (MACRO + "{{ tag(*['a']) }}", "<a>-a</a>"),
        ("{% set a = namespace(x=1) %}{% set b = a %}{{ b.x }}", "1"),
        ("{% if 1 %}{% macro m() %}x{% endmacro %}{{ m() }}{% endif %}", "x"),
        ("{% for a in [[1], []] recursive %}{{ loop(a) if a is iterable else a }}{% endfor %}", None),
    ],
)
def test_what_the_quick_way_does_not_know_goes_jinjas(source: str, text: str | None) -> None:
    template, words = template_of(source, b="b {{ order.net }}{% set tag = 'own' %}")
    assert template.quick is None
    if text is not None and "import" not in source:
        assert template.rendered(words) == text


@pytest.mark.parametrize(
    "source",
    [
        "{{ order.nothing }}", "{{ nothing }}", "{{ order.party.nothing.more }}", "{% if nothing %}{% endif %}",
        "{{ order.note.nothing }}", "{{ m() }}{% macro m() %}{% endmacro %}", "{{ order.note | money }}",
        "{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}", "{{ order.note + 1 }}", "{{ order.net / 3 }}",
        "{% for x in order.nothing %}{% endfor %}", "{{ order.__class__ }}", "{{ order.note.__class__.__mro__ }}",
        "{% set n = namespace(_x=1) %}{{ n._x }}", "{% set n = namespace(__class__=1) %}{{ n.__class__ }}",
        "{{ order.lines.append(1) }}", "{{ order['nothing'] }}", "{{ order.lines[9].net }}",
    ],
)  # fmt: skip
def test_a_mistake_is_raised_as_jinja_raises_it(source: str) -> None:
    template, words = template_of(source)
    with pytest.raises(Exception) as expected:  # whichever it is
        rendered(template.careful, words)
    with pytest.raises(type(expected.value)) as found:
        template.rendered(words)
    assert str(found.value) == str(expected.value)


def test_a_value_that_is_no_key_of_a_dict_is_still_found() -> None:
    template, words = template_of("{{ day.year }}-{{ order.party.name }}")
    assert template.rendered({**words, "day": date(2026, 11, 24)}) == "2026-Anna"
    assert template.rendered({**words, "day": {"year": 2027}}) == "2027-Anna"


def test_the_quick_way_is_given_up_where_it_never_gets_to_the_end() -> None:
    template, words = template_of("{{ day.year }}{{ order.missing }}")
    words["day"] = date(2026, 11, 24)
    for _ in range(FRUITLESS_MAX):
        with pytest.raises(jinja2.UndefinedError):
            template.rendered(words)
    assert template.quick is not None  # an order was wrong each time: that says nothing of the template
    template, words = template_of("{{ day.year }}")
    for _ in range(FRUITLESS_MAX):
        assert template.quick is not None
        assert template.rendered({**words, "day": date(2026, 11, 24)}) == "2026"
    assert template.quick is None
    assert template.rendered({**words, "day": {"year": 2027}}) == "2027"


def test_what_only_our_code_nests_too_deeply_goes_jinjas_way() -> None:
    template, words = template_of("{{ order.note" + " | strip" * 100 + " }}{{ 'a' if 1 else (1 | no_filter) }}")
    assert template.quick is None
    assert template.rendered(words) == "a &amp; ba"


@pytest.mark.parametrize(
    "source",
    [
        "{% macro m(a, a) %}{% endmacro %}<a/>", "{% macro m(a) %}{% endmacro %}<a>{{ m(a=1, a=2) }}</a>",
        "{% for a in [1] %}" * 21 + "{% endfor %}" * 21 + "<a/>", "<a>{{ " + "(" * 400 + "1" + ")" * 400 + " }}</a>",
    ],
)  # fmt: skip
def test_a_template_that_python_does_not_take_is_a_mistake_of_the_profile(tmp_path: Path, source: str) -> None:
    with pytest.raises(ProfileRefused, match=r"order\.xml\.j2:1: a name is given twice .* or something is nested"):
        xml_profile(tmp_path, source)


def test_a_character_that_xml_cannot_hold_is_told_from_the_quick_way_too() -> None:
    template, words = template_of("{{ order.number }}")
    with pytest.raises(Uncarried):
        template.rendered({**words, "order": {"number": "a\x00"}})
    assert template.rendered({**words, "order": {"number": Markup("<a/>")}}) == "<a/>"


def test_an_error_deep_inside_names_the_templates_line(tmp_path: Path) -> None:
    source = (
        "{% macro party(one) %}\n<p>\n{{ one.name }}{{ one.nick }}\n</p>{% endmacro %}\n"
        "<a>\n{% for line in order.lines %}\n{{ party(order.billing) }}\n{% endfor %}\n</a>"
    )
    profile = xml_profile(tmp_path, source.replace("one.nick", "one.country"))
    order = sent(profile)
    assert file_of(profile, order).count(b"<p>") == len(order["lines"])
    del order["billing"]["country"]
    with pytest.raises(RenderRefused, match=r"order\.xml\.j2:3.*no attribute 'country'"):
        file_of(profile, order)


def test_a_text_that_ends_like_an_amount_is_no_amount(tmp_path: Path) -> None:
    """Amounts are written without an escape, so nothing else may pass for one."""
    profile = xml_profile(tmp_path, "<a>{{ order.customer_note | money if order.customer_note[-4:] == '1.50' }}</a>")
    order = sent(profile)
    order["customer_note"] = "<b/>1.50"
    with pytest.raises(RenderRefused, match="is not a decimal number"):
        file_of(profile, order)
    order["customer_note"] = "-1.50"
    assert file_of(profile, order) == b"<a>-1.50</a>"


def test_a_half_letter_in_a_macros_value_names_its_field(tmp_path: Path) -> None:
    source = "{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}<a>{{ m(order.billing.city) }}</a>"
    profile = xml_profile(tmp_path, source)
    order = sent(profile)
    order["billing"]["city"] = "half\ud83d"
    with pytest.raises(CharacterRefused, match="billing city holds U"):
        file_of(profile, order)


@pytest.mark.parametrize("name", XML_PROFILES)
def test_the_samples_of_a_built_in_profile_never_need_jinjas_way(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template that fell back on it would be right, and half as fast."""
    profile = load_profile(name, None, Installation(sample=True))
    cases = [case_of(profile, sample) for sample in sample_files(profile)]
    slow: list[str | None] = []

    def rendered_by_jinja(template: jinja2.Template, words: dict[str, Any]) -> str:
        slow.append(template.name)
        return rendered(template, words)

    monkeypatch.setattr("bridge.profiles.formats.quick_template.rendered", rendered_by_jinja)
    for case in cases:
        assert rendered_sample(case)
    assert slow == []


def test_jinja_still_has_what_the_quick_way_leans_on() -> None:
    """Of Jinja's own parts that are not its public interface; where one is gone, quick_code.py must be looked at."""
    overridden = (
        "visit_Template", "enter_frame", "leave_frame", "pop_assign_tracking", "push_assign_tracking", "visit_Name",
        "visit_Assign", "visit_NSRef", "visit_Getattr", "visit_Getitem", "visit_Call", "visit_Filter", "visit_Test",
        "visit_Concat", "visit_Macro", "return_buffer_contents", "macro_def", "macro_body", "visit_Output",
        "_filter_test_common", "buffer", "blockvisit", "signature", "parameter_is_undeclared", "temporary_identifier",
    )  # fmt: skip
    gone = [name for name in overridden if not hasattr(CodeGenerator, name)]
    assert not gone, (
        f"Jinja {jinja2.__version__} has no CodeGenerator.{gone}: look at bridge/profiles/formats/quick_code.py"
    )
    gone = [name for name in ("exported", "markup_join", "missing", "LoopContext") if not hasattr(runtime, name)]
    assert not gone, (
        f"Jinja {jinja2.__version__} has no runtime.{gone}: look at bridge/profiles/formats/quick_template.py"
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ order.lines | sort(attribute='position') | map(attribute='position') | join }}", "12"),
        ("{{ order.lines | sort(true, attribute='position') | map(attribute='position') | join }}", "21"),
        ("{{ order.lines | sort(attribute='kind') | map(attribute='kind') | join(' ') }}", "discount product"),
        ("{{ ['b', 'A'] | sort | join }}{{ ['b', 'A', 'a'] | sort(case_sensitive=true) | join }}", "AbAab"),
        ("{{ ' a ' | strip }}{{ 7 | strip }}{{ order.note | strip }}", "a7a &amp; b"),
    ],
)
def test_sorting_and_stripping_give_what_jinja_gives(source: str, text: str) -> None:
    assert by_both(source) == text

"""Segments that are planned when a profile is loaded: the same bytes as by the careful way, whatever the template."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.domain.characters import CharacterRules
from bridge.profiles.formats.edifact import EdifactSyntax, edifact_characters
from bridge.profiles.formats.quick_template import QuickTemplate
from bridge.profiles.formats.sandbox import RAISED, Uncarried, rendered, sandbox
from bridge.profiles.formats.template import TemplateFormat
from bridge.profiles.formats.x12 import X12Syntax, x12_characters
from bridge.profiles.settings import EdifactSettings, FileSettings, X12Settings
from tests.profiles.csv_family import installed

FILE = FileSettings(name="O{sequence:06}.txt", line_end="lf")
RULES = CharacterRules("ascii")
NAMES = ("a", "b", "c", "none", "number")


def edifact(separators: str = ":+.? '") -> EdifactSyntax:
    made = EdifactSettings(template="order", syntax="UNOB", separators=separators)
    return EdifactSyntax(made, FILE, edifact_characters(made, RULES))


def x12(**marks: str) -> X12Syntax:
    made = X12Settings.model_validate({"template": "order", "charset": "extended", **marks})
    return X12Syntax(made, FILE, x12_characters(made, RULES))


def both(syntax: EdifactSyntax | X12Syntax, source: str, values: dict[str, Any], **others: str) -> tuple[str, str]:
    """What the order becomes by the quick way and by the careful one; an error's words for one that is refused."""
    templates = {"order": source, **others}
    environment = sandbox(templates, "\n", syntax.escaped, syntax.without_layout)
    template = QuickTemplate(environment, "order", source, syntax.form)
    assert template.quick is not None, "the quick way does not know this template"
    words = {**environment.globals, "digits": 2, "zone": None, "v": values}
    try:
        quick = syntax.finished(template.quick(words, template.careful.new_context(words, shared=True)))
    except (*RAISED, Uncarried) as error:
        quick = type(error).__name__
    try:
        careful = syntax.finished(rendered(template.careful, words))
    except (*RAISED, Uncarried) as error:
        careful = type(error).__name__
    return quick, careful


VALUES = {"a": "one", "b": "", "c": "x+y:z", "none": "", "number": 7}


@pytest.mark.parametrize(
    ("template", "file"),
    [
        ("RFF+VN:{{ v.a }}'", "RFF+VN:one'\n"),
        ("RFF+VN:{{ v.b }}'", ""),
        ("NAD+BY+{{ v.b }}::92++{{ v.a }}:{{ v.b }}+{{ v.c }}'", "NAD+BY+++one+x?+y?:z'\n"),
        ("QTY+21:{{ v.number }}:{{ v.b }}'", "QTY+21:7'\n"),
        ("TAX+7+VAT+++:::{{ v.b }}+{{ v.a }}'", "TAX+7+VAT++++one'\n"),
        ("CUX+2:{{ v.b }}:9+{{ v.a }}'", "CUX++one'\n"),
        ("LOC+{{ v.a }}+{{ v.b }}::92'", "LOC+one'\n"),
        ("{% macro m(x) %}ON+{{ x }}'{% endmacro %}RFF+{{ m(v.b) }}A+1'", "A+1'\n"),
        ("UNS+S'\nEMP+:+'\n LIN+{{ v.a }}++'", "UNS+S'\nEMP'\nLIN+one'\n"),
        ("A{{ v.a }}+x'{{ v.a }}+x'", "Aone+x'\none+x'\n"),
        ("FTX+{% if v.a %}AAI{% endif %}+{{ v.b }}:{{ v.a }}'MOA+9:{{ v.b }}'", "FTX+AAI+:one'\n"),
        ("UNH+5+X'{% for one in [1, 2] %}LIN+{{ one }}'{% endfor %}UNT'", "UNH+5+X'\nLIN+1'\nLIN+2'\nUNT+4+5'\n"),
        (
            "{% macro m(x) %}RFF+{{ x }}'{% endmacro %}A+1'{{ m(v.a) }}{{ m(v.b) }}{{ m('?') }}",
            "A+1'\nRFF+one'\nRFF+??'\n",
        ),
        ("{% macro m(x) %}{{ x }}+{% endmacro %}RFF+{{ m(v.b) }}{{ m(v.a) }}'", "RFF++one'\n"),
        ("TXT+{ {{ v.a }} }+\"'", "TXT+{ one }+\"'\n"),
    ],
)  # fmt: skip
def test_an_edifact_segment_loses_what_is_empty_and_nothing_else(template: str, file: str) -> None:
    assert both(edifact(), template, VALUES) == (file, file)


@pytest.mark.parametrize(
    ("template", "file"),
    [
        ("REF*CO*{{ v.a }}~", "REF*CO*one~\n"),
        ("REF*CO*{{ v.b }}~", "REF*CO~\n"),
        ("N3*{{ v.b }}*{{ v.b }}~\nN3*{{ v.b }}*{{ v.a }}~", "N3**one~\n"),
        ("SV1*HC>{{ v.a }}>{{ v.b }}*{{ v.number }}~", "SV1*HC>one*7~\n"),
        ("ST*850*5~{% for one in ['x ', ''] %}REF*{{ one }}~{% endfor %}SE~", "ST*850*0005~\nREF*x~\nSE*3*0005~\n"),
        ("PO1*{% if v.a %}{{ v.a }}{% endif %}*{{ v.b }}~REF*{{ v.a }}~N*~", "PO1*one~\nREF*one~\n"),
    ],
)
def test_an_x12_segment_loses_what_is_empty_at_its_end(template: str, file: str) -> None:
    assert both(x12(), template, VALUES) == (file, file)


def test_a_file_of_other_separators_has_them_in_planned_segments_too() -> None:
    assert both(edifact(separators="|*.! ;"), "RFF+VN:{{ v.c }}'A+{{ v.d }}'", {"c": "a+b*c", "d": "!"})[0] == (
        "RFF*VN|a+b!*c;\nA*!!;\n"
    )
    assert both(x12(element="|", component=">", segment="*"), "REF*CO*{{ v.a }}~", {"a": "x~y"})[0] == "REF|CO|x~y*\n"


def test_what_the_character_set_has_not_is_refused_by_both_ways() -> None:
    assert both(edifact(), "RFF+VN:{{ v.a }}'", {"a": "Łódź"}) == ("Uncarried", "Uncarried")
    assert both(x12(), "REF*CO*{{ v.a }}~", {"a": "a*b"}) == ("Uncarried", "Uncarried")
    assert both(edifact(), "RFF+VN:{{ v.a }}'", {"a": "\x19"}) == ("Uncarried", "Uncarried")


def test_a_name_that_is_not_there_ends_the_quick_way() -> None:
    assert both(edifact(), "RFF+VN:{{ v.absent }}'", {}) == ("KeyError", "UndefinedError")


def test_a_value_is_refused_however_often_it_has_been_seen() -> None:
    syntax = x12()
    environment = sandbox({"order": "REF*{{ v.a }}~"}, "\n", syntax.escaped, syntax.without_layout)
    quick = QuickTemplate(environment, "order", "REF*{{ v.a }}~", syntax.form)
    for value in ("good", "a*b", "good", "a*b"):
        words = {**environment.globals, "digits": 2, "zone": None, "v": {"a": value}}
        if value == "good":
            assert syntax.finished(quick.rendered(words)) == "REF*good~\n"
        else:
            with pytest.raises(Uncarried):
                quick.rendered(words)


def test_texts_that_come_again_are_not_kept_without_end() -> None:
    syntax = x12()
    environment = sandbox({"order": "REF*{{ v.a }}~"}, "\n", syntax.escaped, syntax.without_layout)
    quick = QuickTemplate(environment, "order", "REF*{{ v.a }}~", syntax.form).quick
    assert quick is not None
    context = None
    for number in range(10_000):
        words = {"digits": 2, "zone": None, "v": {"a": f"{number}"}}
        assert quick(words, context) == f"REF*{number}\x19"
    texts = quick.__globals__["texts"]
    assert len(texts) <= 4096
    quick({"digits": 2, "zone": None, "v": {"a": "long " * 1000}}, context)
    assert max(map(len, texts)) < 100


def test_blocks_of_a_template_that_is_extended_are_replaced() -> None:
    base = "{% block one %}A+{{ v.a }}'{% endblock %}B+1'{% block two %}C+2'{% endblock %}"
    own = "{% extends 'base' %}{% set more = '9' %}{% block two %}D+{{ more }}'{% endblock %}"
    assert both(edifact(), own, VALUES, base=base) == ("A+one'\nB+1'\nD+9'\n", "A+one'\nB+1'\nD+9'\n")


def test_the_orders_of_the_built_in_profiles_are_written_quickly() -> None:
    for name in ("edifact-orders-d96a", "x12-850"):
        found = installed(name)
        for one in (found, *found.further.values()):
            assert isinstance(one.format, TemplateFormat)
            assert one.format.order.quick is not None


# -- Any template against the careful way

WORDS = {
    "edifact": (
        "RFF", "NAD", "+", "+", ":", ":", "'", "'", "X", " { ", " } ", " ", "\n", "+1:", "::92", "UNS+S'",
        "UNH+5+A'", "UNT'",
    ),
    "x12": (
        "REF*CO*", "N1*", "PO1*1*", "REF", "*", "*", ">", "~", "~\n", "X", " { ", " } ", " ", "\n", "*1>", ">>92",
        "ST*850*5~", "SE~",
    ),
}  # fmt: skip
TEXTS = st.sampled_from(["", "", "one", " ", "a b ", "?+", "x:'y", "*", "~>", "q", "q"])
EXPRESSIONS = (
    "v.a", "v.b", "v.c", "v.none", "v.number", "v.a | strip", "v.b or v.c", "'x' if v.a else ''", "''", "v.a ~ v.b",
    "v.a.upper()",
)  # fmt: skip


def bodies(words: Sequence[str], macros: Sequence[str]) -> st.SearchStrategy[str]:
    """Texts, values and calls, with ifs and loops around some of them."""
    values = st.sampled_from([f"{{{{ {one} }}}}" for one in EXPRESSIONS])
    calls = st.sampled_from([f"{{{{ {name}(v.a) }}}}" for name in macros]) if macros else st.nothing()
    element, component, end = ("+", ":", "'") if "+" in words else ("*", ">", "~")
    parts = st.lists(values | st.sampled_from(["", "92"]), min_size=1, max_size=3).map(component.join)
    segment = st.lists(parts, min_size=1, max_size=4).map(lambda some: element.join(["RFF", *some]) + end)
    piece = st.sampled_from(words) | st.sampled_from(words) | values | calls | segment | segment

    def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return (
            st.lists(inner, min_size=1, max_size=8).map("".join)
            | inner.map("{{% if v.a %}}{}{{% endif %}}".format)
            | st.tuples(inner, inner).map(lambda two: f"{{% if v.b %}}{two[0]}{{% else %}}{two[1]}{{% endif %}}")
            | inner.map("{{% for one in v.list %}}{}{{% endfor %}}".format)
        )

    return st.recursive(st.lists(piece, min_size=2, max_size=6).map("".join), around, max_leaves=12)


@st.composite
def templates(draw: st.DrawFn, words: Sequence[str], end: str) -> str:
    """Two macros and a body that calls them; most bodies end their last segment."""
    first = draw(bodies(words, ()))
    second = draw(bodies(words, ("m1",)))
    body = draw(bodies(words, ("m1", "m2")))
    begin = f"{{% macro m1(x) %}}{first}{{% endmacro %}}{{% macro m2(x) %}}{second}{{% endmacro %}}"
    return begin + body + draw(st.sampled_from(["", end, end, f"+X{end}"]))


ORDERS = st.fixed_dictionaries(
    {
        "a": TEXTS, "b": TEXTS, "c": TEXTS, "none": st.none() | TEXTS, "number": st.integers(0, 5),
        "list": st.lists(TEXTS, max_size=2),
    }
)  # fmt: skip
EXAMPLES = int(os.environ.get("ORDERS_PER_PROFILE", "200"))  # 200 in each run; the long target sets 10000
ANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@ANY
@given(templates(WORDS["edifact"], "'"), ORDERS, st.sampled_from([":+.? '", "|*.!^;"]))
def test_any_edifact_template_gives_the_same_bytes_by_both_ways(source: str, order: dict[str, Any], marks: str) -> None:
    quick, careful = both(edifact(marks), source, order)
    assert quick == careful


@ANY
@given(templates(WORDS["x12"], "~"), ORDERS, st.sampled_from([{}, {"element": "|", "component": ":", "segment": "*"}]))
def test_any_x12_template_gives_the_same_bytes_by_both_ways(
    source: str, order: dict[str, Any], marks: dict[str, str]
) -> None:
    quick, careful = both(x12(**marks), source, order)
    assert quick == careful

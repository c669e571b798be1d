"""The Jinja2 that templates run in: sandboxed, strict, exact, and quick with the plain dicts that it is given.

A dot looks into a dict first (`order.number` is a key): that halves the time of a render, and a key named `items` is
the order's, not the dict's method. What would turn an amount into a float is not there at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from functools import lru_cache
from operator import itemgetter
from typing import Any

from jinja2 import (
    DictLoader,
    StrictUndefined,
    Template,
    TemplateRuntimeError,
    TemplateSyntaxError,
    nodes,
    pass_context,
    pass_environment,
)
from jinja2.exceptions import SecurityError
from jinja2.filters import do_sort
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from markupsafe import Markup, escape

from bridge.domain.characters import UNHOLDABLE
from bridge.profiles.formats import forms
from bridge.profiles.formats.refusing import refuse, refuse_told_values
from bridge.profiles.formats.template_code import TemplateCode

# `format` and `%` go through float (12345678901234567.89 prints ...68.00); the others make floats or lose text.
FORBIDDEN_FILTERS = (
    "format",
    "float",
    "round",
    "int",
    "filesizeformat",
    "tojson",
    "safe",
    "xmlattr",
    "pprint",
    "random",
)

# What they give is taken for escaped, as HTML; another format would write it as it is.
HTML_FILTERS = ("e", "escape", "forceescape", "urlize")
# What they give is made of digits, points and what a date form may have.
PLAIN_IN_XML = frozenset({"money", "decimal", "percent", "date", "implied"})
# What a template can raise. A text is told only where it cannot hold a value of the order.
RAISED = (
    TemplateRuntimeError, forms.FormRefused, TypeError, ArithmeticError, LookupError, ValueError, AttributeError,
    RecursionError,
)  # fmt: skip
_SPECIAL_IN_XML = re.compile(f"[&<>\"']|{UNHOLDABLE.pattern}").search
_dated = lru_cache(maxsize=1024)(forms.dated)  # a file has one moment, and an order writes its own several times


class Uncarried(Exception):
    """A value holds a character that has no place in the file. The renderer finds the field that holds the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Sandbox(ImmutableSandboxedEnvironment):
    """See the head of this file.

    written: how a value goes into the file. without_layout: the template's own text as it goes into the file.
    bound_filters: those that take words of the file, as functions that get just these words first. plain_filters: those
    whose text needs no escape.
    """

    code_generator_class = TemplateCode
    intercepted_binops = frozenset({"%", "/", "**"})
    written: Callable[[Any], str]
    without_layout: Callable[[str], str] = staticmethod(str)
    bound_filters: dict[str, tuple[Callable[..., str], tuple[str, ...]]]
    plain_filters: frozenset[str] = frozenset()

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute`: the key of a dict; else what the sandbox allows."""
        if type(obj) is dict:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        if type(obj) is Namespace and not attribute.startswith("_"):  # the template's own sums: nothing to protect
            try:
                return getattr(obj, attribute)
            except AttributeError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def call(self, context: Context, called: Any, /, *values: Any, **named: Any) -> Any:
        """A macro is the template's own, so nothing about calling it can be unsafe."""
        if type(called) is Macro:
            named.pop("_loop_vars", None)  # Jinja's own, for what is called with the context
            named.pop("_block_vars", None)
            return called(*values, **named)
        return super().call(context, called, *values, **named)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """No `%` on texts and no division that gives a float."""
        if operator == "%" and isinstance(left, str):
            raise SecurityError("use the filters money and decimal; % goes through float")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, float):
            raise SecurityError(f"{operator} would give a float; use the filter number")
        return result


def refuse_inexact(environment: Sandbox, source: str, name: str) -> None:
    """Raise TemplateSyntaxError, with its line, for what would lose exactness or escaping."""
    tree = environment.parse(source, name)
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, float):
            raise TemplateSyntaxError("a float is not exact; write '0.5' | number", constant.lineno, name)
    for used in tree.find_all(nodes.Filter):
        if used.name in FORBIDDEN_FILTERS:
            what = f"the filter {used.name} is not allowed; use money, decimal, percent or number"
            raise TemplateSyntaxError(what, used.lineno, name)
    refuse_told_values(tree, name)
    for switch in tree.find_all(nodes.EvalContextModifier):
        raise TemplateSyntaxError("escaping cannot be switched off", switch.lineno, name)
    if "escape" not in environment.filters:  # as HTML_FILTERS are gone where XML's way is not the format's
        _refuse_mixed_writing(tree, name)


def _refuse_mixed_writing(tree: nodes.Template, name: str) -> None:
    """What Jinja would join by the rules of HTML: a macro's text with a value's."""
    for joined in tree.find_all(nodes.Concat):
        if any(isinstance(part, nodes.Call) for part in joined.nodes):
            what = "a macro's text cannot be joined by ~; write the two side by side"
            raise TemplateSyntaxError(what, joined.lineno, name)
    for block in tree.find_all((nodes.AssignBlock, nodes.FilterBlock)):
        raise TemplateSyntaxError("a block cannot be kept or filtered; use a macro", block.lineno, name)


def sandbox(
    templates: Mapping[str, str],
    newline: str,
    escaped: Callable[[str], str] | None = None,
    without_layout: Callable[[str], str] = str,
) -> Sandbox:
    """An environment for templates: everything is escaped, a name that is not there is an error.

    escaped: how a format escapes a value, raising Uncarried; None: as XML. without_layout: takes line breaks out of the
    templates' own text where the format has none.
    """
    environment = Sandbox(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        newline_sequence="\r\n" if newline == "\r\n" else "\n",
        auto_reload=False,
        cache_size=-1,
    )
    environment.written = _written_by(escaped) if escaped else _written_in_xml
    environment.without_layout = without_layout
    environment.globals["refuse"] = refuse
    for name in FORBIDDEN_FILTERS:
        environment.filters.pop(name, None)
    environment.filters.update(
        money=_money,
        decimal=_decimal,
        percent=forms.percent,
        number=forms.number,
        date=_date,
        strip=_strip,
        sort=_sorted,
        implied=forms.implied,
        signed=forms.signed,
        left=forms.left,
        right=forms.right,
        total=forms.total,
    )
    environment.bound_filters = {"money": (_money_of, ("digits",)), "date": (_date_in, ("zone",))}
    if escaped is None:
        environment.plain_filters = PLAIN_IN_XML
    else:
        for name in HTML_FILTERS:
            environment.filters.pop(name, None)
    return environment


def rendered(template: Template, words: dict[str, Any]) -> str:
    """The template's text. words: all that it sees, the environment's globals too: nothing is copied for one order."""
    environment = template.environment
    try:
        return environment.concat(template.root_render_func(template.new_context(words, shared=True)))
    except RAISED:
        environment.handle_exception()  # raises it again, its traceback with the template's own lines


def write_decimal_commas(environment: Sandbox) -> None:
    """Let the filters write the decimal comma of a format whose files say so, whatever the template asks."""

    @pass_context
    def money(context: Context, value: forms.Amount) -> str:
        return _money(context, value, True)

    def decimal(value: forms.Amount, places: int | None = None, rounded: bool = False) -> str:
        return _decimal(value, places, True, rounded)

    def percent(value: forms.Amount) -> str:
        return forms.percent(value).replace(".", ",")

    environment.filters.update(money=money, decimal=decimal, percent=percent)
    environment.bound_filters["money"] = (_money_with_comma, ("digits",))


def _written_by(escaped: Callable[[str], str]) -> Callable[[Any], str]:
    """A value as its format writes it. A macro's text is Markup, and escaped already."""

    def written(value: Any) -> str:
        if type(value) is str:
            return escaped(value)
        return value if type(value) is Markup else escaped(str(value))

    return written


def _written_in_xml(value: Any) -> str:
    """The value between tags or in an attribute. Most need nothing, and a look is cheaper than a copy."""
    if type(value) is str:
        if value.isalnum() or not _SPECIAL_IN_XML(value):
            return value
        text = value
    elif isinstance(value, Markup):
        return value  # a macro's text
    elif not _SPECIAL_IN_XML(text := str(value)):
        return text
    if UNHOLDABLE.search(text):
        raise Uncarried(text)
    return str(escape(text))


@pass_context
def _money(context: Context, value: forms.Amount, comma: bool = False) -> str:
    """Whole minor units of the order's currency: 12.50."""
    return _money_of(context.parent["digits"], value, comma)


def _money_of(digits: int, value: forms.Amount, comma: bool = False) -> str:
    text = forms.money(value, digits)
    return text.replace(".", ",") if comma else text


def _money_with_comma(digits: int, value: forms.Amount) -> str:
    return _money_of(digits, value, True)


def _decimal(value: forms.Amount, places: int | None = None, comma: bool = False, rounded: bool = False) -> str:
    """Plain digits: 2.5; with places so many, and more are refused unless rounded."""
    text = forms.decimal(value, places, rounded)
    return text.replace(".", ",") if comma else text


@pass_context
def _date(context: Context, value: Any, form: str = "YYYY-MM-DD", utc: bool = False) -> str:
    """A day or an instant, in the deployment's zone or in UTC."""
    return _date_in(context.parent["zone"], value, form, utc)


def _date_in(zone: tzinfo, value: Any, form: str = "YYYY-MM-DD", utc: bool = False) -> str:
    return _dated(value, form, UTC if utc else zone)


@pass_environment
def _sorted(
    environment: Sandbox, value: Any, reverse: bool = False, case_sensitive: bool = False, attribute: Any = None
) -> list[Any]:
    """Jinja's sort; lines by a whole number without its way to it, which takes longer than to write them."""
    is_plain = type(value) is list and type(attribute) is str and not reverse
    if is_plain and all(type(item) is dict and type(item.get(attribute)) is int for item in value):
        return sorted(value, key=itemgetter(attribute))
    return do_sort(environment, value, reverse, case_sensitive, attribute)


def _strip(value: Any) -> str:
    """Without blanks around."""
    return str(value).strip()

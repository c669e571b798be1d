"""Each limit of a profile, tried: n characters or digits pass, n + 1 wait, and so do an empty required text, a code
that is not listed and a character that the field does not take. Of patterns only a person knows what fits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from bridge.domain.checks import (
    field_characters,
    field_code,
    field_left_out,
    field_required,
    field_too_long,
    number_too_fine,
    number_too_long,
)
from bridge.domain.checks.case import Case
from bridge.domain.contract import Order, Party
from bridge.domain.finding import Finding
from bridge.domain.limits import Limit
from bridge.domain.policies import FieldPolicy
from bridge.domain.problems import Problem
from bridge.profiles.fields import FieldKind, field_kind
from bridge.profiles.profile import Profile
from bridge.profiles.trial import SOURCES, fullest, trial_rules

Check = Callable[[Case], Iterator[Problem]]
# Texts of a party that are made of several fields: the one that gets the text, and the others, which are emptied.
_WHOLE_OF = {"address": "street", "name": "last_name"}
_WHOLES = {"address": {"house_number": "", "flat": ""}, "name": {"first_name": ""}}


def limit_findings(profile: Profile) -> Iterator[Finding]:
    """One finding for each limit that a text can be tried with."""
    for limit in profile.limits:
        kind = field_kind(limit.field)
        trials = _of_text(profile, limit) if kind is FieldKind.TEXT else _of_number(profile, limit)
        tried = [(told, wrong) for told, wrong in trials if told or wrong]
        if tried:
            wrong = [one for _, one in tried if one]
            detail = "; ".join(wrong or [told for told, _ in tried])
            yield Finding(f"limit: {limit.field}", not wrong, detail, f"See {limit.place}." if wrong else "")


def _of_text(profile: Profile, limit: Limit) -> Iterator[tuple[str, str]]:
    """What was tried, in words, and what is wrong."""
    yield from _of_left_out(profile, limit, "a", "")
    if limit.length_max is not None:
        longest = limit.length_max * (limit.parts if "split" in limit.policies else 1)
        if limit.unit == "bytes":
            longest //= len("a".encode(profile.encoding))
        refused = _problems(profile, limit, "a" * longest, field_too_long.check)
        passed = not _problems(profile, limit, "a" * (longest + 1), field_too_long.check)
        yield f"{longest} pass, {longest + 1} wait", f"{longest} characters are refused" if refused else ""
        yield "", f"{longest + 1} characters pass" if passed else ""
    if limit.required:
        passed = not _problems(profile, limit, "", field_required.check)
        yield "an empty one waits", "an empty text passes" if passed else ""
    if limit.codes:
        other = next(code for code in map("x".__mul__, range(1, 100)) if code not in limit.codes)
        passed = not _problems(profile, limit, other, field_code.check)
        yield "a code that is not listed waits", "a code that is not listed passes" if passed else ""
    if limit.characters is not None:
        strange = re.search(f"[^{limit.characters}]", "".join(map(chr, (*range(32, 127), 0x2603, 0x1F389))))
        passed = strange is None or not _problems(profile, limit, strange.group(), field_characters.check)
        yield "another character waits", "another character passes" if passed else ""


def _of_number(profile: Profile, limit: Limit) -> Iterator[tuple[str, str]]:
    if field_kind(limit.field) is not FieldKind.AMOUNT:
        return
    yield from _of_left_out(profile, limit, Decimal(1), Decimal(0))
    if limit.decimals_max is not None:
        fitting = Decimal(1).scaleb(-limit.decimals_max)
        refused = _problems(profile, limit, fitting, number_too_fine.check)
        passed = not _problems(profile, limit, fitting.scaleb(-1), number_too_fine.check)
        told = f"{limit.decimals_max} decimal places pass, {limit.decimals_max + 1} wait"
        yield told, "so many decimal places are refused" if refused else "one more passes" if passed else ""
    if limit.digits_max is None:
        return
    places = fullest().currency_digits if limit.field.rpartition(".")[2] in number_too_long.MONEY else 0
    if limit.digits_max <= places:
        return
    fitting = Decimal("9" * (limit.digits_max - places))
    refused = _problems(profile, limit, fitting, number_too_long.check)
    passed = not _problems(profile, limit, fitting * 10, number_too_long.check)
    yield f"{limit.digits_max} digits pass, {limit.digits_max + 1} wait", "so many are refused" if refused else ""
    yield "", f"{limit.digits_max + 1} digits pass" if passed else ""


def _of_left_out(profile: Profile, limit: Limit, some: str | Decimal, none: str | Decimal) -> Iterator[tuple[str, str]]:
    """Of a field that the file has no place for."""
    if FieldPolicy.PASS in limit.policies:
        passed = not _problems(profile, limit, some, field_left_out.check)
        refused = _problems(profile, limit, none, field_left_out.check)
        told = "an order that has it waits"
        yield told, "an order that has it passes" if passed else "one without it waits" if refused else ""


def _problems(profile: Profile, limit: Limit, value: str | Decimal, check: Check) -> list[Problem]:
    """What a check says of the fullest order with this value in the limited field."""
    order, external_id = fullest(), "1"
    if limit.field == "external_id":
        external_id = str(value)
    else:
        order = with_value(order, SOURCES.get(limit.field, limit.field), value)
    case = Case.of(order, trial_rules((limit,), profile.characters), external_id)
    return list(check(case))


def with_value(order: Order, path: str, value: str | Decimal) -> Order:
    """The order with a value in one of its fields, in all parts where it is one of a list (lines, refunds)."""
    changed: Order = _with_value(order, path, value)
    return changed


def _with_value(part: Any, path: str, value: str | Decimal) -> Any:
    name, _, rest = path.partition(".")
    if isinstance(part, tuple):
        return tuple(_with_value(one, path, value) for one in part)
    if isinstance(part, dict):
        return {**part, name: value}
    if rest:
        return part.model_copy(update={name: _with_value(getattr(part, name), rest, value)})
    if isinstance(part, Party) and name in _WHOLES:
        return part.model_copy(update={**_WHOLES[name], _WHOLE_OF[name]: value})
    return part.model_copy(update={name: value})

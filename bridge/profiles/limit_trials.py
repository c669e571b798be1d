"""Each limit of a profile, tried: n characters pass, n + 1 wait with both lengths, an empty required text waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bridge.domain.checks import field_required, field_too_long
from bridge.domain.checks.case import Case
from bridge.domain.contract import Order
from bridge.domain.finding import Finding
from bridge.domain.limits import Limit
from bridge.domain.problems import Problem
from bridge.profiles.fields import FieldKind, field_kind
from bridge.profiles.profile import Profile
from bridge.profiles.trial import SOURCES, fullest, trial_rules

# Texts of a party that are made of several fields: the one that gets the text, and the others, which are emptied.
_WHOLE_OF = {"address": "street", "name": "last_name"}
_WHOLES = {"address": {"house_number": "", "flat": ""}, "name": {"first_name": ""}}


def limit_findings(profile: Profile) -> Iterator[Finding]:
    """One finding for each limit that a text can be tried with."""
    for limit in profile.limits:
        if field_kind(limit.field) is FieldKind.TEXT and (limit.length_max is not None or limit.required):
            yield _tried(profile, limit)


def _tried(profile: Profile, limit: Limit) -> Finding:
    what, wrong, tried = f"limit: {limit.field}", [], []
    if limit.length_max is not None:
        longest = limit.length_max * (limit.parts if "split" in limit.policies else 1)
        if limit.unit == "bytes":
            longest //= len("a".encode(profile.encoding))
        tried.append(f"{longest} pass, {longest + 1} wait")
        if _problems(profile, limit, "a" * longest, "field-too-long"):
            wrong.append(f"{longest} characters are refused")
        if not _problems(profile, limit, "a" * (longest + 1), "field-too-long"):
            wrong.append(f"{longest + 1} characters pass")
    if limit.required:
        tried.append("an empty one waits")
        if not _problems(profile, limit, "", "field-required"):
            wrong.append("an empty text passes")
    return Finding(what, not wrong, "; ".join(wrong or tried), f"See {limit.place}." if wrong else "")


def _problems(profile: Profile, limit: Limit, text: str, code: str) -> list[Problem]:
    """What the checks say of the fullest order with this text in the limited field."""
    order, external_id = fullest(), "1"
    if limit.field == "external_id":
        external_id = text
    else:
        order = _with(order, SOURCES.get(limit.field, limit.field), text)
    case = Case.of(order, trial_rules((limit,), profile.characters), external_id)
    check = field_too_long.check if code == "field-too-long" else field_required.check
    return list(check(case))


def _with(order: Order, path: str, text: str) -> Order:
    owner, _, name = path.rpartition(".")
    if not owner:
        return order.model_copy(update={name: text})
    if owner == "lines":
        return order.model_copy(update={"lines": tuple(line.model_copy(update={name: text}) for line in order.lines)})
    part: Any = getattr(order, owner)
    if owner in ("billing", "delivery") and name in _WHOLES:
        return order.model_copy(update={owner: part.model_copy(update={**_WHOLES[name], _WHOLE_OF[name]: text})})
    changed = {**part, name: text} if isinstance(part, dict) else part.model_copy(update={name: text})
    return order.model_copy(update={owner: changed})

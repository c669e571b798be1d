"""A text fits the ERP's field. Longer ones are never cut silently.

Bad: a street of 74 characters for a field of 60 that must not be cut. Good: 60 characters; or 74 for three parts of 35.
Lengths are of the text as it goes into the file: after folding, before escaping, in the unit that the ERP counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case
from bridge.domain.checks.fields import raw_texts, texts
from bridge.domain.fitting import split_in_words
from bridge.domain.policies import FieldPolicy
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.rules import FittedLimit

KIND = ProblemKind(
    code="field-too-long",
    title="{label} is {length} {unit}; the ERP field holds {length_max}",
    message="Order {order}: {place}{label_lower} is {length} {unit}; the ERP field holds {length_max}.",
    action="Shorten it in {store}{or_allow}.",
    cause="order:{where}:field-too-long:{path}",
    meaning="A text is longer than the ERP's field, and the flow does not allow to split or abbreviate it.",
)

BYTES_OF_CHARACTER_MAX = 4
NFC_GROWTH_MAX = 3  # Unicode Standard Annex 15: characters to characters


def check(case: Case) -> Iterator[Problem]:
    """One problem for each text that is too long."""
    for fitted in case.rules.fitted:
        length_max = fitted.limit.length_max
        if length_max is None or fitted.policy == FieldPolicy.ABBREVIATE:
            continue
        if not case.rules.folds_ascii and _seen_to_fit(case, fitted, length_max):
            continue
        for path, text in texts(case, fitted):
            if fitted.length(text) > length_max and not _fits_in_parts(text, fitted, length_max):
                yield _problem(case, path, text, fitted)


def _seen_to_fit(case: Case, fitted: FittedLimit, length_max: int) -> bool:
    """Whether all texts are seen to fit as they come. Plain ASCII goes into the file as it is; others become NFC."""
    room = length_max if fitted.length is len else length_max // BYTES_OF_CHARACTER_MAX
    characters = case.rules.characters
    otherwise = characters.fold or characters.drop_accents or characters.transliterate
    grows = 0 if otherwise else NFC_GROWTH_MAX
    for raw in raw_texts(case, fitted):
        if not (len(raw) <= room if raw.isascii() else grows and len(raw) * grows <= room):
            return False
    return True


def _fits_in_parts(text: str, fitted: FittedLimit, length_max: int) -> bool:
    parts = fitted.limit.parts
    if fitted.policy != FieldPolicy.SPLIT or parts < 2:
        return False
    return split_in_words(text, length_max, parts, fitted.length) is not None


def _problem(case: Case, path: str, text: str, fitted: FittedLimit) -> Problem:
    limit = fitted.limit
    split = fitted.policy == FieldPolicy.SPLIT and limit.parts > 1
    holds = f"{limit.parts} parts of {limit.length_max}" if split else str(limit.length_max)
    return case.problem(
        KIND,
        path,
        label=limit.label,
        label_lower=limit.label[:1].lower() + limit.label[1:] if limit.label[1:2].islower() else limit.label,
        place=f"line {path[6 : path.index(']')]}, " if path.startswith("lines[") else "",
        length=fitted.length(text),
        length_max=holds,
        unit=limit.unit,
        path=path,
        or_allow=_or_allow(case, fitted),
    )


def _or_allow(case: Case, fitted: FittedLimit) -> str:
    """What the flow could pick instead, or where the profile would have to allow it first."""
    limit = fitted.limit
    others = [policy for policy in limit.policies if policy not in (FieldPolicy.REFUSE, fitted.policy)]
    if others:
        flow = case.rules.flow.name or "NAME"
        return f', or set "{limit.field}" = "{others[0]}" under [flows.{flow}.fields] in bridge.toml'
    return f', or allow cutting with policies = ["refuse", "abbreviate"] in {limit.place}' if limit.place else ""

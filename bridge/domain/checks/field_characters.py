"""A text has only the characters that the ERP's field takes.

Bad: an article "ab-12" for a field of capital letters and digits. Good: "AB12". An empty text is not judged here.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.characters import RefusedCharacter
from bridge.domain.checks.case import Case, label
from bridge.domain.checks.fields import texts
from bridge.domain.problems import Problem, ProblemKind

KIND = ProblemKind(
    code="field-characters",
    title="Order {order}: {label} holds {character}",
    message="Order {order}: {label} holds {character} at position {position}; the ERP field takes only {words}.",
    action="Correct it in {store}, or say under [characters] fold in the profile what stands for it{place}.",
    cause="order:{where}:field-characters:{path}",
    meaning="A text holds a character that the ERP's field does not take, though its file could carry it.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each text with such a character, naming the first of them."""
    for fitted in case.rules.fitted:
        if fitted.strange is None:
            continue
        for path, text in texts(case, fitted):
            if found := fitted.strange.search(text):
                limit = fitted.limit
                first = RefusedCharacter(found.start() + 1, f"U+{ord(found.group()):04X}")
                words = {
                    "label": label(path),
                    "path": path,
                    "character": f"{first.code_point} ({first.name})" if first.name else first.code_point,
                    "position": first.position,
                    "words": limit.pattern_words or limit.characters,
                    "place": f" (required by {limit.place})" if limit.place else "",
                }
                yield case.problem(KIND, path, **words)

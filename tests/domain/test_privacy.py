"""No problem repeats what a buyer typed: every personal field holds a marker, every check is made to speak."""

from __future__ import annotations

from bridge.domain.characters import CharacterRules
from bridge.domain.contract import Party
from bridge.domain.judgement import Outcome, judge, outgoing
from bridge.domain.limits import Limit
from bridge.domain.problems import Problem
from tests.domain.orders import order, rules

# The characters that no ASCII file can hold make every text speak; the words beside them must not be repeated.
MARKER = "Żmarker"
FIELDS = tuple(Party.model_fields)
PATHS = [f"{owner}.{name}" for owner in ("billing", "delivery") for name in FIELDS] + ["customer_note", "lines.name"]


def marked() -> dict[str, object]:
    """Changes that put a marker of its own into every field that a person may have typed."""
    changes: dict[str, object] = {f"billing.{name}": f"{MARKER}-b-{name}" for name in FIELDS}
    changes |= {f"delivery.{name}": f"{MARKER}-d-{name}" for name in FIELDS if name != "country"}
    changes |= {
        "customer_note": f"{MARKER}-note",
        "lines.0.name": f"{MARKER}-line",
        "extra": {"buyer": f"{MARKER}-raw"},
    }
    return {**changes, "payment.transaction_id": f"{MARKER}-transaction", "delivery.house_number": ""}


def test_no_word_of_any_problem_holds_what_a_person_typed() -> None:
    limits = [Limit(path, path, length_max=1, pattern=r"[0-9]") for path in PATHS]
    limits.append(Limit("delivery.house_number", "House number", required=True))
    judging = rules(limits=tuple(limits), characters=CharacterRules("ascii"))
    problems: list[Problem] = []
    for country in (f"{MARKER}-country", "PL"):  # a country that is none, and one whose tax ids have a rule
        judgement = judge(order({**marked(), "billing.country": country}), judging, "10452")
        assert judgement.outcome is Outcome.HELD
        problems.extend(judgement.problems)
    spoken = {problem.code for problem in problems}
    assert spoken == {
        "character-refused",
        "country-unknown",
        "field-pattern",
        "field-required",
        "field-too-long",
        "house-number-missing",
        "postal-code",
        "tax-id",
    }
    for problem in problems:
        words = " ".join((problem.title, problem.message, problem.action, problem.cause, problem.field or ""))
        assert "marker" not in words.casefold(), problem.code


def test_a_note_about_an_abbreviation_holds_lengths_and_no_text() -> None:
    limit = Limit("delivery.street", "Delivery street", length_max=5, policies=("abbreviate",))
    judging = rules(limits=(limit,), field_policies={"delivery.street": "abbreviate"})
    notes = outgoing(order(marked()), judging, "10452")["bridge_notes"]
    assert notes == ["Delivery street was abbreviated from 16 to 5 characters."]

"""Every check by its table: `CODE.yml` beside this file holds cases of what it finds and what it leaves alone."""

from __future__ import annotations

import inspect
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bridge.domain.characters import CharacterRules, NewlinePolicy
from bridge.domain.checks import CHECKS
from bridge.domain.checks.case import Case
from bridge.domain.limits import Limit
from bridge.domain.rules import Rules
from tests.domain import orders

FOLDER = Path(__file__).parent
TABLES = sorted(FOLDER.glob("*.yml"))
CHECK_OF = {kind.code: check for kind, check in CHECKS}
KIND_OF = {kind.code: kind for kind, _ in CHECKS}
# A person's values in the tables are made of these; none may come back in a message.
PERSONAL = ("Nowak", "Anna", "Lipowa", "example.com", "Grzegorz", "48221234567", "5260001246", "5260001247")


def cases() -> list[Any]:
    """(code, case) of every table."""
    found = []
    for table in TABLES:
        for case in yaml.safe_load(table.read_text(encoding="utf-8")):
            found.append(pytest.param(table.stem, case, id=f"{table.stem}: {case['name']}"))
    return found


def rules_of(case: dict[str, Any]) -> Rules:
    """The flow's rules of one case of a table."""
    given = dict(case.get("rules", {}))
    limits = tuple(Limit(**{"label": limit["field"], **limit}) for limit in given.pop("limits", ()))
    limits = tuple(replace(limit, policies=tuple(limit.policies)) for limit in limits)
    characters = given.pop("characters", {})
    if "newline" in characters:
        characters["newline"] = NewlinePolicy(characters["newline"])
    carries = given.pop("carries", None)
    zone = ZoneInfo(given.pop("zone", "UTC"))
    made = orders.rules(given.pop("maps", None), limits, CharacterRules(**characters), **given)
    made = replace(made, zone=zone)
    return replace(made, carries=frozenset(carries)) if carries else made


@pytest.mark.parametrize(("code", "case"), cases())
def test_a_check_finds_what_its_table_says_and_nothing_else(code: str, case: dict[str, Any]) -> None:
    order = orders.order(case.get("set"))
    external_id = case.get("external_id", order.store_order_id)
    problems = list(CHECK_OF[code](Case.of(order, rules_of(case), external_id)))
    expected = case["finds"]
    assert [problem.message for problem in problems] == [one["message"] for one in expected]
    for problem, one in zip(problems, expected, strict=True):
        assert problem.code == code
        for name in ("title", "action", "cause", "field"):
            if name in one:
                assert getattr(problem, name) == one[name]


def test_every_check_has_a_table_with_a_bad_and_a_good_case_and_every_table_a_check() -> None:
    assert sorted(table.stem for table in TABLES) == sorted(CHECK_OF)
    for table in TABLES:
        found = [bool(case["finds"]) for case in yaml.safe_load(table.read_text(encoding="utf-8"))]
        assert True in found, table.name
        assert False in found, table.name


def test_every_check_is_the_file_of_its_code_and_shows_a_bad_and_a_good_example() -> None:
    for kind, check in CHECKS:
        module = inspect.getmodule(check)
        assert module is not None
        assert module.__name__ == f"bridge.domain.checks.{kind.code.replace('-', '_')}"
        assert "Bad: " in (module.__doc__ or ""), kind.code
        assert "Good: " in (module.__doc__ or ""), kind.code


@pytest.mark.parametrize(("code", "case"), cases())
def test_no_word_of_a_problem_holds_a_personal_value_or_a_place_left_open(code: str, case: dict[str, Any]) -> None:
    order = orders.order(case.get("set"))
    for problem in CHECK_OF[code](Case.of(order, rules_of(case), case.get("external_id", order.store_order_id))):
        for words in (problem.title, problem.message, problem.cause, problem.action):
            assert not [value for value in PERSONAL if value in words]
            assert "{order}" not in words
            assert "{store}" not in words
        assert order.number in problem.message

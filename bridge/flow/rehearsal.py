"""A rehearsal: orders that somebody wrote down with what must become of them, tried on the flow before it goes live.

A case is a TOML file: `[order]` in the contract's words, and `expect`. What follows from the rest may be left out: ids,
times (now), positions, gross amounts, unit prices, the sums, and a delivery that goes to the billing address. Nothing
is sent, numbered or kept.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bridge.config.mistakes import DeploymentRefused, Mistake
from bridge.config.values import FlowSettings
from bridge.domain.contract import Order
from bridge.domain.errors import Refused
from bridge.domain.finding import Finding
from bridge.domain.judgement import Judgement, Outcome, judge
from bridge.domain.scope import rule_code, rule_words
from bridge.flow.preview import preview_bytes, preview_context
from bridge.flow.rules import external_id_of
from bridge.flow.site import Site

FOLDER = "rehearsal"
CASE_BYTES_MAX = 4 * 2**20
LINES_MAX = 10_000
DIGITS_MAX = 14  # of an amount, before and behind its point


class Unfit(ValueError):
    """A case that cannot be tried. Its text is made of our own words."""


class Expectation(BaseModel):
    """What must become of the order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Outcome
    problems: tuple[str, ...] = ()  # codes of a held order, all of them
    rule: str = ""  # of a skipped one
    gross: Decimal | None = None
    lines: int | None = None  # as they go into the file
    contains: tuple[str, ...] = ()  # texts that stand in the file


@dataclass(frozen=True, slots=True)
class Case:
    """One order with its expectation. name: the file's, without its ending."""

    name: str
    order: Order
    expect: Expectation


def read_cases(folder: Path, store: str, now: datetime) -> list[Case]:
    """The cases of a folder by name. Raises DeploymentRefused with the mistakes of all files."""
    mistakes: list[Mistake] = []
    cases: list[Case] = []
    paths = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    if not paths:
        mistakes.append(Mistake(str(folder), "has no case.", "Copy some: bridge init writes six into rehearsal/."))
    for path in paths:
        try:
            cases.append(_case(path, store, now))
        except tomllib.TOMLDecodeError as error:
            mistakes.append(Mistake(path.name, f"is no TOML: {error}.", "Look at quotes, brackets and double keys."))
        except OSError as error:
            mistakes.append(Mistake(path.name, f"cannot be read: {error.strerror}.", "A case is a file of its own."))
        except RecursionError:
            mistakes.append(Mistake(path.name, "is nested too deep.", "`bridge contract` lists the fields of [order]."))
        except (ValidationError, ArithmeticError, ValueError, KeyError, TypeError) as error:
            mistakes.append(Mistake(path.name, _what(error), "`bridge contract` lists the fields of [order]."))
    if mistakes:
        raise DeploymentRefused(mistakes)
    return cases


def rehearse(site: Site, flow: FlowSettings, cases: Sequence[Case]) -> Iterator[Finding]:
    """Each case judged and, if it would go, rendered by the flow's own rules, maps and profile."""
    for case in cases:
        wrong = list(_differences(site, flow, case))
        detail = "; ".join(wrong) or _as_expected(case.expect)
        yield Finding(case.name, not wrong, detail, "Mend the flow, its maps or the case." if wrong else "")


def _differences(site: Site, flow: FlowSettings, case: Case) -> Iterator[str]:
    profile, rules, expect = site.profiles[flow.endpoint], site.rules(flow), case.expect
    external_id = external_id_of(flow, case.order, profile)
    judgement = judge(case.order, rules, external_id).at(site.clock())
    if judgement.outcome is not expect.outcome:
        yield f"expected {expect.outcome}, but it is {judgement.outcome}{_because(judgement)}"
        return
    is_held = judgement.outcome is Outcome.HELD  # a waiting order has its problem from a later day on
    found = {problem.code for problem in judgement.problems} if is_held else set()
    if found != set(expect.problems):
        yield f"expected the problems {_list(expect.problems)}, but found {_list(sorted(found))}{_because(judgement)}"
    if expect.rule and expect.rule not in (rule_code(judgement.rule), judgement.rule.partition(":")[0]):
        yield f"expected the rule {expect.rule}, but it is {judgement.rule}"
    if expect.gross is not None and case.order.totals.gross != expect.gross:
        yield f"expected {expect.gross} gross, but its lines come to {case.order.totals.gross}"
    if expect.lines is not None and len(case.order.lines) != expect.lines:
        yield f"expected {expect.lines} lines, but it has {len(case.order.lines)}"
    if judgement.outcome is Outcome.READY:
        number = site.deployment.endpoints[flow.endpoint].sequence_first
        context = preview_context(case.order, flow.endpoint, profile, number, site)
        try:
            content = preview_bytes(case.order, external_id, rules, profile, context)
        except Refused as refused:
            yield f"its file cannot be written: {refused.problem.message}"
            return
        written = content.decode(profile.characters.encoding, errors="replace")
        missing = [text for text in expect.contains if text not in written]
        if missing:
            yield f"its file does not hold {_list(missing)}"


def _case(path: Path, store: str, now: datetime) -> Case:
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise Unfit("is no file.")
    with path.open("rb") as opened:
        content = opened.read(CASE_BYTES_MAX + 1)
    if len(content) > CASE_BYTES_MAX:
        raise Unfit(f"is larger than {CASE_BYTES_MAX} bytes.")
    found = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    order = _order(_table(found, "order"), path.stem, store, now)
    return Case(path.stem, order, Expectation.model_validate(_table(found, "expect")))


def _order(given: Mapping[str, Any], name: str, store: str, now: datetime) -> Order:
    number = str(given.get("number", name))
    lines = _all_lines(given.get("lines", []))
    for position, line in enumerate(lines, start=1):
        line.setdefault("position", position)
    usual = {
        "store_order_id": number, "number": number, "created_at": now, "updated_at": now,
        "delivery": given.get("delivery", given.get("billing", {})), "totals": _totals(lines, given),
    }  # fmt: skip
    return Order.model_validate({**usual, **given, "store": store, "lines": lines})


def _all_lines(given: object) -> list[dict[str, Any]]:
    """The lines of an order, each as often as its `repeat` says."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Unfit("lines must be written as [[order.lines]].")
    lines = [line for one in given for line in islice(_lines(one), LINES_MAX + 1)]
    if len(lines) > LINES_MAX:
        raise Unfit(f"has more than {LINES_MAX} lines.")
    return lines


def _lines(given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A line, or so many of it as `repeat` says."""
    times = given.get("repeat", 1)
    if type(times) is not int or not 1 <= times <= LINES_MAX:
        raise Unfit(f"lines.repeat must be a whole number from 1 to {LINES_MAX}.")
    line = {key: value for key, value in given.items() if key != "repeat"}
    net, tax = _number(line.setdefault("net", "0")), _number(line.setdefault("tax", "0"))
    quantity = _number(line.setdefault("quantity", 1)) or Decimal(1)
    before = net + _number(line.get("discount", "0"))
    line.setdefault("gross", net + tax)
    line.setdefault("unit_net", before / quantity)
    line.setdefault("unit_gross", (before + tax) / quantity)
    for _ in range(times):
        yield dict(line)


def _number(given: Any) -> Decimal:
    number = Decimal(given)
    if not number.is_finite() or abs(number.adjusted()) > DIGITS_MAX:
        raise Unfit("holds an amount that no order has.")
    return number


def _totals(lines: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, Decimal]:
    """The sums of the lines; paid in full where the case says that it is paid."""
    net, tax, gross = (sum((Decimal(line[name]) for line in lines), Decimal(0)) for name in ("net", "tax", "gross"))
    payment = given.get("payment", {})
    paid = gross if isinstance(payment, dict) and payment.get("state") == "paid" else Decimal(0)
    return {"net": net, "tax": tax, "gross": gross, "paid": paid, "due": gross - paid}


def _table(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A section of a case. Raises KeyError where it is missing."""
    if not isinstance(found[name], dict):
        raise Unfit(f"{name} must be a section.")
    section: Mapping[str, Any] = found[name]
    return section


def _what(error: Exception) -> str:
    """What is wrong with a case, by field and never by value."""
    if isinstance(error, Unfit):
        return str(error)
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg'].lower()}."
    if isinstance(error, KeyError):
        return f"lacks [{error.args[0]}]."
    return "holds an amount that is no number, or text that is not UTF-8."


def _because(judgement: Judgement) -> str:
    if judgement.rule:
        return f" ({rule_words(judgement.rule)})"
    return f" ({judgement.problems[0].message})" if judgement.problems else ""


def _as_expected(expect: Expectation) -> str:
    because = _list(expect.problems) if expect.problems else expect.rule
    return f"{expect.outcome}, as expected" + (f": {because}" if because else "")


def _list(words: Sequence[str]) -> str:
    return ", ".join(words) or "none"

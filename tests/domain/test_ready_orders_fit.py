"""Whatever buyers type: an order is ready only if every text fits the file, and nothing is lost silently."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.characters import CharacterRules, NewlinePolicy, first_refused
from bridge.domain.fitting import measure, split_in_words
from bridge.domain.judgement import Outcome, judge, outgoing
from bridge.domain.limits import Limit
from bridge.domain.outgoing import outgoing_from_content
from bridge.domain.revision import content_of
from bridge.domain.rules import Rules
from tests.domain.orders import order, rules

WORDS = st.sampled_from(["Łódź", "ß", "Győr", "x" * 19, "a\u0301", "😀", "\r\n", "\x07", "-", "山田", "B"])
TEXTS = st.one_of(st.text(st.characters(codec="utf-8"), max_size=40), st.lists(WORDS, max_size=8).map(" ".join))
CHARACTERS = st.builds(
    CharacterRules,
    encoding=st.sampled_from(["utf-8", "cp1250", "ascii"]),
    xml=st.booleans(),
    fold=st.sampled_from([{}, {"ß": "ss", "Ł": "L"}, {"-": ""}]),
    newline=st.sampled_from(list(NewlinePolicy)),
    drop_accents=st.booleans(),
)
PATHS = ("delivery.company", "delivery.street", "lines.name", "customer_note")


@st.composite
def judged(draw: st.DrawFn) -> tuple[dict[str, Any], Rules]:
    """An order with any texts, an ERP with any limits for them, and a flow that picks what the ERP allows."""
    limits, picked = [], {}
    for path in PATHS:
        policies = draw(
            st.sampled_from([("refuse",), ("refuse", "split"), ("refuse", "abbreviate"), ("split", "abbreviate")])
        )
        parts = draw(st.integers(2, 3)) if "split" in policies else 1
        unit = draw(st.sampled_from(["characters", "bytes"]))
        limits.append(Limit(path, path, draw(st.integers(4, 30)), unit, parts, policies=policies))
        picked[path] = draw(st.sampled_from(policies))
    changes = {"delivery.company": draw(TEXTS), "delivery.street": draw(TEXTS), "customer_note": draw(TEXTS)}
    changes["lines.0.name"] = draw(TEXTS)
    return changes, rules(limits=tuple(limits), characters=draw(CHARACTERS), field_policies=picked)


def texts_of(tree: dict[str, Any], path: str) -> list[tuple[str, list[str]]]:
    """Each text of a field, with its parts."""
    owner, _, name = path.rpartition(".")
    owners = tree["lines"] if owner == "lines" else [tree[owner] if owner else tree]
    return [(one[name], one.get(f"{name}_parts", [])) for one in owners]


@given(judged())
def test_every_text_of_a_ready_order_fits_its_field_and_its_file(given_case: tuple[dict[str, Any], Rules]) -> None:
    changes, judging = given_case
    one = order(changes)
    judgement = judge(one, judging, "10452")
    tree = outgoing(one, judging, "10452")  # total: it never raises, whatever the order holds
    assert outgoing_from_content(content_of(one), judging, "10452") == tree
    if judgement.outcome is not Outcome.READY:
        assert {problem.code for problem in judgement.problems} <= {"field-too-long", "character-refused"}
        return
    for limit in judging.limits:
        assert limit.length_max is not None
        length = measure(limit.unit, judging.characters.encoding)
        for text, parts in texts_of(tree, limit.field):
            assert first_refused(text, judging.characters) is None
            fits = length(text) <= limit.length_max
            if judging.flow.field_policies[limit.field] == "split":
                assert fits or all(length(part) <= limit.length_max for part in parts)
                assert "".join("".join(parts).split()) == "".join(text.split())
            elif parts and judging.flow.field_policies[limit.field] == "abbreviate":
                assert all(length(part) <= limit.length_max for part in parts)
            else:
                assert fits


@given(TEXTS, st.integers(1, 30), st.integers(1, 4))
def test_parts_hold_every_word_in_order_and_none_is_too_long(text: str, length_max: int, parts_max: int) -> None:
    parts = split_in_words(text, length_max, parts_max)
    if parts is not None:
        assert len(parts) <= parts_max
        assert all(0 < len(part) <= length_max for part in parts)
        assert "".join("".join(parts).split()) == "".join(text.split())

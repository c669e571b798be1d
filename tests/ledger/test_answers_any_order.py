"""Whatever an ERP answers in whatever order: a verdict stands, a number stands, levels rise, each word is counted."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.domain.answers import Level, Result, ResultOutcome, Verdict
from bridge.ledger import Ledger, OrderView
from tests.ledger.world import (
    ZONE,
    TestClock,
    answer,
    approve,
    delivered,
    deployment,
    fetch,
    file_named,
    place,
    revision,
    seal,
)

FILES = ("ORD_000001.csv", "ORD_000002.csv")
BELOW = [level for level in Level if level is not Level.VERDICT]
WORDS = st.builds(
    lambda order, number, said: (order, number, said),
    st.sampled_from(["a", "b", "c", "stranger", ""]),
    st.sampled_from([None, "SO-1", "SO-2"]),
    st.sampled_from([Verdict.ACCEPTED, Verdict.REJECTED, *BELOW]),
)
ANSWERS = st.lists(
    st.tuples(st.lists(WORDS, max_size=3), st.sampled_from([None, *FILES]), st.booleans()), min_size=1, max_size=6
)


def result_of(word: tuple[str, str | None, Verdict | Level], whole: bool) -> Result:
    order, number, said = word
    if isinstance(said, Level):
        return Result("" if whole else order, Verdict.PENDING, level=said, whole_file=whole)
    number = f"{number}-{order}" if number and said is Verdict.ACCEPTED else None
    return Result("" if whole else order, said, number, whole_file=whole)


def with_two_files(folder: Path) -> tuple[Ledger, TestClock]:
    """Orders a and b in the first file, c in the second."""
    clock = TestClock()
    ledger = Ledger.open(f"sqlite:///{folder / 'ledger.db'}", clock, ZONE)
    ledger.migrate()
    ledger.enrol(deployment())
    held = delivered(ledger, clock, "a", "b")
    fetch(held, revision("c"), cursor="c2")
    approve(held)
    seal(held)
    place(held, clock)
    return ledger, clock


def follows(before: OrderView, after: OrderView) -> bool:
    """Whether one answer may lead from one to the other."""
    if before.state.value == "accepted":
        return after.state.value == "accepted" and before.erp_number in (None, after.erp_number)
    if before.state.value == "rejected":
        return after.state.value in ("accepted", "rejected")
    return (after.answer_level or 0) >= (before.answer_level or 0)


@given(told=ANSWERS)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_a_verdict_stands_and_each_word_has_an_outcome(
    told: list[tuple[list[tuple[str, str | None, Verdict | Level]], str | None, bool]],
) -> None:
    with TemporaryDirectory() as folder:
        ledger, _ = with_two_files(Path(folder))
        held = ledger.take("acme", "test")
        for turn, (words, file, whole) in enumerate(told):
            before = {order.store_order_id: order for order in ledger.reading.orders()}
            results = [result_of(word, whole) for word in words]
            file_id = file_named(held, file) if file else None
            (applied,) = held.apply_answers([answer(results, f"ACK_{turn}", file_id=file_id)])
            members = {FILES[0]: 2, FILES[1]: 1}.get(file or "", 1) if whole else 1
            assert sum(applied.outcomes.values()) == len(results) * members
            moved = sum(applied.outcomes.get(each, 0) for each in (ResultOutcome.APPLIED, ResultOutcome.LATE))
            after = {order.store_order_id: order for order in ledger.reading.orders()}
            assert all(follows(before[key], after[key]) for key in after)
            changed = [key for key in after if after[key] != before[key]]
            assert len(changed) <= moved + applied.outcomes.get(ResultOutcome.RAISED, 0)
            if file and not whole:
                assert set(changed) <= ({"a", "b"} if file == FILES[0] else {"c"})
        ledger.close()

"""Which order a person means by a word, in acts on the orders of a flow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.ledger import Ledger, NotPossible
from tests.ledger.world import fetch, revision


def test_an_order_is_meant_by_id_by_number_or_by_both(ledger: Ledger) -> None:
    fetch(ledger.take("acme", "test"), replace(revision("7"), number="A-7"), revision("gid:9"))
    words = ["7", "A-7", "a-7", "#A-7", "shop/7", "gid:9", "#gid:9", "nobody's"]
    meant = ledger.reading.meant("shop-acme", words)
    assert meant == ["7", "7", "7", "7", "7", "gid:9", "gid:9", "nobody's"]


def test_a_word_that_is_one_orders_id_and_anothers_number_names_none(ledger: Ledger) -> None:
    held = ledger.take("acme", "test")
    fetch(held, replace(revision("7"), number="6"), replace(revision("8"), number="7"))
    with pytest.raises(NotPossible, match="it may be shop/7 and shop/8"):
        ledger.acts.release("shop-acme", ["7"], "ann", "pilot")
    assert ledger.acts.release("shop-acme", ["shop/7", "8"], "ann", "pilot") == 2

"""Which orders of a flow a person means: by store order id, STORE/ID or number, as everywhere else.

A word that is one order's id and another's number is refused: the wrong one would go to the ERP.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from bridge.ledger.columns import look
from bridge.ledger.errors import NotPossible
from bridge.ledger.order_numbers import written_alike
from bridge.ledger.places import FlowRow
from bridge.ledger.tables import orders
from bridge.ledger.work import chunks


def store_order_ids(connection: sa.Connection, flow: FlowRow, words: Sequence[str]) -> list[str]:
    """The store order ids, one a word; a word that names no order stays. Raises NotPossible for one that names two."""
    return [one for some in chunks(words) for one in _ids(connection, flow, some)]


def _ids(connection: sa.Connection, flow: FlowRow, words: Sequence[str]) -> Iterator[str]:
    bare = {word: word.removeprefix(f"{flow.store}/") for word in words}
    known = _known(connection, flow, list(bare.values()))
    for word, asked in bare.items():
        found = known.get(asked) or _alike(connection, flow, asked)
        if word != asked and asked in found:  # STORE/ID is an id, whatever its number
            found = [asked]
        if len(found) > 1:
            named = " and ".join(f"{flow.store}/{one}" for one in sorted(found))
            cure = "Name the one that you mean so; `bridge orders show` tells them apart."
            raise NotPossible(what=f"Order {word}", why=f"it may be {named}", cure=cure)
        yield found[0] if found else asked


def _known(connection: sa.Connection, flow: FlowRow, words: Sequence[str]) -> dict[str, list[str]]:
    """The orders of the flow's store that have one of these words as id or as number."""
    query = sa.select(orders.c.store_order_id, orders.c.number).where(orders.c.store_id == flow.store_id)
    known: dict[str, dict[str, None]] = defaultdict(dict)
    for each in (orders.c.store_order_id, orders.c.number):  # one after the other: each has an index of its own
        for one, number in look(connection, query.where(each.in_(words))):
            for word in (one, number):
                known[word][one] = None
    return {word: list(found) for word, found in known.items()}


def _alike(connection: sa.Connection, flow: FlowRow, word: str) -> list[str]:
    """The orders whose number is the word written otherwise."""
    forms = written_alike(word)
    known = _known(connection, flow, forms)
    return list(dict.fromkeys(one for form in forms for one in known.get(form, ())))

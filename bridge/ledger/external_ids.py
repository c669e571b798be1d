"""What the ERP knows an order by: made once per order and endpoint, unique per endpoint, blind to case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import Fault
from bridge.domain.problems import Problem
from bridge.ledger.kinds import EXTERNAL_ID_TAKEN
from bridge.ledger.tables import external_ids
from bridge.ledger.work import Work, chunks


def folded(external_id: str) -> str:
    """The form in which two external ids are compared."""
    return external_id.strip().casefold()


def add_external_ids(work: Work, wanted: Sequence[tuple[int, str, int, str | None]]) -> dict[int, Problem]:
    """Keep the ids of orders that have none yet; (order id, order number, sending id, external id).

    Gives the problem of each sending whose id belongs to another order. An order that has an id keeps it.
    """
    owners = _owners(work, [folded(external_id or "") for *_, external_id in wanted])
    have = _orders_with_id(work, [order_id for order_id, *_ in wanted])
    problems: dict[int, Problem] = {}
    rows: list[dict[str, Any]] = []
    for order_id, number, sending_id, external_id in wanted:
        if order_id in have:
            continue
        if not external_id:
            raise Fault(what="a ready order without an external id", reference=f"sending {sending_id}")
        key = folded(external_id)
        if owners.setdefault(key, order_id) != order_id:
            problems[sending_id] = EXTERNAL_ID_TAKEN.problem(
                number=number, external_id=external_id, endpoint=work.endpoint
            )
            continue
        have.add(order_id)
        rows.append({"endpoint_id": work.endpoint_id, "order_id": order_id, "external_id": external_id, "folded": key})
    work.changes.insert(external_ids, rows)
    return problems


def _owners(work: Work, keys: Sequence[str]) -> dict[str, int]:
    owners: dict[str, int] = {}
    for some in chunks(keys):
        query = sa.select(external_ids.c.folded, external_ids.c.order_id).where(
            external_ids.c.endpoint_id == work.endpoint_id, external_ids.c.folded.in_(some)
        )
        owners.update({row.folded: row.order_id for row in work.changes.select(query)})
    return owners


def _orders_with_id(work: Work, order_ids: Sequence[int]) -> set[int]:
    have: set[int] = set()
    for some in chunks(order_ids):
        query = sa.select(external_ids.c.order_id).where(
            external_ids.c.order_id.in_(some), external_ids.c.endpoint_id == work.endpoint_id
        )
        have.update(work.changes.select(query).scalars())
    return have

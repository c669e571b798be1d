"""The rows of stores, endpoints and flows: made once from the deployment, looked up by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.config.values import Deployment, EndpointSettings, FlowSettings
from bridge.domain.errors import ConfigurationRefused, Missing
from bridge.domain.policies import Further
from bridge.ledger.columns import look
from bridge.ledger.database import Changes
from bridge.ledger.tables import endpoints, export_files, flows, sendings, stores


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A flow with the row numbers of its ends."""

    id: int
    name: str
    rank: int
    write_back: bool
    store_id: int
    store: str
    endpoint_id: int
    endpoint: str


@dataclass(frozen=True, slots=True)
class Paused:
    """Who stopped an endpoint or flow, when and why."""

    at: datetime
    by: str
    reason: str


def enrol(changes: Changes, deployment: Deployment, unanswered: Collection[str]) -> list[tuple[str, int]]:
    """A row for each store, endpoint and flow; a flow's place and what it sends follow bridge.toml.

    unanswered: the endpoints whose ERP never answers. Gives those of which that is new, with their ids. Two processes
    that begin at once enrol one after the other.
    """
    if changes.connection.dialect.name == "postgresql":  # SQLite has one writer
        changes.select(sa.text("SELECT pg_advisory_xact_lock(hashtext('erp-bridge enrolment'))"))
    store_ids = _names(changes, stores)
    missing = [name for name in deployment.stores if name not in store_ids]
    changes.insert(stores, [{"name": name} for name in missing])
    endpoint_ids = _names(changes, endpoints)
    new = [settings for name, settings in deployment.endpoints.items() if name not in endpoint_ids]
    changes.insert(
        endpoints,
        [
            {"name": each.name, "next_sequence_number": each.sequence_first, "fence": 0, "register_entries": 0}
            for each in new
        ],
    )
    for settings in deployment.endpoints.values():
        _begin_at(changes, settings)
    silent = [name for name in deployment.endpoints if _falls_silent(changes, name, name in unanswered)]
    store_ids, endpoint_ids = _names(changes, stores), _names(changes, endpoints)
    present = {row.name: row for row in changes.select(sa.select(flows))}
    for rank, flow in enumerate(deployment.flows):
        wanted: dict[str, Any] = {
            "store_id": store_ids[flow.store],
            "endpoint_id": endpoint_ids[flow.endpoint],
            "rank": rank,
            "write_back": flow.write_back,
            "sends_changes": flow.changes == Further.SEND,
            "sends_cancellations": flow.cancellations == Further.SEND,
        }
        row = present.get(flow.name)
        if row is None:
            changes.insert(flows, [{"name": flow.name, **wanted}])
        elif any(getattr(row, name) != value for name, value in wanted.items()):
            if row.store_id != wanted["store_id"]:
                _refuse_with_orders(changes, flow, row.id)
                wanted["cursor"] = None
            changes.change(sa.update(flows).where(flows.c.id == row.id).values(**wanted))
    return [(name, endpoint_ids[name]) for name in silent]


def _falls_silent(changes: Changes, endpoint: str, never_answers: bool) -> bool:
    """Note whether the ERP ever answers; gives whether it is news that it never does."""
    otherwise = endpoints.c.delivered_is_final.is_(sa.false() if never_answers else sa.true())
    noted = sa.update(endpoints).where(endpoints.c.name == endpoint, otherwise)
    return bool(changes.change(noted.values(delivered_is_final=never_answers))) and never_answers


def _refuse_with_orders(changes: Changes, flow: FlowSettings, flow_id: int) -> None:
    """Raise ConfigurationRefused for a flow whose store is another now: it would write numbers into the wrong shop."""
    if changes.select(sa.select(sendings.c.id).where(sendings.c.flow_id == flow_id).limit(1)).first() is not None:
        what = f"flow {flow.name} has orders of another store than {flow.store}."
        cure = "Give the new store a flow with a name of its own; the old one keeps its store."
        raise ConfigurationRefused(place=flow.place, what=what, cure=cure)


def _begin_at(changes: Changes, settings: EndpointSettings) -> None:
    """While no file was sealed, the first number follows bridge.toml: a look at the deployment draws none."""
    of_endpoint = sa.select(export_files.c.id).where(export_files.c.endpoint_id == endpoints.c.id)
    changes.change(
        sa.update(endpoints)
        .where(
            endpoints.c.name == settings.name,
            endpoints.c.next_sequence_number != settings.sequence_first,
            ~of_endpoint.exists(),
        )
        .values(next_sequence_number=settings.sequence_first)
    )


def lock_store(changes: Changes, flow: FlowRow) -> bool:
    """Until the commit no pass over another endpoint adds to the store's orders, which all its flows share.

    False where the flow has another store by now: bridge.toml was changed while a process works by the one of before.
    """
    changes.select(sa.select(stores.c.id).where(stores.c.id == flow.store_id).with_for_update(key_share=True))
    now = sa.select(flows.c.id).where(flows.c.id == flow.id, flows.c.store_id == flow.store_id)
    return changes.select(now).first() is not None


def flow_row(connection: sa.Connection, name: str) -> FlowRow:
    """The flow's row. Raises Missing for a flow that was never enrolled."""
    row = look(connection, _FLOWS.where(flows.c.name == name)).first()
    if row is None:
        raise Missing(what=f"Flow {name}")
    return FlowRow(*row)


def flows_of_endpoint(connection: sa.Connection, endpoint_id: int) -> dict[int, FlowRow]:
    """All flows of one endpoint by id."""
    return {row.id: FlowRow(*row) for row in look(connection, _FLOWS.where(flows.c.endpoint_id == endpoint_id))}


def endpoint_id_of(connection: sa.Connection, name: str) -> int:
    """The endpoint's row number. Raises Missing."""
    found: int | None = look(connection, sa.select(endpoints.c.id).where(endpoints.c.name == name)).scalar()
    if found is None:
        raise Missing(what=f"Endpoint {name}")
    return found


def pause_of(connection: sa.Connection, table: sa.Table, name: str) -> Paused | None:
    """The pause of an endpoint or flow, None when it works."""
    query = sa.select(table.c.paused_at, table.c.paused_by, table.c.pause_reason).where(table.c.name == name)
    row = look(connection, query).first()
    return Paused(row.paused_at, row.paused_by, row.pause_reason) if row and row.paused_at else None


def _names(changes: Changes, table: sa.Table) -> dict[str, int]:
    return {row.name: row.id for row in changes.select(sa.select(table.c.name, table.c.id))}


_FLOWS = (
    sa.select(
        flows.c.id,
        flows.c.name,
        flows.c.rank,
        flows.c.write_back,
        flows.c.store_id,
        stores.c.name.label("store"),
        flows.c.endpoint_id,
        endpoints.c.name.label("endpoint"),
    )
    .join_from(flows, stores, stores.c.id == flows.c.store_id)
    .join(endpoints, endpoints.c.id == flows.c.endpoint_id)
)

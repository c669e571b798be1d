"""The ledger's tables: what is known of orders, sendings, files and answers, and which keys make a second impossible.

Each unique key carries the name of the promise that it holds; `errors.py` says which error its violation is. Indexes
named `open_...` cover only rows that still need work: every query of a pass uses one of them or a key, so history
costs nothing. Amounts are whole minor units. Rows of `events` are only ever added (`triggers.py`).
"""

from __future__ import annotations

import sqlalchemy as sa

from bridge.domain.states import NOT_LIVE, FileState, Purpose, SendingState
from bridge.ledger.columns import (
    Id,
    UtcDateTime,
    identity,
    none_of,
    one_of,
    partial_index,
    partial_unique,
    refers,
)

metadata = sa.MetaData()

# A skipped sending reaches no ERP; that it does not count lets two flows of one store each keep their own row.
NEVER_SECOND = NOT_LIVE | {SendingState.SKIPPED}
TO_JUDGE = (SendingState.RECEIVED, SendingState.READY, SendingState.HELD)
DUE_BY_TIME = (SendingState.HELD, SendingState.RECEIVED)  # tried again by itself, or waiting with an end
FURTHER = (Purpose.CHANGE, Purpose.CANCEL)
UNDER_WAY = (*TO_JUDGE, SendingState.EXPORTED, SendingState.DELIVERED)  # without a verdict yet
ON_THE_WAY = (FileState.SEALED, FileState.ANNOUNCED, FileState.STAGED)


stores = sa.Table("stores", metadata, identity(), sa.Column("name", sa.Text, nullable=False))
sa.Index("one_row_per_store", stores.c.name, unique=True)

endpoints = sa.Table(
    "endpoints",
    metadata,
    identity(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("next_sequence_number", sa.BigInteger, nullable=False),
    sa.Column("fence", sa.BigInteger, nullable=False),
    sa.Column("paused_at", UtcDateTime),
    sa.Column("paused_by", sa.Text),
    sa.Column("pause_reason", sa.Text),
    sa.Column("register_read_at", UtcDateTime),
    sa.Column("register_digest", sa.Text),
    sa.Column("register_entries", sa.BigInteger, nullable=False),
    sa.Column("delivered_is_final", sa.Boolean, nullable=False, server_default=sa.false()),  # the ERP never answers
)
sa.Index("one_row_per_endpoint", endpoints.c.name, unique=True)

flows = sa.Table(
    "flows",
    metadata,
    identity(),
    sa.Column("name", sa.Text, nullable=False),
    refers("store_id", "stores"),
    refers("endpoint_id", "endpoints"),
    sa.Column("rank", sa.Integer, nullable=False),  # place in bridge.toml: the first that matches takes an order
    sa.Column("write_back", sa.Boolean, nullable=False),
    sa.Column("sends_changes", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("sends_cancellations", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("cursor", sa.Text),
    sa.Column("next_due_at", UtcDateTime),
    sa.Column("paused_at", UtcDateTime),
    sa.Column("paused_by", sa.Text),
    sa.Column("pause_reason", sa.Text),
)
sa.Index("one_row_per_flow", flows.c.name, unique=True)

passes = sa.Table(
    "passes",
    metadata,
    identity(),
    refers("endpoint_id", "endpoints"),
    sa.Column("fence", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("summary", sa.JSON),
)
sa.Index("one_pass_per_fence", passes.c.endpoint_id, passes.c.fence, unique=True)

orders = sa.Table(
    "orders",
    metadata,
    identity(),
    refers("store_id", "stores"),
    sa.Column("store_order_id", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("latest_revision_id", Id, nullable=False),
    sa.Column("latest_revision_number", sa.Integer, nullable=False),
    sa.Column("latest_digest", sa.Text, nullable=False),
)
sa.Index("one_row_per_store_order", orders.c.store_id, orders.c.store_order_id, unique=True)
sa.Index("orders_by_number", orders.c.number)

revisions = sa.Table(
    "revisions",
    metadata,
    identity(),
    refers("order_id", "orders"),
    sa.Column("revision_number", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("mapper_version", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # the canonical order as JSON; empty when malformed
    sa.Column("content_anew", sa.LargeBinary),  # the same original by today's mapping, where that reads it otherwise
    sa.Column("malformed", sa.Boolean, nullable=False),
    sa.Column("cancelled", sa.Boolean, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("digits", sa.SmallInteger, nullable=False),
    sa.Column("gross_minor", sa.BigInteger, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("fetched_at", UtcDateTime, nullable=False),
    sa.Column("archive_path", sa.Text, nullable=False),
    sa.Column("archive_line", sa.Integer, nullable=False),
    sa.Column("customer_key", sa.Text),
)
sa.Index("revisions_by_creation", revisions.c.created_at)
sa.Index("one_revision_per_number", revisions.c.order_id, revisions.c.revision_number, unique=True)
partial_index("revisions_by_customer", revisions.c.customer_key, where=revisions.c.customer_key.is_not(None))

export_files = sa.Table(
    "export_files",
    metadata,
    identity(),
    refers("endpoint_id", "endpoints"),
    sa.Column("sequence_number", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("contract_digest", sa.Text, nullable=False),
    sa.Column("archive_path", sa.Text, nullable=False),
    sa.Column("business_day", sa.Date, nullable=False),
    sa.Column("member_count", sa.Integer, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False, server_default=Purpose.NEW.value),  # of all its sendings
    sa.Column("totals", sa.JSON, nullable=False),
    sa.Column("sealed_at", UtcDateTime, nullable=False),
    sa.Column("in_place_at", UtcDateTime),  # when its bytes stood in their archive folder
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("temporary_name", sa.Text),
    sa.Column("placed_at", UtcDateTime),
    sa.Column("inferred", sa.Boolean, nullable=False),
    sa.Column("answer_within_s", sa.Integer),
    sa.Column("answer_due_at", UtcDateTime),
    sa.Column("overdue_at", UtcDateTime),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_try_at", UtcDateTime),
    sa.Column("needs_person", sa.Boolean, nullable=False),
    sa.CheckConstraint(one_of(sa.column("state", sa.Text), FileState), name="file_states"),
)
sa.Index("gapless_file_number", export_files.c.endpoint_id, export_files.c.sequence_number, unique=True)
sa.Index("one_name_per_endpoint", export_files.c.endpoint_id, export_files.c.name, unique=True)
sa.Index("files_by_digest", export_files.c.sha256)
sa.Index("files_by_day", export_files.c.endpoint_id, export_files.c.business_day)
sa.Index("files_by_name_case_blind", export_files.c.endpoint_id, sa.func.lower(export_files.c.name))
partial_index(
    "open_files_on_the_way",
    export_files.c.endpoint_id,
    export_files.c.sequence_number,
    where=one_of(export_files.c.state, ON_THE_WAY),
)
partial_index(
    "open_files_elsewhere",
    export_files.c.endpoint_id,
    export_files.c.sequence_number,
    where=export_files.c.in_place_at.is_(None),
)
partial_index(
    "open_files_awaiting_answer",
    export_files.c.endpoint_id,
    export_files.c.answer_due_at,
    where=sa.and_(one_of(export_files.c.state, [FileState.PLACED]), export_files.c.answer_due_at.is_not(None)),
)

sendings = sa.Table(
    "sendings",
    metadata,
    identity(),
    refers("endpoint_id", "endpoints"),
    refers("flow_id", "flows"),
    refers("order_id", "orders"),
    refers("revision_id", "revisions"),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("rule", sa.Text),
    sa.Column("judged_against", sa.Text),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_try_at", UtcDateTime),
    sa.Column("ready_at", UtcDateTime),
    sa.Column("released", sa.Boolean, nullable=False),
    refers("pending_revision_id", "revisions", null=True),
    refers("first_sending_id", "sendings", null=True),  # of a change or cancellation: the `new` one that it follows
    sa.Column("change_number", sa.Integer),  # of a change or cancellation: 1, 2, ... as the ERP sees them
    refers("export_file_id", "export_files", null=True),
    sa.Column("position", sa.Integer),
    sa.Column("erp_number", sa.Text),
    sa.Column("answer_level", sa.SmallInteger),  # highest level below the verdict that the ERP has told
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("digits", sa.SmallInteger, nullable=False),
    sa.Column("gross_minor", sa.BigInteger, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("received_day", sa.Date, nullable=False),
    sa.Column("write_back_due_at", UtcDateTime),
    sa.Column("write_back_tries", sa.Integer, nullable=False),
    sa.CheckConstraint(one_of(sa.column("state", sa.Text), SendingState), name="sending_states"),
)
sa.Index(
    "one_sending_per_round",
    sendings.c.order_id,
    sendings.c.endpoint_id,
    sendings.c.flow_id,
    sendings.c.revision_id,
    sendings.c.purpose,
    sendings.c.round,
    unique=True,
)
partial_unique(
    "exactly_one_new_sending",
    sendings.c.endpoint_id,
    sendings.c.order_id,
    where=sa.and_(one_of(sendings.c.purpose, [Purpose.NEW]), none_of(sendings.c.state, NEVER_SECOND)),
)
partial_unique(
    "one_change_at_a_time",
    sendings.c.order_id,
    sendings.c.endpoint_id,
    where=sa.and_(one_of(sendings.c.purpose, FURTHER), one_of(sendings.c.state, UNDER_WAY)),
)
partial_index("changes_of_a_sending", sendings.c.first_sending_id, where=sendings.c.first_sending_id.is_not(None))
partial_index(
    "open_sendings_to_judge",
    sendings.c.flow_id,
    sendings.c.state,
    sendings.c.judged_against,
    where=one_of(sendings.c.state, TO_JUDGE),
)
partial_index(
    "open_sendings_due",
    sendings.c.flow_id,
    sendings.c.next_try_at,
    where=sa.and_(one_of(sendings.c.state, DUE_BY_TIME), sendings.c.next_try_at.is_not(None)),
)
partial_index(
    "open_sendings_ready",
    sendings.c.flow_id,
    sendings.c.purpose,
    sendings.c.released,
    sendings.c.id,
    where=one_of(sendings.c.state, [SendingState.READY]),
)
partial_index(
    "open_sendings_to_write_back",
    sendings.c.flow_id,
    sendings.c.write_back_due_at,
    where=sa.and_(one_of(sendings.c.state, [SendingState.ACCEPTED]), sendings.c.write_back_due_at.is_not(None)),
)
partial_index(
    "sendings_of_a_file",
    sendings.c.export_file_id,
    sendings.c.state,
    where=sendings.c.export_file_id.is_not(None),
)
partial_index("sendings_by_erp_number", sendings.c.erp_number, where=sendings.c.erp_number.is_not(None))
sa.Index("sendings_by_day", sendings.c.received_day)

external_ids = sa.Table(
    "external_ids",
    metadata,
    identity(),
    refers("endpoint_id", "endpoints"),
    refers("order_id", "orders"),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("folded", sa.Text, nullable=False),
)
sa.Index("one_external_id_per_endpoint", external_ids.c.endpoint_id, external_ids.c.folded, unique=True)
sa.Index("one_external_id_per_order", external_ids.c.order_id, external_ids.c.endpoint_id, unique=True)

register_entries = sa.Table(
    "register_entries",
    metadata,
    identity(),
    refers("endpoint_id", "endpoints"),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("folded", sa.Text, nullable=False),
    sa.Column("erp_number", sa.Text, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
)
sa.Index("one_register_entry_per_external_id", register_entries.c.endpoint_id, register_entries.c.folded, unique=True)

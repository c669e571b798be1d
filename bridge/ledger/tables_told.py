"""The rest of the ledger's tables: what the ERP told, what people see, and what happened (same metadata)."""

from __future__ import annotations

import sqlalchemy as sa

from bridge.ledger.columns import UtcDateTime, identity, partial_index, partial_unique, refers
from bridge.ledger.tables import metadata

answers = sa.Table(
    "answers",
    metadata,
    identity(),
    refers("endpoint_id", "endpoints"),
    refers("export_file_id", "export_files", null=True),  # the file that the answer's name joins to
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("archive_path", sa.Text, nullable=False),
    sa.Column("business_day", sa.Date, nullable=False),
    sa.Column("rows_read", sa.BigInteger, nullable=False),
    sa.Column("quarantined", sa.Text),  # code of the problem that kept it from being applied
    sa.Column("rule", sa.Text, nullable=False, server_default=""),  # of the profile, which read it
    sa.Column("collected_at", UtcDateTime, nullable=False),
    sa.Column("moved_at", UtcDateTime),
)
partial_unique(
    "one_answer_per_bytes_and_file",
    answers.c.endpoint_id,
    answers.c.sha256,
    answers.c.export_file_id,
    answers.c.rule,
    where=answers.c.export_file_id.is_not(None),
)
partial_unique(
    "one_answer_per_bytes",
    answers.c.endpoint_id,
    answers.c.sha256,
    answers.c.rule,
    where=answers.c.export_file_id.is_(None),
)
sa.Index("answers_by_name", answers.c.endpoint_id, answers.c.name, answers.c.rows_read)
sa.Index("answers_by_digest", answers.c.endpoint_id, answers.c.sha256)
partial_index("answers_of_a_file", answers.c.export_file_id, where=answers.c.export_file_id.is_not(None))
partial_index("open_answers_to_move", answers.c.endpoint_id, where=answers.c.moved_at.is_(None))

results = sa.Table(
    "results",
    metadata,
    identity(),
    refers("answer_id", "answers"),
    refers("sending_id", "sendings", null=True),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("erp_number", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),  # the ERP's own words: shown to people, never logged
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("level", sa.SmallInteger),  # how far it reaches
)
partial_index("results_of_a_sending", results.c.sending_id, where=results.c.sending_id.is_not(None))
sa.Index("results_of_an_answer", results.c.answer_id)

exceptions = sa.Table(
    "exceptions",
    metadata,
    identity(),
    sa.Column("scope_kind", sa.Text, nullable=False),  # endpoint, flow or store
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("temporary", sa.Boolean, nullable=False),
    sa.Column("of_orders", sa.Boolean, nullable=False),  # closes itself when no order is in it any more
    refers("export_file_id", "export_files", null=True),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("last_seen_at", UtcDateTime, nullable=False),
    sa.Column("next_try_at", UtcDateTime),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("closed_by", sa.Text),
    sa.Column("close_reason", sa.Text),
)
partial_unique(
    "one_open_exception_per_cause",
    exceptions.c.scope_kind,
    exceptions.c.scope,
    exceptions.c.cause,
    where=exceptions.c.closed_at.is_(None),
)
partial_index(
    "open_exceptions_of_a_step",
    exceptions.c.scope_kind,
    exceptions.c.scope,
    exceptions.c.step,
    where=exceptions.c.closed_at.is_(None),
)
partial_index(
    "open_exceptions_of_a_file",
    exceptions.c.export_file_id,
    where=sa.and_(exceptions.c.closed_at.is_(None), exceptions.c.export_file_id.is_not(None)),
)

exception_members = sa.Table(
    "exception_members",
    metadata,
    identity(),
    refers("exception_id", "exceptions"),
    refers("sending_id", "sendings"),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("left_at", UtcDateTime),
)
partial_index("open_members_of_a_sending", exception_members.c.sending_id, where=exception_members.c.left_at.is_(None))
partial_index(
    "open_members_of_an_exception", exception_members.c.exception_id, where=exception_members.c.left_at.is_(None)
)
sa.Index("members_of_an_exception", exception_members.c.exception_id)
sa.Index("members_of_a_sending", exception_members.c.sending_id)

exception_answers = sa.Table(  # answers that an exception is about: a person can have them read again
    "exception_answers",
    metadata,
    identity(),
    refers("exception_id", "exceptions"),
    refers("answer_id", "answers"),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("read_again_at", UtcDateTime),  # when a person asked for it; empty again once it was read
    sa.Column("read_again_for", sa.Text),  # who asked, and why
    sa.Column("left_at", UtcDateTime),
)
partial_unique(
    "one_answer_per_exception",
    exception_answers.c.exception_id,
    exception_answers.c.answer_id,
    where=exception_answers.c.left_at.is_(None),
)
partial_index(
    "open_exceptions_of_an_answer", exception_answers.c.answer_id, where=exception_answers.c.left_at.is_(None)
)
partial_index(
    "open_answers_to_read_again",
    exception_answers.c.answer_id,
    where=sa.and_(exception_answers.c.left_at.is_(None), exception_answers.c.read_again_at.is_not(None)),
)

events = sa.Table(
    "events",
    metadata,
    identity(),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("business_day", sa.Date, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),  # sending, file, exception, answer, endpoint, flow
    sa.Column("subject_id", sa.BigInteger, nullable=False),
    sa.Column("order_id", sa.BigInteger),
    sa.Column("export_file_id", sa.BigInteger),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("origin", sa.Text),
    sa.Column("target", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("pass_id", sa.BigInteger),
    sa.Column("fence", sa.BigInteger),
)
partial_index("events_of_an_order", events.c.order_id, where=events.c.order_id.is_not(None))
partial_index("events_of_a_file", events.c.export_file_id, where=events.c.export_file_id.is_not(None))

"""The first schema.

Written out and never changed again: later changes get a migration of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
APPEND_ONLY = "events are append-only"


def upgrade() -> None:
    """Tables, keys and triggers."""
    _endpoints()
    _events()
    _stores()
    _export_files()
    _flows()
    _orders()
    _passes()
    _register_entries()
    _answers()
    _exceptions()
    _external_ids()
    _revisions()
    _sendings()
    _exception_members()
    _results()
    _events_are_append_only()


def _endpoints() -> None:
    op.create_table(
        "endpoints",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_sequence_number", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("paused_at", INSTANT, nullable=True),
        sa.Column("paused_by", sa.Text(), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=True),
        sa.Column("register_read_at", INSTANT, nullable=True),
        sa.Column("register_digest", sa.Text(), nullable=True),
        sa.Column("register_entries", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_row_per_endpoint", "endpoints", ["name"], unique=True)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("export_file_id", sa.BigInteger(), nullable=True),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("pass_id", sa.BigInteger(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "events_of_a_file",
        "events",
        ["export_file_id"],
        unique=False,
        sqlite_where=sa.text("export_file_id IS NOT NULL"),
        postgresql_where=sa.text("export_file_id IS NOT NULL"),
    )
    op.create_index(
        "events_of_an_order",
        "events",
        ["order_id"],
        unique=False,
        sqlite_where=sa.text("order_id IS NOT NULL"),
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )


def _stores() -> None:
    op.create_table(
        "stores",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_row_per_store", "stores", ["name"], unique=True)


def _export_files() -> None:
    op.create_table(
        "export_files",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("endpoint_id", ID, nullable=False),
        sa.Column("sequence_number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("contract_digest", sa.Text(), nullable=False),
        sa.Column("archive_path", sa.Text(), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.Column("in_place_at", INSTANT, nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("temporary_name", sa.Text(), nullable=True),
        sa.Column("placed_at", INSTANT, nullable=True),
        sa.Column("inferred", sa.Boolean(), nullable=False),
        sa.Column("answer_within_s", sa.Integer(), nullable=True),
        sa.Column("answer_due_at", INSTANT, nullable=True),
        sa.Column("overdue_at", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=True),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('announced', 'answered', 'placed', 'sealed', 'staged', 'withdrawn')", name="file_states"
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("files_by_digest", "export_files", ["sha256"], unique=False)
    op.create_index("gapless_file_number", "export_files", ["endpoint_id", "sequence_number"], unique=True)
    op.create_index("one_name_per_endpoint", "export_files", ["endpoint_id", "name"], unique=True)
    op.create_index(
        "open_files_awaiting_answer",
        "export_files",
        ["endpoint_id", "answer_due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('placed') AND answer_due_at IS NOT NULL"),
        postgresql_where=sa.text("state IN ('placed') AND answer_due_at IS NOT NULL"),
    )
    op.create_index(
        "open_files_elsewhere",
        "export_files",
        ["endpoint_id", "sequence_number"],
        unique=False,
        sqlite_where=sa.text("in_place_at IS NULL"),
        postgresql_where=sa.text("in_place_at IS NULL"),
    )
    op.create_index(
        "open_files_on_the_way",
        "export_files",
        ["endpoint_id", "sequence_number"],
        unique=False,
        sqlite_where=sa.text("state IN ('announced', 'sealed', 'staged')"),
        postgresql_where=sa.text("state IN ('announced', 'sealed', 'staged')"),
    )


def _flows() -> None:
    op.create_table(
        "flows",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("store_id", ID, nullable=False),
        sa.Column("endpoint_id", ID, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("write_back", sa.Boolean(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("next_due_at", INSTANT, nullable=True),
        sa.Column("paused_at", INSTANT, nullable=True),
        sa.Column("paused_by", sa.Text(), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
        ),
        sa.ForeignKeyConstraint(
            ["store_id"],
            ["stores.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_row_per_flow", "flows", ["name"], unique=True)


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("store_id", ID, nullable=False),
        sa.Column("store_order_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("latest_revision_id", ID, nullable=False),
        sa.Column("latest_revision_number", sa.Integer(), nullable=False),
        sa.Column("latest_digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"],
            ["stores.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_row_per_store_order", "orders", ["store_id", "store_order_id"], unique=True)
    op.create_index("orders_by_number", "orders", ["number"], unique=False)


def _passes() -> None:
    op.create_table(
        "passes",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("endpoint_id", ID, nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_pass_per_fence", "passes", ["endpoint_id", "fence"], unique=True)


def _register_entries() -> None:
    op.create_table(
        "register_entries",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("endpoint_id", ID, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("erp_number", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_register_entry_per_external_id", "register_entries", ["endpoint_id", "folded"], unique=True)


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("endpoint_id", ID, nullable=False),
        sa.Column("export_file_id", ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("archive_path", sa.Text(), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.Text(), nullable=True),
        sa.Column("collected_at", INSTANT, nullable=False),
        sa.Column("moved_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
        ),
        sa.ForeignKeyConstraint(
            ["export_file_id"],
            ["export_files.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("answers_by_digest", "answers", ["endpoint_id", "sha256"], unique=False)
    op.create_index("answers_by_name", "answers", ["endpoint_id", "name", "rows_read"], unique=False)
    op.create_index(
        "answers_of_a_file",
        "answers",
        ["export_file_id"],
        unique=False,
        sqlite_where=sa.text("export_file_id IS NOT NULL"),
        postgresql_where=sa.text("export_file_id IS NOT NULL"),
    )
    op.create_index(
        "one_answer_per_bytes",
        "answers",
        ["endpoint_id", "sha256"],
        unique=True,
        sqlite_where=sa.text("export_file_id IS NULL"),
        postgresql_where=sa.text("export_file_id IS NULL"),
    )
    op.create_index(
        "one_answer_per_bytes_and_file",
        "answers",
        ["endpoint_id", "sha256", "export_file_id"],
        unique=True,
        sqlite_where=sa.text("export_file_id IS NOT NULL"),
        postgresql_where=sa.text("export_file_id IS NOT NULL"),
    )
    op.create_index(
        "open_answers_to_move",
        "answers",
        ["endpoint_id"],
        unique=False,
        sqlite_where=sa.text("moved_at IS NULL"),
        postgresql_where=sa.text("moved_at IS NULL"),
    )


def _exceptions() -> None:
    op.create_table(
        "exceptions",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("scope_kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("temporary", sa.Boolean(), nullable=False),
        sa.Column("of_orders", sa.Boolean(), nullable=False),
        sa.Column("export_file_id", ID, nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["export_file_id"],
            ["export_files.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "one_open_exception_per_cause",
        "exceptions",
        ["scope_kind", "scope", "cause"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "open_exceptions_of_a_file",
        "exceptions",
        ["export_file_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND export_file_id IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND export_file_id IS NOT NULL"),
    )
    op.create_index(
        "open_exceptions_of_a_step",
        "exceptions",
        ["scope_kind", "scope", "step"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _external_ids() -> None:
    op.create_table(
        "external_ids",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("endpoint_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_external_id_per_endpoint", "external_ids", ["endpoint_id", "folded"], unique=True)
    op.create_index("one_external_id_per_order", "external_ids", ["order_id", "endpoint_id"], unique=True)


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("mapper_version", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("malformed", sa.Boolean(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("digits", sa.SmallInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.Column("archive_path", sa.Text(), nullable=False),
        sa.Column("archive_line", sa.Integer(), nullable=False),
        sa.Column("customer_key", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_revision_per_number", "revisions", ["order_id", "revision_number"], unique=True)
    op.create_index(
        "revisions_by_customer",
        "revisions",
        ["customer_key"],
        unique=False,
        sqlite_where=sa.text("customer_key IS NOT NULL"),
        postgresql_where=sa.text("customer_key IS NOT NULL"),
    )


def _sendings() -> None:
    op.create_table(
        "sendings",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("endpoint_id", ID, nullable=False),
        sa.Column("flow_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("judged_against", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=True),
        sa.Column("ready_at", INSTANT, nullable=True),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("pending_revision_id", ID, nullable=True),
        sa.Column("export_file_id", ID, nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("erp_number", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("digits", sa.SmallInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("received_day", sa.Date(), nullable=False),
        sa.Column("write_back_due_at", INSTANT, nullable=True),
        sa.Column("write_back_tries", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ("
            "'accepted', 'cancelled', 'delivered', 'exported', 'held', 'ready', 'received', "
            "'rejected', 'skipped', 'superseded', 'withdrawn', 'written_back'"
            ")",
            name="sending_states",
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
        ),
        sa.ForeignKeyConstraint(
            ["export_file_id"],
            ["export_files.id"],
        ),
        sa.ForeignKeyConstraint(
            ["flow_id"],
            ["flows.id"],
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.ForeignKeyConstraint(
            ["pending_revision_id"],
            ["revisions.id"],
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revisions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "exactly_one_new_sending",
        "sendings",
        ["endpoint_id", "order_id"],
        unique=True,
        sqlite_where=sa.text(
            "purpose IN ('new') AND (state NOT IN ('rejected', 'skipped', 'superseded', 'withdrawn'))"
        ),
        postgresql_where=sa.text(
            "purpose IN ('new') AND (state NOT IN ('rejected', 'skipped', 'superseded', 'withdrawn'))"
        ),
    )
    op.create_index(
        "one_sending_per_round",
        "sendings",
        ["order_id", "endpoint_id", "flow_id", "revision_id", "purpose", "round"],
        unique=True,
    )
    op.create_index(
        "open_sendings_due",
        "sendings",
        ["flow_id", "next_try_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('held') AND next_try_at IS NOT NULL"),
        postgresql_where=sa.text("state IN ('held') AND next_try_at IS NOT NULL"),
    )
    op.create_index(
        "open_sendings_ready",
        "sendings",
        ["flow_id", "purpose", "released", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('ready')"),
        postgresql_where=sa.text("state IN ('ready')"),
    )
    op.create_index(
        "open_sendings_to_judge",
        "sendings",
        ["flow_id", "state", "judged_against"],
        unique=False,
        sqlite_where=sa.text("state IN ('held', 'ready', 'received')"),
        postgresql_where=sa.text("state IN ('held', 'ready', 'received')"),
    )
    op.create_index(
        "open_sendings_to_write_back",
        "sendings",
        ["flow_id", "write_back_due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('accepted') AND write_back_due_at IS NOT NULL"),
        postgresql_where=sa.text("state IN ('accepted') AND write_back_due_at IS NOT NULL"),
    )
    op.create_index("sendings_by_day", "sendings", ["received_day"], unique=False)
    op.create_index(
        "sendings_by_erp_number",
        "sendings",
        ["erp_number"],
        unique=False,
        sqlite_where=sa.text("erp_number IS NOT NULL"),
        postgresql_where=sa.text("erp_number IS NOT NULL"),
    )
    op.create_index(
        "sendings_of_a_file",
        "sendings",
        ["export_file_id", "state"],
        unique=False,
        sqlite_where=sa.text("export_file_id IS NOT NULL"),
        postgresql_where=sa.text("export_file_id IS NOT NULL"),
    )


def _exception_members() -> None:
    op.create_table(
        "exception_members",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("exception_id", ID, nullable=False),
        sa.Column("sending_id", ID, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["exception_id"],
            ["exceptions.id"],
        ),
        sa.ForeignKeyConstraint(
            ["sending_id"],
            ["sendings.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("members_of_a_sending", "exception_members", ["sending_id"], unique=False)
    op.create_index("members_of_an_exception", "exception_members", ["exception_id"], unique=False)
    op.create_index(
        "open_members_of_a_sending",
        "exception_members",
        ["sending_id"],
        unique=False,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index(
        "open_members_of_an_exception",
        "exception_members",
        ["exception_id"],
        unique=False,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )


def _results() -> None:
    op.create_table(
        "results",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("answer_id", ID, nullable=False),
        sa.Column("sending_id", ID, nullable=True),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("erp_number", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["answers.id"],
        ),
        sa.ForeignKeyConstraint(
            ["sending_id"],
            ["sendings.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "results_of_a_sending",
        "results",
        ["sending_id"],
        unique=False,
        sqlite_where=sa.text("sending_id IS NOT NULL"),
        postgresql_where=sa.text("sending_id IS NOT NULL"),
    )
    op.create_index("results_of_an_answer", "results", ["answer_id"], unique=False)


def _events_are_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER events_no_{verb.lower()} BEFORE {verb} ON events "
                f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events "
        "FOR EACH ROW EXECUTE FUNCTION events_append_only()"
    )
    op.execute(
        "CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION events_append_only()"
    )

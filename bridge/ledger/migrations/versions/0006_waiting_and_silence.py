"""Orders that wait by a rule are found when their time has come; what is remembered of a silent store.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DUE = "state IN ('held', 'received') AND next_try_at IS NOT NULL"


def upgrade() -> None:
    """One index anew and one table. Orders that are received already are judged at the next pass, as ever."""
    op.drop_index("open_sendings_due", table_name="sendings")
    op.create_index(
        "open_sendings_due",
        "sendings",
        ["flow_id", "next_try_at"],
        unique=False,
        sqlite_where=sa.text(DUE),
        postgresql_where=sa.text(DUE),
    )
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "store_watches",
        sa.Column("id", kind, sa.Identity(always=False), nullable=False),
        sa.Column("store_id", kind, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_day", sa.Date(), nullable=True),
        sa.Column("recount_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_watch_per_store", "store_watches", ["store_id"], unique=True)

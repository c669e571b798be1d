"""Change and cancel sendings: what they follow, and which flows send them.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ONE_AT_A_TIME = "purpose IN ('cancel', 'change') AND state IN ('delivered', 'exported', 'held', 'ready', 'received')"


def upgrade() -> None:
    """Columns with what they mean for the rows that are there: nothing was ever sent but `new`."""
    for name in ("sends_changes", "sends_cancellations"):
        op.add_column("flows", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("export_files", sa.Column("purpose", sa.Text(), server_default="new", nullable=False))
    op.add_column("sendings", sa.Column("change_number", sa.Integer(), nullable=True))
    # SQLite adds a key to a table only together with its column
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE sendings ADD COLUMN first_sending_id {kind} REFERENCES sendings (id)")
    op.create_index(
        "one_change_at_a_time",
        "sendings",
        ["order_id", "endpoint_id"],
        unique=True,
        sqlite_where=sa.text(ONE_AT_A_TIME),
        postgresql_where=sa.text(ONE_AT_A_TIME),
    )
    op.create_index(
        "changes_of_a_sending",
        "sendings",
        ["first_sending_id"],
        unique=False,
        sqlite_where=sa.text("first_sending_id IS NOT NULL"),
        postgresql_where=sa.text("first_sending_id IS NOT NULL"),
    )

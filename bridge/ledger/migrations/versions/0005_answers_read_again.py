"""Which answers an exception is about, so that they can be read again.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = "left_at IS NULL"
DUE = "left_at IS NULL AND read_again_at IS NOT NULL"


def upgrade() -> None:
    """One table. Exceptions that are open already name no answer: they go on as they were."""
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "exception_answers",
        sa.Column("id", kind, sa.Identity(always=False), nullable=False),
        sa.Column("exception_id", kind, nullable=False),
        sa.Column("answer_id", kind, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_again_for", sa.Text(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["exception_id"], ["exceptions.id"]),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for name, columns, unique, where in (
        ("one_answer_per_exception", ["exception_id", "answer_id"], True, OPEN),
        ("open_exceptions_of_an_answer", ["answer_id"], False, OPEN),
        ("open_answers_to_read_again", ["answer_id"], False, DUE),
    ):
        op.create_index(
            name,
            "exception_answers",
            columns,
            unique=unique,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )

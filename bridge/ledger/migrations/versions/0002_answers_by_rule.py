"""Answers by rule, and levels below the verdict.

Which rule of the profile read an answer (equal bytes under two rules say two things), how far a result reaches, the
highest level that a sending has reached, and names of export files compared case-blind.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns, and the keys of an answer with its rule in them."""
    op.add_column("sendings", sa.Column("answer_level", sa.SmallInteger(), nullable=True))
    op.add_column("results", sa.Column("level", sa.SmallInteger(), nullable=True))
    op.add_column("answers", sa.Column("rule", sa.Text(), nullable=False, server_default=""))
    _answer_key("one_answer_per_bytes", ["endpoint_id", "sha256", "rule"], "export_file_id IS NULL")
    _answer_key(
        "one_answer_per_bytes_and_file",
        ["endpoint_id", "sha256", "export_file_id", "rule"],
        "export_file_id IS NOT NULL",
    )
    op.create_index("files_by_name_case_blind", "export_files", ["endpoint_id", sa.text("lower(name)")], unique=False)


def _answer_key(name: str, columns: list[str], condition: str) -> None:
    op.drop_index(name, table_name="answers")
    op.create_index(
        name,
        "answers",
        columns,
        unique=True,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )

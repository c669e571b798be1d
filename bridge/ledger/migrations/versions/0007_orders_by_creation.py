"""Revisions by the order's time of creation: a sweep asks which orders of a span are known.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One index."""
    op.create_index("revisions_by_creation", "revisions", ["created_at"], unique=False)

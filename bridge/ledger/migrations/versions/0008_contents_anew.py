"""Beside the content of a revision: what its kept original says by a later mapping.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column. Without it a revision says what it always said, until its original is read anew."""
    op.add_column("revisions", sa.Column("content_anew", sa.LargeBinary(), nullable=True))

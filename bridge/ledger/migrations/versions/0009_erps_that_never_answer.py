"""Whether an ERP ever answers: without a word of it, what is delivered is all that will be known.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column. The deployment says at its next start which endpoints never answer."""
    op.add_column("endpoints", sa.Column("delivered_is_final", sa.Boolean(), server_default=sa.false(), nullable=False))

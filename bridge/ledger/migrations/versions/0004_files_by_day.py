"""Files by business day: the number of a file within its day is counted when it is sealed.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One index."""
    op.create_index("files_by_day", "export_files", ["endpoint_id", "business_day"], unique=False)

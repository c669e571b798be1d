"""What is remembered of a store so that its silence is seen (same metadata)."""

from __future__ import annotations

import sqlalchemy as sa

from bridge.ledger.columns import UtcDateTime, identity, refers
from bridge.ledger.tables import metadata

store_watches = sa.Table(
    "store_watches",
    metadata,
    identity(),
    refers("store_id", "stores"),
    sa.Column("since", UtcDateTime, nullable=False),  # when watching began, or when the newest order was placed
    sa.Column("told_since", UtcDateTime),  # the `since` of which people were told that it is long ago
    sa.Column("counted_day", sa.Date),  # the last day of which the store's count was asked
    sa.Column("recount_at", UtcDateTime),  # when days that did not agree are counted again
)
sa.Index("one_watch_per_store", store_watches.c.store_id, unique=True)

"""How a process that makes passes uses Python's cycle collector."""

from __future__ import annotations

import gc

# New containers between two looks at the youngest ones. A page of 500 orders makes some 20,000, which all die with the
# page and without the collector; Python's own 700 made it walk the page thirty times. Nothing grows from page to page.
YOUNG_MAX = 20_000


def calm_collector() -> None:
    """Once, when everything is loaded: modules, settings, profiles and schemas are not walked again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, 10, 10)

"""A simulated shop as a process of its own: the body of `bridge simulate store`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence

from bridge.simulator.shops.served_shop import ServedShop


def run_shop(
    shop: ServedShop, further: Callable[[str], Sequence[str]] = lambda _: (), say: Callable[[str], None] = print
) -> None:
    """Be a shop until SIGTERM or Ctrl-C. further: what to say of a shop at an address, before the acts of its desk."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with shop:
        say(f"{shop.title} simulator at {shop.url}")
        for line in (*further(shop.url), *shop.commands()):
            say(f"  {line}".rstrip())
        over.wait()

"""One fresh process that renders so many orders of one form and tells its peak memory, as one JSON line.

Usage: python -m bench.rendering_child TITLE ORDERS
A form that batches gets all its orders in one file; one that does not gets a file for each. Orders come one by one and
what is rendered is hashed and forgotten, as the export step does; only the ledger and the archive are not there.
"""

from __future__ import annotations

import gc
import hashlib
import json
import sys
import time

from bench.child import peak_rss_kib
from bench.rendering import DAY, FORMS, SEALED_AT, loaded, trees
from bridge.profiles.formats.base import FileContext


def main(title: str, orders: int) -> dict[str, float]:
    """Render them; gives seconds, bytes, files and the peak."""
    profile = loaded(next(form for form in FORMS if form.title == title))
    seen, size, files, begun = hashlib.sha256(), 0, 0, time.process_time()
    context = FileContext(1, "F1", "acme", DAY, SEALED_AT, orders if profile.batchable else 1)
    renderer = profile.renderer(context)
    gc.freeze()  # as the engine does when it starts
    for number, tree in enumerate(trees(profile, orders)):
        head = renderer.head() if number == 0 or not profile.batchable else b""
        pieces = [head, renderer.order(tree)]
        if number == orders - 1 or not profile.batchable:
            pieces.append(renderer.tail())
            files += 1
            renderer = profile.renderer(context)
        for piece in pieces:
            seen.update(piece)
            size += len(piece)
    seconds = time.process_time() - begun
    return {"peak_kib": peak_rss_kib(), "bytes": size, "files": files, "cpu_s": seconds}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], int(sys.argv[2]))) + "\n")

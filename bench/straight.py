"""The honest yardstick: parse, map, render, hash and write the same orders with no checks, no ledger and no archive.

Usage: python -m bench.straight csv|ubl RENDERER ORDERS.jsonl MAPS FOLDER
RENDERER: format (f-strings), library (csv.writer or lxml), jinja. The benchmark takes the fastest of the three.
The files have the bytes that the bridge writes (but for the moment in csv's head row): csv 500 orders a file, ubl one
order a file, each with its `.sha256` sidecar. Nothing is kept between files, nothing is forced to the disk. The last
line of output is JSON: seconds, and files written. The clock starts when Python and its libraries are loaded.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import straight_csv, straight_ubl
from bench.straight_orders import Maps, batches

FORMS = {
    "csv": (straight_csv.RENDERERS, straight_csv.ORDERS_PER_FILE, "csv"),
    "ubl": (straight_ubl.RENDERERS, 1, "xml"),
}


def main(form: str, renderer: str, source: Path, maps_folder: Path, folder: Path) -> int:
    """Write every file and its sidecar; gives the number of files."""
    renderers, size, extension = FORMS[form]
    render = renderers[renderer]
    maps = Maps.read(maps_folder)
    now = datetime.now(UTC)
    number = 0
    for number, batch in enumerate(batches(source, size), start=1):
        content = render(batch, number, maps, now)
        name = f"ORD_{number:06}.{extension}"
        (folder / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        (folder / f"{name}.sha256").write_text(f"{digest}  {name}\n")
    return number


if __name__ == "__main__":
    wall, cpu = time.perf_counter(), time.process_time()
    files = main(sys.argv[1], sys.argv[2], *(Path(argument) for argument in sys.argv[3:6]))
    told = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu, "files": files}
    sys.stdout.write(json.dumps(told) + "\n")

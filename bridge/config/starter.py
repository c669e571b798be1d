"""A new deployment folder: a commented bridge.toml, the four maps, and a page that says what is what."""

from __future__ import annotations

import os
from pathlib import Path

from bridge.config.shipped import samples_folder
from bridge.domain.errors import ConfigurationRefused

STARTER = "starter"
MADE_EMPTY = ("profiles", "orders", "erp/in", "erp/out")


def write_starter(folder: Path) -> list[Path]:
    """Write the starter into a new or empty folder. Gives the files. Raises ConfigurationRefused if it is in use."""
    source = samples_folder() / STARTER
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what = "is not empty; nothing was written" if folder.is_dir() else "is a file"
        raise ConfigurationRefused(place=str(folder), what=what, cure="Name a new folder, or an empty one.")
    written = []
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as opened:
            opened.write(path.read_bytes())
        # As old as what it is made from, so that `cp -p examples/order.json orders/` drops a file that stands still.
        os.utime(target, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
        written.append(target)
    for name in MADE_EMPTY:
        (folder / name).mkdir(parents=True, exist_ok=True)
    return written

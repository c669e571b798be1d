"""A built-in profile as the deployment's own, changed as its integrator would change it."""

from __future__ import annotations

import shutil

from bridge.config.shipped import templates_folder
from tests.world import World


def own_profile(here: World, *changes: tuple[str, str], name: str = "csv-orders") -> None:
    """Copy it below profiles/ and replace texts of its profile.toml. Changes the last copy's place."""
    folder = here.folder / "profiles" / name
    shutil.copytree(templates_folder() / name, folder, dirs_exist_ok=True)
    text = (folder / "profile.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{name} has no {old!r}"
        text = text.replace(old, new)
    (folder / "profile.toml").write_text(text, encoding="utf-8")

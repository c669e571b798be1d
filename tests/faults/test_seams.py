"""Effects happen at the seams only: else the crash battery would not kill there.

A call that changes a disk, a database or another machine must stand in one of the listed modules, where it announces
itself through `bridge.domain.effects`. Simulators, the demo and previews of configuration change nothing that a pass
relies on.
"""

from __future__ import annotations

import ast
from pathlib import Path

BRIDGE = Path(__file__).resolve().parents[2] / "bridge"

# Modules that may call, and why that is enough.
SEAMS = {
    "archive/effects.py": "every change of the archive's disk",
    "ledger/database.py": "every commit",
    "ledger/migrating.py": "brings the schema up before any pass",
    "transports/packets.py": "every SFTP request",
    "transports/local_effects.py": "every change of a mounted share",
    "stores/http.py": "every HTTP request to a shop",
    "stores/folder/effects.py": "every change of a store's folders",
    "stores/sql/database.py": "every commit in a shop's database",
    "stores/magento/number_field.py": "the file that stops writes to a shop which changed more than it was told",
}
NO_PART_OF_A_PASS = ("simulator/", "cli/", "testing/", "reports/", "config/starter.py", "profiles/drafting/")
HARMLESS = {
    "config/items.py": "keeps the ERP's item list for a person's command, no part of a pass",
    "engine/health.py": "the health file is rewritten by each pass",
    "engine/lease.py": "the lock file holds a process number for people",
    "flow/site.py": "makes empty folders",
    "flow/trial.py": "is `bridge check`, no part of a pass",
    "flow/answer_folder.py": "renames by the transport's own verb, which ends at a seam",
    "flow/collect.py": "clears downloads of an earlier pass, which are of no value",
    "flow/register.py": "clears downloads of an earlier pass, which are of no value",
    "engine/passes.py": "touches the mark of the last tidying",
    "profiles/hostile_trials.py": "proves a profile in a folder of its own, no part of a pass",
    "profiles/proof.py": "proves a profile in a folder of its own, no part of a pass",
    "transports/doubt.py": "renames by the transport's own verb, which ends at a seam",
    "transports/handover.py": "renames by the transport's own verb, which ends at a seam",
    "transports/jobs.py": "builds requests that packets.py sends",
    "transports/probe.py": "renames by the transport's own verb, which ends at a seam",
    "transports/sftp.py": "is the verb that packets.py carries out",
}
CHANGING = {
    "fsync", "fdatasync", "rename", "replace", "link", "hardlink_to", "unlink", "rmdir", "mkdir", "makedirs",
    "write_bytes", "write_text", "commit", "sendall", "symlink_to", "touch", "truncate", "ftruncate",
}  # fmt: skip
STRING_METHODS = {"replace"}  # str.replace and datetime.replace: told apart by their arguments


def changing_calls(path: Path) -> list[str]:
    """`file:line name` of each call in one module that changes something outside the process."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
            if isinstance(node.func.value, ast.Name) and node.func.value.id.endswith("effects"):
                continue  # a call of a seam's function, by the seam's name
            if node.func.attr in STRING_METHODS and (len(node.args) != 1 or node.keywords):
                continue  # a text's or an instant's replace; a path's has one argument
            found.append(f"{path.relative_to(BRIDGE)}:{node.lineno} {node.func.attr}")
    return found


def test_every_effect_of_a_pass_stands_at_a_seam() -> None:
    stray = []
    for path in sorted(BRIDGE.rglob("*.py")):
        name = path.relative_to(BRIDGE).as_posix()
        if name in SEAMS or name in HARMLESS or name.startswith(NO_PART_OF_A_PASS) or "/migrations/" in name:
            continue
        stray += changing_calls(path)
    assert stray == []


def test_the_seams_announce_their_effects() -> None:
    silent = [name for name in SEAMS if "effect(" not in (BRIDGE / name).read_text(encoding="utf-8")]
    assert silent == []


def test_a_stray_effect_would_be_seen(tmp_path: Path) -> None:
    stray = BRIDGE / "domain" / "money.py"
    assert changing_calls(stray) == []
    tree = ast.parse("import os\nos.fsync(3)\n")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert [node.func.attr for node in calls if isinstance(node.func, ast.Attribute)] == ["fsync"]

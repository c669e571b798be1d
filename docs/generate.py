"""Write the pages that are made from the code: docs/exceptions.md, docs/commands.md, docs/settings.md,
docs/profile-keys.md, docs/built-in-profiles.md, docs/columns.md.

Usage: python docs/generate.py          writes them
       python docs/generate.py --check  ends with 1 when a page is not what the code says (a test runs this)
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

import bridge
from bridge.cli.json_keys import MEANINGS, PRINTED
from bridge.cli.main import app
from bridge.config.settings_page import page as settings_page
from bridge.domain import errors
from bridge.domain.problems import ProblemKind
from bridge.domain.states import FILE_MOVES, SENDING_MOVES
from bridge.profiles.built_in_page import page as built_in_page
from bridge.profiles.settings_page import page as profile_keys_page
from bridge.stores.rows.columns_page import page as columns_page

DOCS = Path(__file__).parent


def problem_kinds() -> dict[str, ProblemKind]:
    """Every kind that any module of the product defines, by code. Two kinds with one code are a mistake."""
    kinds: dict[str, ProblemKind] = {}
    for module in pkgutil.walk_packages(bridge.__path__, "bridge."):
        if module.name.startswith(("bridge.simulator", "bridge.testing")) or module.name.endswith("__main__"):
            continue
        if ".migrations" in module.name:
            continue
        for kind in kinds_in(importlib.import_module(module.name)):
            if kinds.setdefault(kind.code, kind) is not kind:
                raise SystemExit(f"two problem kinds have the code {kind.code}")
    return dict(sorted(kinds.items()))


def kinds_in(module: object) -> Iterator[ProblemKind]:
    """The kinds among a module's names, and those of its error classes."""
    for value in vars(module).values():
        if isinstance(value, ProblemKind):
            yield value
        elif isinstance(value, type) and issubclass(value, errors.BridgeError) and "kind" in vars(value):
            yield value.kind
        elif isinstance(value, tuple | list):
            yield from (item for item in value if isinstance(item, ProblemKind))


def words(template: str) -> str:
    """A template with its subject's words in angle brackets, safe in a table."""
    told = re.sub(r"\{\{|\}\}|\{(\w+)[^}]*\}", _word, template)
    return told.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")


def _word(found: re.Match[str]) -> str:
    """A brace that is written twice stands for itself."""
    return f"<{found[1]}>" if found[1] else found[0][0]


def exceptions_page() -> str:
    """docs/exceptions.md."""
    lines = [
        "# Exceptions: every code, what it means, what to do",
        "",
        "Generated from the code by `make docs`; do not edit. An exception is one cause with all orders that it holds.",
        "*By itself*: tried again without you, until the flow's `tries_max` or `age_max_s`; then it needs a person.",
        "",
        "| code | when it opens | what you read | what to do | tried again |",
        "|---|---|---|---|---|",
    ]
    for code, kind in problem_kinds().items():
        again = "by itself" if kind.temporary else "by you"
        row = (f"`{code}`", words(kind.meaning), words(kind.message), words(kind.action), again)
        lines.append(f"| {' | '.join(row)} |")
    lines += ["", "## Exit codes", "", "| code | means |", "|---|---|"]
    for value, meaning in EXIT_CODES.items():
        lines.append(f"| {value} | {meaning} |")
    lines += ["", "## The life of an order's sending", "", *moves(SENDING_MOVES)]
    lines += ["", "## The life of an export file", "", *moves(FILE_MOVES)]
    return "\n".join(lines) + "\n"


EXIT_CODES = {
    errors.EXIT_OK: "done",
    errors.EXIT_FAILED: "the command could not do what was asked; the message says why",
    errors.EXIT_CONFIGURATION: "the configuration or the arguments are wrong; the message names file and line",
    errors.EXIT_BUSY: "another process works on the endpoint; nothing was done, nothing needs to be",
    errors.EXIT_ATTENTION: "done, and open exceptions need a person",
    errors.EXIT_DAMAGED: "verification found damage; the message names the files",
}


def moves(table: object) -> list[str]:
    """A table of allowed moves."""
    assert isinstance(table, dict)
    rows = ["| from | to |", "|---|---|"]
    for origin, targets in table.items():
        listed = ", ".join(f"`{target.value}`" for target in sorted(targets)) or "(the end)"
        rows.append(f"| `{origin.value}` | {listed} |")
    return rows


def commands_page() -> str:
    """docs/commands.md."""
    root = typer.main.get_command(app)
    lines = [
        "# Commands",
        "",
        "Generated from the code by `make docs`; do not edit. Exit codes: [exceptions.md](exceptions.md#exit-codes).",
        "`--json` prints one JSON document on standard output. Its keys are listed with each command and are stable:",
        "a key is only ever added. Times are ISO 8601 in UTC, amounts exact text, what is not known is null.",
        "",
    ]
    for name, command in walk(root, "bridge"):
        lines += [f"## `{name}`", "", (command.help or "").strip(), ""]
        shown = [parameter for parameter in command.params if parameter.name != "help"]
        if shown:
            lines += ["| option | meaning |", "|---|---|"]
            lines += [
                f"| {option(parameter)} | {words(getattr(parameter, 'help', None) or '')} |" for parameter in shown
            ]
            lines.append("")
        lines += json_keys(name.removeprefix("bridge "))
    return "\n".join(lines).rstrip() + "\n"


def json_keys(command: str) -> list[str]:
    """What `--json` of a command prints, as a table."""
    printed = PRINTED.get(command)
    if printed is None:
        return []
    shape = "a list of objects" if printed.is_list else "one object"
    lines = [f"`--json`: {shape}.", "", "| key | holds |", "|---|---|"]
    lines += [f"| `{key}` | {MEANINGS[key]} |" for key in printed.keys]
    for name, keys in printed.lists.items():
        lines.append(f"| `{name}` | {MEANINGS[name]}: a list of objects |")
        lines += [f"| `{name}[].{key}` | {MEANINGS[key]} |" for key in keys]
    return [*lines, ""]


def walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:  # typer brings its own copy of click
    """Each command with its whole name, groups left out."""
    if not hasattr(command, "commands"):
        yield name, command
        return
    for part, inner in sorted(command.commands.items()):
        yield from walk(inner, f"{name} {part}")


def option(parameter: Any) -> str:
    """`--name` or `NAME`."""
    if parameter.param_type_name == "argument":
        return f"`{(parameter.name or '').upper()}`"
    return ", ".join(f"`{one}`" for one in parameter.opts)


PAGES = {
    "exceptions.md": exceptions_page,
    "commands.md": commands_page,
    "settings.md": settings_page,
    "profile-keys.md": profile_keys_page,
    "built-in-profiles.md": built_in_page,
    "columns.md": columns_page,
}


def main() -> int:
    """Write or check."""
    stale = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    if "--check" in sys.argv and stale:
        sys.stderr.write(f"not what the code says: {', '.join(stale)}; run: make docs\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

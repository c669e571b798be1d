"""Whoever asks for help gets it, for each command, on any terminal."""

from __future__ import annotations

from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bridge.cli.main import app
from tests.cli.commands import as_process
from tests.cli.test_json_keys import every_command

COMMANDS = dict(every_command(typer.main.get_command(app)))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_what_it_does_and_what_each_option_means(name: str) -> None:
    told = CliRunner().invoke(app, [*name.split(), "--help"])
    assert told.exit_code == 0
    command: Any = COMMANDS[name]
    first = command.help.split(".")[0].split()[:4]
    assert " ".join(first) in " ".join(told.stdout.split())
    acts = {"--reason", "--by"} & {word for parameter in command.params for word in parameter.opts}
    assert acts in (set(), {"--reason", "--by"}), "an act takes both"


@pytest.mark.parametrize(
    "group",
    ["", "orders", "files", "exceptions", "archive", "items", "profile", "simulate"],
    ids=lambda name: name or "bridge",
)
def test_a_group_alone_lists_its_commands(group: str) -> None:
    told = CliRunner().invoke(app, [*group.split()])
    for name in COMMANDS:
        if name.startswith(f"{group} " if group else name):
            assert name.split()[-1 if group else 0] in told.output


def test_the_version_is_told() -> None:
    told = as_process("--version")
    assert told.exit_code == 0
    assert told.out.startswith("erp-bridge 0.")

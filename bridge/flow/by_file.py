"""Cures of orders that come in files: what is corrected in the shop is known once a file tells it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bridge.config.values import FlowSettings
from bridge.domain.checks import CHECKS
from bridge.domain.problems import Problem
from bridge.flow.site import Held

# Checks with a cure in the shop; their other cures, of maps and of bridge.toml, need no new file.
_IN_THE_SHOP = frozenset(kind.code for kind, _ in CHECKS if "{store}" in kind.action)
AGAIN = "What is corrected in {store} counts once a new file with the order lies in its folder."


def told_by_file(problems: Sequence[Problem], flow: FlowSettings, held: Held) -> tuple[Problem, ...]:
    """The problems of one order; of a store that cannot be asked for it, with how a correction gets here."""
    if not problems or held.store(flow.store).describe().by_id:
        return tuple(problems)
    again = AGAIN.format(store=flow.store)
    return tuple(replace(one, action=f"{one.action} {again}") if one.code in _IN_THE_SHOP else one for one in problems)

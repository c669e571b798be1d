"""A small carrier for tests: announces, stages, places and settles as the flow does, keeping its ledger in a dict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from bridge.domain.errors import BridgeError
from bridge.domain.handover import Handover, temporary_name
from bridge.transports import (
    HandoverFile,
    Look,
    Receipt,
    Staged,
    Transport,
    place_whole,
    remove_leftovers,
    settle_file,
    stage,
)


class State(Enum):
    """Where a file stands, as the ledger would know it."""

    SEALED = 0
    ANNOUNCED = 1
    STAGED = 2
    PLACED = 3


@dataclass
class Carrier:
    """Carries files into one folder over connections that may die."""

    connect: Callable[[], Transport]
    handover: Handover
    folder: str = "inbound"
    files: dict[str, HandoverFile] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    troubles: list[BridgeError] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # files that a person has to decide about

    def take(self, files: Sequence[HandoverFile]) -> None:
        """Sealed files to be carried; attempts begin with 1."""
        for file in files:
            self.files[file.name] = replace(file, attempt=0)
            self.states[file.name] = State.SEALED

    def run_pass(self) -> None:
        """Settle, then deliver; what goes wrong is noted."""
        try:
            with self.connect() as transport:
                self.settle(transport)
                self.deliver(transport)
        except BridgeError as error:
            self.troubles.append(error)

    def run_until_placed(self, passes_max: int = 8) -> int:
        """Gives how many passes it took."""
        for count in range(1, passes_max + 1):
            self.run_pass()
            if self.asked or set(self.states.values()) == {State.PLACED}:
                return count
        raise AssertionError(f"not placed after {passes_max} passes: {self.states} {self.troubles}")

    def settle(self, transport: Transport) -> None:
        """Resolve what an earlier pass left open."""
        for name, state in self.states.items():
            facts = self.files[name].facts(self.files[name].attempt)
            if state is State.ANNOUNCED:
                self.states[name] = State.SEALED
            elif state is State.STAGED:
                look = settle_file(facts, transport, self.folder, self.handover).look
                if look in (Look.STRANGER, Look.UNSURE):
                    self.asked.append(name)
                    continue
                self.states[name] = State.SEALED if look is Look.NOT_PLACED else State.PLACED
            else:
                continue
            remove_leftovers([facts], transport, self.folder)

    def deliver(self, transport: Transport) -> None:
        """Announce, stage, place."""
        waiting = [self._announced(name) for name, state in self.states.items() if state is State.SEALED]
        staged: list[Staged] = []
        for outcome in stage(waiting, transport, self.folder, self.handover):
            if isinstance(outcome, BridgeError):
                self.troubles.append(outcome)
                break
            staged.append(outcome)
            self.states[outcome.file.name] = State.STAGED
        for receipt in place_whole(staged, transport, self.folder, self.handover):
            if isinstance(receipt, Receipt):
                self.states[receipt.file.name] = State.PLACED
            else:
                self.troubles.append(receipt)

    def _announced(self, name: str) -> HandoverFile:
        attempt = self.files[name].attempt + 1
        self.files[name] = replace(self.files[name], attempt=attempt, temporary=temporary_name(name, attempt))
        self.states[name] = State.ANNOUNCED
        return self.files[name]

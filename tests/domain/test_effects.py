"""Effects announce themselves to the one who listens, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.domain.effects import effect, observe


class Listener:
    """Writes down what it hears; refuses the kind it is told to refuse."""

    def __init__(self, refuses: str = "") -> None:
        self.heard: list[str] = []
        self.refuses = refuses

    def before(self, kind: str) -> None:
        self.heard.append(f"before {kind}")
        if kind == self.refuses:
            raise OSError("refused")

    def after(self, kind: str) -> None:
        self.heard.append(f"after {kind}")


@pytest.fixture(autouse=True)
def _nobody_listens_afterwards() -> Iterator[None]:
    yield
    observe(None)


def test_an_effect_is_heard_before_and_after_it_is_done() -> None:
    listener = Listener()
    observe(listener)
    with effect("archive.link"):
        listener.heard.append("done")
    assert listener.heard == ["before archive.link", "done", "after archive.link"]


def test_an_effect_that_fails_has_no_after() -> None:
    listener = Listener()
    observe(listener)
    with pytest.raises(ValueError, match="broken"), effect("ledger.commit"):
        raise ValueError("broken")
    assert listener.heard == ["before ledger.commit"]


def test_a_refused_effect_does_not_happen() -> None:
    listener = Listener(refuses="sftp.rename")
    observe(listener)
    with pytest.raises(OSError, match="refused"), effect("sftp.rename"):
        listener.heard.append("done")
    assert listener.heard == ["before sftp.rename"]


def test_with_nobody_listening_the_effect_just_happens() -> None:
    assert observe(None) is None
    done = []
    with effect("http.request"):
        done.append(1)
    assert done == [1]

"""The errors that are raised, told apart where the knowledge is and never by reading text.

BridgeError                 carries a Problem; base of all that we raise on purpose
|- Unavailable              tried again by itself: nothing was changed on the other side
|- Refused                  a person must act: nothing was changed on the other side
|  |- NameTaken             the final name is already there
|  |- Missing               the thing asked for is not there
|  `- ConfigurationRefused  the deployment folder or the command is wrong (exit 2)
|- Doubtful                 outcome unknown: only `settle` goes on, by looking
`- Fault                    a bug of ours (a move that the tables do not allow, a promise about to break)

A room adds its own concrete classes below these, beside the code that raises them. Each class has a `kind`;
`docs/exceptions.md` is generated from all kinds.
"""

from __future__ import annotations

from typing import ClassVar

from bridge.domain.problems import Problem, ProblemKind

EXIT_OK = 0
EXIT_FAILED = 1  # the command could not do what was asked
EXIT_CONFIGURATION = 2  # configuration or arguments are wrong
EXIT_BUSY = 3  # another process works on the endpoint
EXIT_ATTENTION = 4  # done, but open exceptions need a person
EXIT_DAMAGED = 5  # verification found damage


class BridgeError(Exception):
    """An expected trouble, with business words. `str(error)` is the business message."""

    kind: ClassVar[ProblemKind]
    exit_code: ClassVar[int] = EXIT_FAILED

    def __init__(self, *, field: str | None = None, **subject: object) -> None:
        self.subject = subject
        self.problem: Problem = self.kind.problem(field=field, **subject)
        super().__init__(self.problem.message)


class Unavailable(BridgeError):
    """Tried again by itself, with a bound and a last word. `retry_after_s` when the other side named a wait."""

    retry_after_s: float | None = None


class Refused(BridgeError):
    """A person must act; repeating it unchanged gives the same answer."""


class NameTaken(Refused):
    """A rename or create found the name in use and changed nothing."""

    kind = ProblemKind(
        code="name-taken",
        title="{name} is already in the folder of {owner}",
        message="{name} is already in the folder of {owner}. Ours was not placed; the file there is untouched.",
        action="Ask the owner of {owner} who wrote {name}. Then: bridge files retry ENDPOINT NUMBER --reason TEXT.",
        cause="name:{owner}/{name}",
        meaning="The ERP's folder already holds a file under the name that ours must get.",
    )


class Missing(Refused):
    """The named remote file, order, file number or exception does not exist."""

    kind = ProblemKind(
        code="missing",
        title="{what} is not there",
        message="{what} is not there.",
        action="Check the name. `bridge status` and `bridge orders list` show what there is.",
        cause="missing:{what}",
        meaning="Something that was asked for by name does not exist.",
    )


class ConfigurationRefused(Refused):
    """The deployment folder says something that cannot be done; place and cure are named."""

    exit_code = EXIT_CONFIGURATION
    kind = ProblemKind(
        code="configuration",
        title="{place}: {what}",
        message="{place}: {what}",
        action="{cure}",
        cause="configuration:{place}",
        meaning="A file of the deployment folder, or a command's argument, is wrong. Place is file:line.",
    )


class Doubtful(BridgeError):
    """An effect was asked for and its outcome is unknown. Never repeat it: look first (settle)."""


class Fault(BridgeError):
    """A bug of ours, caught before it broke a promise. Ends the pass."""

    kind = ProblemKind(
        code="internal-fault",
        title="Internal fault: {what}",
        message="erp-bridge stopped before breaking a promise: {what}.",
        action="Send the log lines with reference {reference} to the maintainers; nothing was lost or sent twice.",
        cause="fault:{what}",
        meaning="A bug in erp-bridge. The order or pass concerned stands still; nothing was harmed.",
    )


class IllegalMove(Fault):
    """A state change that is not in `domain/states.py`."""


class NotSent(Unavailable):
    """An item of a batch that was not tried, because an earlier one of the batch failed."""

    kind = ProblemKind(
        code="not-sent",
        title="{name} waits for an earlier file",
        message="{name} was not sent, because an earlier file of the same batch was not placed.",
        action="Nothing to do: it follows by itself once the earlier file is placed.",
        cause="not-sent:{name}",
        meaning="Files go out in order; this one stood behind one that had trouble.",
        temporary=True,
    )

"""The ledger's errors, and the one table from a unique key's name to the error that its violation is.

Unavailable: FenceLost, MovedMeanwhile, SequenceMoved, RegisteredMeanwhile, LedgerUnavailable (nothing was changed)
Refused:     LedgerDamaged, NotPossible, FlowHasAnotherStore, LedgerFolderRefused, LedgerNewer
Fault:       PromiseKept (the database refused what would have broken a promise)
"""

from __future__ import annotations

from bridge.domain.errors import ConfigurationRefused, Fault, Refused, Unavailable
from bridge.domain.problems import ProblemKind


class FenceLost(Unavailable):
    """Another process took the endpoint over; this pass may change nothing any more."""

    kind = ProblemKind(
        code="fence-lost",
        title="{endpoint} is worked by another process",
        message="Another process took over {endpoint}; this pass stopped and changed nothing more.",
        action="Nothing to do: the other process goes on. If it happens often, look for a machine that sleeps.",
        cause="fence:{endpoint}",
        meaning="A pass found that a newer pass holds the endpoint, and stopped.",
        temporary=True,
    )


class MovedMeanwhile(Unavailable):
    """A person's act moved an order or file between the look and the act of a pass; nothing was changed."""

    kind = ProblemKind(
        code="moved-meanwhile",
        title="{what} changed while {endpoint} was worked",
        message="{what} changed by a person's act while {endpoint} was worked; the step starts afresh.",
        action="Nothing to do: the next pass takes it as it is now.",
        cause="moved:{endpoint}",
        meaning="A person acted on an order or file that a pass had just read.",
        temporary=True,
    )


class FlowHasAnotherStore(Refused):
    """The flow's store was changed in bridge.toml after this process began; nothing was changed."""

    kind = ProblemKind(
        code="flow-has-another-store",
        title="Flow {flow} has another store now",
        message="bridge.toml gives flow {flow} another store than when this bridge run began; what it fetched for "
        "{flow} from the store of before was not kept.",
        action="Restart bridge run: it works by the bridge.toml that it began with.",
        cause="flow-store:{flow}",
        meaning="The store of a flow was changed while the service went on with the settings of before.",
    )


class SequenceMoved(Unavailable):
    """The file number that was rendered with is not the next one any more; nothing was sealed."""

    kind = ProblemKind(
        code="sequence-moved",
        title="File number {expected} of {endpoint} is not the next one any more",
        message="File number {expected} of {endpoint} is not the next one any more ({found} is); nothing was sealed.",
        action="Nothing to do: the files are rendered again with the right number.",
        cause="sequence:{endpoint}",
        meaning="The number that a file was rendered with was drawn by someone else before the seal.",
        temporary=True,
    )


class RegisteredMeanwhile(Unavailable):
    """The ERP's register holds an order that was about to be sealed; nothing was sealed."""

    kind = ProblemKind(
        code="registered-meanwhile",
        title="{endpoint} already holds an order that was about to be sent",
        message="The register of {endpoint} already holds {external_id}; nothing was sealed.",
        action="Nothing to do: the order is linked to the ERP's document and not sent.",
        cause="registered:{endpoint}",
        meaning="An order was found in the ERP's register at the moment of sealing.",
        temporary=True,
    )


class LedgerUnavailable(Unavailable):
    """The database does not answer, is locked or has no space; the transaction was rolled back."""

    kind = ProblemKind(
        code="ledger-unavailable",
        title="The ledger cannot be written",
        message="The ledger's database did not take the transaction ({why}); nothing was changed.",
        action="Look at the disk's space and at the database. It is tried again by itself.",
        cause="ledger:unavailable",
        meaning="The database is locked for too long, out of reach, or its disk is full.",
        temporary=True,
    )


class LedgerDamaged(Refused):
    """The database file is not one, or its pages do not fit together; nothing was changed."""

    kind = ProblemKind(
        code="ledger-damaged",
        title="The ledger's file is damaged",
        message="The ledger's file is damaged or is no database ({why}). Nothing was changed and nothing is sent.",
        action="Keep the file aside, look at the disk, and restore ledger and archive from one backup.",
        cause="ledger:damaged",
        meaning="SQLite found that the ledger's file is not a database, or that its pages contradict each other.",
    )


class NotPossible(Refused):
    """A person asked for an act that the present state does not allow; nothing was changed."""

    kind = ProblemKind(
        code="not-possible",
        title="{what}: not possible now",
        message="{what}: not possible, because {why}.",
        action="{cure}",
        cause="act:{what}",
        meaning="An act of a person does not fit the state of the order, file or exception.",
    )


class LedgerFolderRefused(ConfigurationRefused):
    """The SQLite file lies where its locks cannot be trusted."""


class LedgerNewer(Refused):
    """The ledger was written by a newer erp-bridge."""

    kind = ProblemKind(
        code="ledger-newer",
        title="The ledger is of a newer version",
        message="The ledger is at version {found}; this erp-bridge knows versions up to {known}. Nothing was changed.",
        action="Install the erp-bridge that wrote it, or a newer one; or restore the backup of before the upgrade.",
        cause="ledger:newer",
        meaning="An older erp-bridge was started on a ledger that a newer one has changed.",
    )


class PromiseKept(Fault):
    """The database refused a row that would have broken a promise. A bug of ours; nothing was changed."""

    kind = ProblemKind(
        code="promise-kept",
        title="The ledger refused a second: {promise}",
        message="The ledger refused a change that would have broken a promise ({promise}); nothing was changed.",
        action="Send the log lines of this pass to the maintainers; nothing was lost or sent twice.",
        cause="promise:{promise}",
        meaning="A unique key of the ledger refused a row. Nothing went out twice.",
    )


class SecondNewSending(PromiseKept):
    """A second live `new` sending of one order to one endpoint."""


class SecondChangeSending(PromiseKept):
    """A second change or cancellation of one order without a verdict on the first."""


class FileNumberTaken(PromiseKept):
    """A file number that was drawn before."""


class FileNameTaken(PromiseKept):
    """A file name that the endpoint had before."""


class ExternalIdTaken(PromiseKept):
    """An external id that another order of the endpoint has."""


class AnswerAppliedBefore(PromiseKept):
    """An answer that was applied before."""


class ExceptionOpenBefore(PromiseKept):
    """A second open exception for one cause."""


CONSTRAINT_ERRORS: dict[str, type[PromiseKept]] = {
    "exactly_one_new_sending": SecondNewSending,
    "one_sending_per_round": SecondNewSending,
    "one_change_at_a_time": SecondChangeSending,
    "gapless_file_number": FileNumberTaken,
    "one_name_per_endpoint": FileNameTaken,
    "one_external_id_per_endpoint": ExternalIdTaken,
    "one_external_id_per_order": ExternalIdTaken,
    "one_answer_per_bytes_and_file": AnswerAppliedBefore,
    "one_answer_per_bytes": AnswerAppliedBefore,
    "one_open_exception_per_cause": ExceptionOpenBefore,
}

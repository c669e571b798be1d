"""The ledger: what is true of every order, sending, file and answer, and the few named changes of it.

The door: `Ledger` (open, migrate, enrol, take), `EndpointLedger` (what a pass may do), `Acts` (what a person may do),
`Reading` (what people ask), and the values that they speak in.
"""

from bridge.ledger.acts import Acts
from bridge.ledger.answer_kinds import ANSWER_COUNT_DIFFERS, ANSWER_KEYS_DISAGREE
from bridge.ledger.answers_again import AnswerToReadAgain
from bridge.ledger.endpoint_ledger import EndpointLedger
from bridge.ledger.errors import (
    FenceLost,
    LedgerFolderRefused,
    LedgerNewer,
    LedgerUnavailable,
    MovedMeanwhile,
    NotPossible,
    PromiseKept,
    RegisteredMeanwhile,
    SequenceMoved,
)
from bridge.ledger.exceptions import Trouble
from bridge.ledger.joining import JoinedFile
from bridge.ledger.judgements import JudgedSending, ToCheck
from bridge.ledger.kinds import CHANGED_AFTER_EXPORT, NOT_SENT_ANY_MORE, SENT_MAPS_UNREADABLE
from bridge.ledger.known_answers import AwaitingFile
from bridge.ledger.known_orders import Waiting
from bridge.ledger.ledger import Ledger
from bridge.ledger.places import Paused
from bridge.ledger.reading import Reading
from bridge.ledger.reading_sold import SoldOrder
from bridge.ledger.reading_values import (
    ArchivedFile,
    ChangeCount,
    ChangeView,
    ControlTotal,
    EndpointView,
    ExceptionView,
    FileView,
    HeldOrder,
    OrderView,
    PlacedOrder,
    ReportRow,
    RevisionView,
    StateCount,
    StoryLine,
)
from bridge.ledger.upcoming import Upcoming
from bridge.ledger.values import (
    AnswerToApply,
    AppliedAnswer,
    FileTold,
    InDoubt,
    KnownRevision,
    LogReadBefore,
    NewRevision,
    News,
    PageCounts,
    Placed,
    RegisterState,
    Remapped,
    SealedFile,
    SealRequest,
    ToDeliver,
    ToExport,
    ToMove,
    ToWriteBack,
    WrittenOutcome,
    WroteBack,
)
from bridge.ledger.watching import Counted, StoreWatch

__all__ = [
    "ANSWER_COUNT_DIFFERS",
    "ANSWER_KEYS_DISAGREE",
    "CHANGED_AFTER_EXPORT",
    "NOT_SENT_ANY_MORE",
    "SENT_MAPS_UNREADABLE",
    "Acts",
    "AnswerToApply",
    "AnswerToReadAgain",
    "AppliedAnswer",
    "ArchivedFile",
    "AwaitingFile",
    "ChangeCount",
    "ChangeView",
    "ControlTotal",
    "Counted",
    "EndpointLedger",
    "EndpointView",
    "ExceptionView",
    "FenceLost",
    "FileTold",
    "FileView",
    "HeldOrder",
    "InDoubt",
    "JoinedFile",
    "JudgedSending",
    "KnownRevision",
    "Ledger",
    "LedgerFolderRefused",
    "LedgerNewer",
    "LedgerUnavailable",
    "LogReadBefore",
    "MovedMeanwhile",
    "NewRevision",
    "News",
    "NotPossible",
    "OrderView",
    "PageCounts",
    "Paused",
    "Placed",
    "PlacedOrder",
    "PromiseKept",
    "Reading",
    "RegisterState",
    "RegisteredMeanwhile",
    "Remapped",
    "ReportRow",
    "RevisionView",
    "SealRequest",
    "SealedFile",
    "SequenceMoved",
    "SoldOrder",
    "StateCount",
    "StoreWatch",
    "StoryLine",
    "ToCheck",
    "ToDeliver",
    "ToExport",
    "ToMove",
    "ToWriteBack",
    "Trouble",
    "Upcoming",
    "Waiting",
    "WrittenOutcome",
    "WroteBack",
]

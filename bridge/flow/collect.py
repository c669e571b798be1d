"""Collect: the ERP's answers and its register become accepted and rejected sendings.

Per batch of answers: bytes durable in the archive, then one commit (answer, results, moves, events), then the remote
files move aside under names that carry our id. A failed move applies nothing twice. A malformed or hostile answer is
kept, becomes an exception, and the rest goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path, PurePath

import structlog

from bridge.archive import Kept, Placement
from bridge.config.values import EndpointSettings
from bridge.domain.answers import Result, ResultOutcome
from bridge.domain.errors import BridgeError, Missing, NameTaken, Refused
from bridge.domain.problems import Problem, ProblemKind
from bridge.flow.answer_folder import (
    ENTRIES_MAX,
    FILE_STEP,
    UNREAD_STEP,
    aside_name,
    complete_answers,
    grows,
    move_aside,
    move_in_turn,
    name_of,
    taken_folder,
)
from bridge.flow.register import collect_register
from bridge.flow.site import Held
from bridge.ledger import AnswerToApply, LogReadBefore
from bridge.profiles import AnswerSettings
from bridge.transports import RemoteFile, ServerFailed, SizeDiffers

log = structlog.get_logger(__name__)

ANSWERS_PER_COMMIT_MAX = 500
CHUNK_BYTES = 1 << 20
MOVED = (ResultOutcome.APPLIED, ResultOutcome.LATE)  # a late answer moves its order as any other
RESULTS_HELD_MAX = 5_000  # of one batch of answers; longer ones are read twice, so that memory stays flat


LOG_BEGUN_ANEW = ProblemKind(
    code="log-begun-anew",
    title="{name} from {endpoint} is not the log that was read before",
    message="{name} from {endpoint} does not begin with the {rows} rows that were read of it before, so its new rows "
    "cannot be told from old ones. None was applied.",
    action="Ask the owner of {endpoint} to begin each log under a name of its own, and to write this one under a new "
    "name.",
    cause="log-begun-anew:{endpoint}/{name}",
    meaning="A log that grows was cut, written over or begun anew under the same name.",
)


class AnswerTooLarge(Refused):
    """An answer beyond the profile's bound is left where it is."""

    kind = ProblemKind(
        code="answer-too-large",
        title="{name} from {endpoint} is too large",
        message="{name} from {endpoint} has {size} bytes; the profile allows {size_max}. It was not read.",
        action="If that size is right, raise answers.bytes_max in the profile; else ask the ERP's owner.",
        cause="answer-file:{endpoint}/{name}",
        meaning="An acknowledgement is larger than the profile's bound.",
    )


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer's bytes, durable under `incoming/`."""

    remote: RemoteFile
    name: str
    kept: Kept


@dataclass(frozen=True, slots=True)
class Read:
    """What one answer says: our file's name, how many results, the problem that quarantines it, rows read so far.

    results: None where there are too many to be held.
    """

    reference: str | None
    results: Sequence[Result] | None
    count: int
    problem: Problem | None
    from_row: int
    rows_read: int


class AnswerUnreadable(Refused):
    """One answer cannot be read; the others can."""

    kind = ProblemKind(
        code="answer-unreadable",
        title="{name} from {endpoint} cannot be read",
        message="{name} from {endpoint} cannot be read: {why}",
        action="Ask the owner of {endpoint} to let us read it, or to move it away. It is tried again by itself.",
        cause="answer-file:{endpoint}/{name}",
        meaning="The server refuses one file of the answer folder; the others are read.",
    )


def collect(endpoint: EndpointSettings, held: Held) -> int:
    """Take the answers that are complete, then the register. Gives how many results were applied.

    Raises at the end what keeps applied answers from being moved away: it keeps no answer from being read.
    """
    applied = 0
    unmoved: BridgeError | None = None
    answers = held.profile.answers
    if answers is not None and endpoint.transport.outbound is not None:
        move_aside(endpoint, held.ledger.to_move(ENTRIES_MAX), held)  # applied by an earlier pass
        waiting = held.ledger.to_move(ENTRIES_MAX)
        files = complete_answers(endpoint, answers, waiting, held)
        for start in range(0, len(files), ANSWERS_PER_COMMIT_MAX):
            applied += take(files[start : start + ANSWERS_PER_COMMIT_MAX], answers, held)
            if not held.has_time():
                break
        unmoved = move_aside(endpoint, held.ledger.to_move(ENTRIES_MAX), held)
        held.ledger.overdue(held.site.clock())
    applied += collect_register(endpoint, held)
    if unmoved is not None:
        raise unmoved
    return applied


def take(files: Sequence[RemoteFile], answers: AnswerSettings, held: Held) -> int:
    """Archive the batch, read it, apply it in one commit. Gives how many results were applied."""
    fetched = list(fetch_answers(files, answers, held))
    if not fetched:
        return 0
    held.archive.make_durable([one.kept for one in fetched])
    known = held.ledger.known_answers([(one.name, one.kept.sha256) for one in fetched])
    news = [one for one in fetched if (one.name, one.kept.sha256) not in known]
    read: list[Read] = []
    room = RESULTS_HELD_MAX
    for one in news:
        read.append(read_answer(one, answers, room, held))
        room -= len(read[-1].results or ())
    day = held.today()
    paths = held.archive.place(
        [placement_of(one, said.problem, day, held) for one, said in zip(news, read, strict=True)]
    )
    references = held.ledger.files_by_name([said.reference for said in read if said.reference])
    applied = held.ledger.apply_answers(
        [
            AnswerToApply(
                name=one.name,
                sha256=one.kept.sha256,
                size=one.kept.size,
                archive_path=str(path),
                business_day=day,
                export_file_id=references.get(said.reference) if said.reference else None,
                results=read_again(one, path, said, held) if said.results is None else said.results,
                rows_read=said.rows_read,
                problem=said.problem,
                remains=grows(one.name, answers),
            )
            for one, path, said in zip(news, paths, read, strict=True)
        ]
    )
    for one, said in zip(news, read, strict=True):
        log.debug("answer.applied", file_name=one.name, results=said.count, sha256=one.kept.sha256)
    again = [one for one in fetched if (one.name, one.kept.sha256) in known]
    again += [one for one, answer in zip(news, applied, strict=True) if answer.already]
    move_repeated([one for one in again if not grows(one.name, answers)], held)
    return sum(answer.outcomes.get(outcome, 0) for answer in applied for outcome in MOVED)


def fetch_answers(files: Sequence[RemoteFile], answers: AnswerSettings, held: Held) -> Iterator[Fetched]:
    """Each answer's bytes under `incoming/`; one that is too large or changed meanwhile is left for later."""
    scratch = held.scratch()
    wanted: list[tuple[RemoteFile, Path]] = []
    for number, file in enumerate(files):
        if file.size > answers.bytes_max:
            error = AnswerTooLarge(
                endpoint=held.endpoint.name, name=name_of(file), size=file.size, size_max=answers.bytes_max
            )
            held.ledger.open_exception("endpoint", held.endpoint.name, FILE_STEP + name_of(file), error.problem, None)
            continue
        local = scratch / f"{number}.answer"
        local.unlink(missing_ok=True)
        wanted.append((file, local))
    told = held.ledger.open_steps("endpoint", held.endpoint.name, UNREAD_STEP)
    for (file, local), outcome in zip(wanted, held.transport().fetch(wanted), strict=True):
        if isinstance(outcome, Missing):
            continue  # gone between listing and fetching: another look will tell
        if isinstance(outcome, Refused | ServerFailed | SizeDiffers):  # of this one file: the line lives
            unreadable(file, outcome, held)
            continue
        if isinstance(outcome, BridgeError):
            raise outcome
        if UNREAD_STEP + name_of(file) in told:
            held.ledger.close_exceptions("endpoint", held.endpoint.name, UNREAD_STEP + name_of(file))
        yield Fetched(file, name_of(file), held.archive.adopt(local))


def unreadable(file: RemoteFile, refused: BridgeError, held: Held) -> None:
    """Say that one answer is refused to us; it is asked for again by each look."""
    endpoint, name = held.endpoint.name, name_of(file)
    error = AnswerUnreadable(endpoint=endpoint, name=name, why=refused.problem.message)
    held.ledger.open_exception("endpoint", endpoint, UNREAD_STEP + name, error.problem, None)


def read_answer(one: Fetched, answers: AnswerSettings, room: int, held: Held) -> Read:
    """What one answer says. A file that cannot be read is quarantined; of a log that grows the good rows count."""
    a_log = grows(one.name, answers)
    before = held.ledger.log_read_before(one.name) if a_log else None
    from_row = before.rows_read if before else 0
    if before and not goes_on(held.archive.folder / one.kept.path, before):
        other = LOG_BEGUN_ANEW.problem(endpoint=held.endpoint.name, name=one.name, rows=from_row)
        return Read(None, [], 0, other, from_row, from_row)
    results: list[Result] = []
    count = 0
    answer, stopped = None, None
    try:
        answer = held.profile.read_answer(held.archive.folder / one.kept.path, one.name, from_row)
        for count, result in enumerate(answer.results, start=1):  # counted also where it is not held
            if count <= room:
                results.append(result)
    except Refused as refused:
        if not a_log or answer is None:
            return Read(None, [], 0, refused.problem, from_row, from_row)
        stopped = refused.problem
    problem = stopped or answer.problem(one.name)
    if problem is not None:
        held.ledger.open_exception("endpoint", held.endpoint.name, FILE_STEP + one.name, problem, None)
    held_all = results if count <= room else None
    reference = answer.files[0].value if answer.files else None
    return Read(reference, held_all, count, None, from_row, max(answer.rows_read, from_row))


def goes_on(path: Path, before: LogReadBefore) -> bool:
    """Whether the log still begins with the bytes that were read before. Else its rows cannot be told from old ones."""
    digest = hashlib.sha256()
    left = before.size
    with path.open("rb") as content:
        while left and (chunk := content.read(min(left, CHUNK_BYTES))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.hexdigest() == before.sha256


def read_again(one: Fetched, path: PurePath, said: Read, held: Held) -> Iterator[Result]:
    """The results of a long answer, from its place in the archive, as the ledger wants them."""
    answer = held.profile.read_answer(held.archive.folder / path, one.name, said.from_row)
    return islice(answer.results, said.count)


def placement_of(one: Fetched, problem: Problem | None, day: date, held: Held) -> Placement:
    record = {
        "endpoint": held.endpoint.name,
        "name": one.name,
        "sha256": one.kept.sha256,
        "size": one.kept.size,
        "why": "acknowledgement" if problem is None else f"quarantined: {problem.code}",
    }
    return Placement(one.kept.sha256, day, held.endpoint.name, "in", one.name, record)


def move_repeated(again: Sequence[Fetched], held: Held) -> None:
    """Answers that were applied before, here again: out of the way, so that no poll reads them once more."""
    taken = taken_folder(held.endpoint)
    pairs = [(one.remote.path, f"{taken}/{aside_name(one.name, f'repeated-{one.kept.sha256[:12]}')}") for one in again]
    for one, outcome in zip(again, move_in_turn(pairs, held), strict=False):
        if isinstance(outcome, NameTaken):
            held.transport().remove([one.remote.path])  # the same bytes lie there already
        elif isinstance(outcome, Refused | ServerFailed) and not isinstance(outcome, Missing):
            step = FILE_STEP + one.name
            held.ledger.open_exception("endpoint", held.endpoint.name, step, outcome.problem, None)
        elif isinstance(outcome, BridgeError) and not isinstance(outcome, Missing):
            raise outcome

"""Collect: the ERP's answers and its register become accepted and rejected sendings.

Per batch of answers: bytes durable in the archive, then one commit (answer, results, moves, events), then the remote
files move aside under names that carry our id. A failed move applies nothing twice. A malformed or hostile answer is
kept, becomes an exception, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

import structlog

from bridge.archive import Placement
from bridge.config.values import EndpointSettings
from bridge.domain.errors import BridgeError, Missing, NameTaken, Refused
from bridge.domain.problems import Problem, ProblemKind
from bridge.flow.answer_folder import (
    ENTRIES_MAX,
    FILE_STEP,
    UNREAD_STEP,
    Found,
    aside_name,
    complete_answers,
    move_aside,
    move_in_turn,
    name_of,
    taken_folder,
)
from bridge.flow.places import answers_beside, place_notes
from bridge.flow.reading_again import MOVED, read_kept_again
from bridge.flow.reading_answers import Fetched, answer_of, read_answers
from bridge.flow.register import collect_register
from bridge.flow.site import Held
from bridge.profiles import AnswerSettings
from bridge.transports import RemoteFile, ServerFailed, SizeDiffers

log = structlog.get_logger(__name__)

ANSWERS_PER_COMMIT_MAX = 500


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
    answers = held.answers
    if answers is not None:
        found = waiting_answers(endpoint, answers, held)
        for start in range(0, len(found), ANSWERS_PER_COMMIT_MAX):
            some = found[start : start + ANSWERS_PER_COMMIT_MAX]
            applied += apply(list(fetch_answers(some, answers, held)), held)
            if not held.has_time():
                break
        applied += apply(list(noted(endpoint, answers, held)), held)
        applied += read_kept_again(answers, held)
        if endpoint.transport.outbound is not None:
            unmoved = move_aside(endpoint, held.ledger.to_move(ENTRIES_MAX), held)
        held.ledger.overdue(held.site.clock())
    applied += collect_register(endpoint, held)
    if unmoved is not None:
        raise unmoved
    return applied


def waiting_answers(endpoint: EndpointSettings, answers: AnswerSettings, held: Held) -> list[Found]:
    """What lies in the answer folder, and beside our files. What an earlier pass applied moves aside first."""
    found: list[Found] = []
    if endpoint.transport.outbound is not None:
        move_aside(endpoint, held.ledger.to_move(ENTRIES_MAX), held)
        found += complete_answers(endpoint, answers, held.ledger.to_move(ENTRIES_MAX), held)
    return found + answers_beside(endpoint, answers, held)


def noted(endpoint: EndpointSettings, answers: AnswerSettings, held: Held) -> Iterator[Fetched]:
    """Notes of what became of our files, in the archive's `incoming/` like any answer."""
    for name, note, rule in islice(place_notes(endpoint, answers, held), ANSWERS_PER_COMMIT_MAX):
        with held.archive.incoming() as incoming:
            incoming.write(note.content())
            yield Fetched(None, name, incoming.keep(), rule)


def apply(fetched: Sequence[Fetched], held: Held) -> int:
    """Archive the batch, read it, apply it in one commit. Gives how many results were applied."""
    if not fetched:
        return 0
    held.archive.make_durable([one.kept for one in fetched])
    known = held.ledger.answers.applied([(one.name, one.kept.sha256) for one in fetched])
    unsettled = held.ledger.answers.unsettled([name for name, _ in known])
    news = [one for one in fetched if (one.name, one.kept.sha256) not in known]
    joined = read_answers(news, held)
    day = held.today()
    paths = held.archive.place(
        [placement_of(one, each.said.problem, day, held) for one, each in zip(news, joined, strict=True)]
    )
    applied = held.ledger.apply_answers(
        [answer_of(one, path, each, day, held) for one, path, each in zip(news, paths, joined, strict=True)],
        [unsettled[key] for key in known if key in unsettled],
    )
    for one, each in zip(news, joined, strict=True):
        log.debug("answer.applied", file_name=one.name, results=each.said.count, sha256=one.kept.sha256)
    again = [one for one in fetched if (one.name, one.kept.sha256) in known]
    again += [one for one, answer in zip(news, applied, strict=True) if answer.already]
    move_repeated(again, held)
    return sum(answer.outcomes.get(outcome, 0) for answer in applied for outcome in MOVED)


def fetch_answers(found: Sequence[Found], answers: AnswerSettings, held: Held) -> Iterator[Fetched]:
    """Each answer's bytes under `incoming/`; one that is too large or changed meanwhile is left for later."""
    scratch = held.scratch()
    wanted: list[tuple[Found, Path]] = []
    for number, one in enumerate(found):
        file = one.file
        if file.size > answers.bytes_max:
            error = AnswerTooLarge(
                endpoint=held.endpoint.name, name=name_of(file), size=file.size, size_max=answers.bytes_max
            )
            held.ledger.open_exception("endpoint", held.endpoint.name, FILE_STEP + name_of(file), error.problem, None)
            continue
        local = scratch / f"{number}.answer"
        local.unlink(missing_ok=True)
        wanted.append((one, local))
    told = held.ledger.open_steps("endpoint", held.endpoint.name, UNREAD_STEP)
    outcomes = held.transport().fetch([(one.file, local) for one, local in wanted])
    for (one, local), outcome in zip(wanted, outcomes, strict=True):
        file = one.file
        if isinstance(outcome, Missing):
            continue  # gone between listing and fetching: another look will tell
        if isinstance(outcome, Refused | ServerFailed | SizeDiffers):  # of this one file: the line lives
            unreadable(file, outcome, held)
            continue
        if isinstance(outcome, BridgeError):
            raise outcome
        if UNREAD_STEP + name_of(file) in told:
            held.ledger.close_exceptions("endpoint", held.endpoint.name, UNREAD_STEP + name_of(file))
        yield Fetched(file, name_of(file), held.archive.adopt(local), one.rule)


def unreadable(file: RemoteFile, refused: BridgeError, held: Held) -> None:
    """Say that one answer is refused to us; it is asked for again by each look."""
    endpoint, name = held.endpoint.name, name_of(file)
    error = AnswerUnreadable(endpoint=endpoint, name=name, why=refused.problem.message)
    held.ledger.open_exception("endpoint", endpoint, UNREAD_STEP + name, error.problem, None)


def placement_of(one: Fetched, problem: Problem | None, day: date, held: Held) -> Placement:
    """Where an answer is kept, with the record that says why."""
    why = "acknowledgement" if one.remote is not None else "note of what was seen of our file"
    record = {
        "endpoint": held.endpoint.name,
        "name": one.name,
        "sha256": one.kept.sha256,
        "size": one.kept.size,
        "why": why if problem is None else f"quarantined: {problem.code}",
    }
    return Placement(one.kept.sha256, day, held.endpoint.name, "in", one.name, record)


def move_repeated(again: Sequence[Fetched], held: Held) -> None:
    """Answers that were applied before, here again: out of the way, so that no poll reads them once more."""
    taken = taken_folder(held.endpoint)
    moving = [(one.remote.path, one) for one in again if one.remote is not None and not one.rule.stays]
    pairs = [(path, f"{taken}/{aside_name(one.name, f'repeated-{one.kept.sha256[:12]}')}") for path, one in moving]
    for (path, one), outcome in zip(moving, move_in_turn(pairs, held), strict=False):
        if isinstance(outcome, NameTaken):
            held.transport().remove([path])  # the same bytes lie there already
        elif isinstance(outcome, Refused | ServerFailed) and not isinstance(outcome, Missing):
            step = FILE_STEP + one.name
            held.ledger.open_exception("endpoint", held.endpoint.name, step, outcome.problem, None)
        elif isinstance(outcome, BridgeError) and not isinstance(outcome, Missing):
            raise outcome

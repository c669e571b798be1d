"""What answers say: read from their kept bytes, joined to our files, made into what the ledger applies.

A malformed or hostile answer, and one that can be about two of our files, is quarantined: kept, shown, not applied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path, PurePath

from bridge.archive import Kept
from bridge.domain.answers import FileReference, Result
from bridge.domain.errors import Refused
from bridge.domain.problems import Problem, ProblemKind
from bridge.flow.answer_folder import FILE_STEP
from bridge.flow.site import Held
from bridge.ledger import (
    ANSWER_COUNT_DIFFERS,
    ANSWER_KEYS_DISAGREE,
    AnswerToApply,
    AnswerToReadAgain,
    JoinedFile,
    LogReadBefore,
)
from bridge.profiles import NUMBER_MAX, AnswerMalformed, AnswerRuleSettings
from bridge.transports import RemoteFile

CHUNK_BYTES = 1 << 20
REASON_MAX = 2_000  # characters; the archive has all of it
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


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer's bytes, durable under `incoming/`. remote: None for a note that we wrote of what was seen.

    again: it was kept by an earlier pass, and `kept` is its place in the archive.
    """

    remote: RemoteFile | None
    name: str
    kept: Kept
    rule: AnswerRuleSettings
    again: AnswerToReadAgain | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What one answer says: of which file of ours, how many results, what quarantines it, rows read so far.

    results: None where there are too many to be held. placeless: results that do not name their order. odd_rows: the
    step and the problem of rows of a log that could not be understood.
    """

    files: tuple[FileReference, ...]
    results: Sequence[Result] | None
    count: int
    placeless: int
    problem: Problem | None
    from_row: int
    rows_read: int
    odd_rows: tuple[str, Problem] | None = None

    @classmethod
    def quarantined(cls, problem: Problem, from_row: int) -> Read:
        """Nothing of it counts."""
        return cls((), [], 0, 0, problem, from_row, from_row)


@dataclass(frozen=True, slots=True)
class Joined:
    """What one answer says, with the export file that it is about."""

    said: Read
    file_id: int | None
    in_place: bool = False


def read_answers(news: Sequence[Fetched], held: Held) -> list[Joined]:
    """Each answer with what it says, and the export file that it is about."""
    read: list[Read] = []
    room = RESULTS_HELD_MAX
    for one in news:
        read.append(read_answer(one, room, held))
        room -= len(read[-1].results or ())
    found = held.ledger.answers.joined_files([said.files for said in read], held.profile.file_naming)
    return [joined_answer(one, said, file, held) for one, said, file in zip(news, read, found, strict=True)]


def read_answer(one: Fetched, room: int, held: Held) -> Read:
    """What one answer says. On their way into the archive its bytes may be another endpoint's answer too."""
    if one.again is not None:
        return read_bytes(held.archive.folder / one.kept.path, one, room, held)
    with held.archive.at_hand(one.kept) as path:
        return read_bytes(path, one, room, held)


def read_bytes(path: Path, one: Fetched, room: int, held: Held) -> Read:
    """What its bytes say. A file that cannot be read is quarantined; of a log that grows the good rows count."""
    a_log = one.rule.grows
    before = read_before(one, held) if a_log else None
    from_row = before.rows_read if before else 0
    if before and one.again and begins_with(held.archive.folder / before.archive_path, one.kept.size, one.kept.sha256):
        return Read((), [], 0, 0, None, 0, 0)  # a later reading of the log had all of it
    if before and not begins_with(path, before.size, before.sha256):
        other = LOG_BEGUN_ANEW.problem(endpoint=held.endpoint.name, name=one.name, rows=from_row)
        return Read.quarantined(other, from_row)
    results: list[Result] = []
    count = placeless = 0
    answer, stopped = None, None
    try:
        answer = held.profile.read_answer(path, one.name, from_row, one.rule)
        for count, result in enumerate(bounded(answer.results, one.name), start=1):  # counted also where it is not held
            placeless += not (result.external_id or result.whole_file)
            if count <= room:
                results.append(result)
    except Refused as refused:
        if not a_log or answer is None:
            return Read.quarantined(refused.problem, from_row)
        stopped = refused.problem
    problem = stopped or answer.problem(one.name)
    odd_rows = (FILE_STEP + one.name, problem) if problem is not None else None
    held_all = results if count <= room else None
    files = tuple(dict.fromkeys(answer.files))
    return Read(files, held_all, count, placeless, None, from_row, max(answer.rows_read, from_row), odd_rows)


def read_before(one: Fetched, held: Held) -> LogReadBefore | None:
    """What the log goes on from. One that was applied but for odd rows is read again from its first row."""
    if one.again is not None and one.again.quarantined is None:
        return None
    return held.ledger.answers.log_read_before(one.name)


def begins_with(path: Path, size: int, sha256: str) -> bool:
    """Whether a file begins with these bytes. A log that does not cannot be told to go on: are its rows old ones?"""
    digest = hashlib.sha256()
    left = size
    with path.open("rb") as content:
        while left and (chunk := content.read(min(left, CHUNK_BYTES))):
            digest.update(chunk)
            left -= len(chunk)
    return not left and digest.hexdigest() == sha256


def read_again(one: Fetched, path: PurePath, said: Read, held: Held) -> Iterator[Result]:
    """The results of a long answer, from its place in the archive, as the ledger wants them."""
    answer = held.profile.read_answer(held.archive.folder / path, one.name, said.from_row, one.rule)
    return islice(bounded(answer.results, one.name), said.count)


def bounded(results: Iterable[Result], name: str) -> Iterator[Result]:
    """The results without what nobody reads of endless reasons: so many at once are held that their length counts.

    Raises AnswerMalformed for an endless id or number, which no index of a database can hold.
    """
    for result in results:
        if len(result.erp_number or "") > NUMBER_MAX or len(result.external_id) > NUMBER_MAX:
            what = f"an id or number is longer than {NUMBER_MAX} characters"
            raise AnswerMalformed(name=name, place=result.place or "a result", what=what)
        yield result if len(result.reason) <= REASON_MAX else result._replace(reason=result.reason[:REASON_MAX])


def answer_of(one: Fetched, path: PurePath, joined: Joined, day: date, held: Held) -> AnswerToApply:
    """One answer as the ledger takes it."""
    said = joined.said
    return AnswerToApply(
        name=one.name,
        sha256=one.kept.sha256,
        size=one.kept.size,
        archive_path=str(path),
        business_day=day,
        export_file_id=joined.file_id,
        results=read_again(one, path, said, held) if said.results is None else said.results,
        rows_read=said.rows_read,
        problem=said.problem,
        remains=one.rule.stays,
        rule=held.profile.answer_rule(one.rule),
        in_place=joined.in_place,
        odd_rows=said.odd_rows,
    )


def joined_answer(one: Fetched, said: Read, file: JoinedFile, held: Held) -> Joined:
    """What it says with its file. What fits two files, or not the number of its file's orders, is quarantined."""
    subject = {"name": one.name, "endpoint": held.endpoint.name}
    if file.clash:
        return Joined(replace(said, problem=ANSWER_KEYS_DISAGREE.problem(clash=file.clash, **subject)), None)
    in_place = one.rule.by_position and said.placeless > 0 and file.file_id is not None
    if in_place and said.count != file.members:
        problem = ANSWER_COUNT_DIFFERS.problem(count=said.count, members=file.members, **subject)
        return Joined(replace(said, problem=problem), file.file_id)
    return Joined(said, file.file_id, in_place)

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
from bridge.ledger import ANSWER_COUNT_DIFFERS, ANSWER_KEYS_DISAGREE, AnswerToApply, JoinedFile, LogReadBefore
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
    """One answer's bytes, durable under `incoming/`. remote: None for a note that we wrote of what was seen."""

    remote: RemoteFile | None
    name: str
    kept: Kept
    rule: AnswerRuleSettings


@dataclass(frozen=True, slots=True)
class Read:
    """What one answer says: of which file of ours, how many results, what quarantines it, rows read so far.

    results: None where there are too many to be held. placeless: results that do not name their order.
    """

    files: tuple[FileReference, ...]
    results: Sequence[Result] | None
    count: int
    placeless: int
    problem: Problem | None
    from_row: int
    rows_read: int

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
    """What one answer says. A file that cannot be read is quarantined; of a log that grows the good rows count."""
    a_log = one.rule.grows
    before = held.ledger.answers.log_read_before(one.name) if a_log else None
    from_row = before.rows_read if before else 0
    if before and not goes_on(held.archive.folder / one.kept.path, before):
        other = LOG_BEGUN_ANEW.problem(endpoint=held.endpoint.name, name=one.name, rows=from_row)
        return Read.quarantined(other, from_row)
    results: list[Result] = []
    count = placeless = 0
    answer, stopped = None, None
    try:
        answer = held.profile.read_answer(held.archive.folder / one.kept.path, one.name, from_row, one.rule)
        for count, result in enumerate(bounded(answer.results, one.name), start=1):  # counted also where it is not held
            placeless += not (result.external_id or result.whole_file)
            if count <= room:
                results.append(result)
    except Refused as refused:
        if not a_log or answer is None:
            return Read.quarantined(refused.problem, from_row)
        stopped = refused.problem
    problem = stopped or answer.problem(one.name)
    if problem is not None:
        held.ledger.open_exception("endpoint", held.endpoint.name, FILE_STEP + one.name, problem, None)
    held_all = results if count <= room else None
    files = tuple(dict.fromkeys(answer.files))
    return Read(files, held_all, count, placeless, None, from_row, max(answer.rows_read, from_row))


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

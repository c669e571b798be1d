"""Collect: the ERP's answers and its register become accepted and rejected sendings.

Per batch of answers: bytes durable in the archive, then one commit (answer, results, moves, events), then the remote
files move aside under names that carry our id. A failed move applies nothing twice. A malformed or hostile answer is
kept, becomes an exception, and the rest goes on.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath

from bridge.archive import Kept, Placement
from bridge.config.values import EndpointSettings
from bridge.domain.answers import Result, ResultOutcome
from bridge.domain.errors import BridgeError, Missing, NameTaken, Refused
from bridge.domain.problems import Problem, ProblemKind
from bridge.flow.register import collect_register
from bridge.flow.site import Held
from bridge.ledger import AnswerToApply
from bridge.profiles import AnswerSettings
from bridge.transports import RemoteFile

ANSWERS_PER_COMMIT_MAX = 500
ENTRIES_MAX = 100_000
FILE_STEP = "answer:"  # exceptions about one file in the answer folder are opened under this and its name

ANSWER_UNKNOWN = ProblemKind(
    code="answer-file-unknown",
    title="{endpoint} wrote {name}, which the profile does not know",
    message="{name} lies in the answer folder of {endpoint}, and no rule of profile {profile} takes it.",
    action="Read it. If it is an answer, add its name pattern to profile {profile}; else move it away.",
    cause="answer-file:{endpoint}/{name}",
    meaning="A file in the ERP's answer folder fits no pattern of the profile.",
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


def collect(endpoint: EndpointSettings, held: Held) -> int:
    """Take the answers that are complete, then the register. Gives how many results were applied."""
    applied = 0
    answers = held.profile.answers
    if answers is not None and endpoint.transport.outbound is not None:
        move_aside(endpoint, held)  # what an earlier pass applied and could not move
        files = complete_answers(endpoint, answers, held)
        for start in range(0, len(files), ANSWERS_PER_COMMIT_MAX):
            applied += take(files[start : start + ANSWERS_PER_COMMIT_MAX], answers, held)
            move_aside(endpoint, held)
            if not held.has_time():
                break
        held.ledger.overdue(held.site.clock())
    applied += collect_register(endpoint, held)
    return applied


def complete_answers(endpoint: EndpointSettings, answers: AnswerSettings, held: Held) -> list[RemoteFile]:
    """The files that a rule takes, that are whole, and that are not known under this size yet."""
    listed = listing(endpoint, held)
    names = {name_of(file) for file in listed}
    close_gone(endpoint, names, held)
    now = held.site.clock()
    taken: list[RemoteFile] = []
    for file in listed:
        name = name_of(file)
        if not fnmatch.fnmatchcase(name, answers.pattern):
            report_unknown(endpoint, file, answers, held)
        elif is_complete(file, names, answers, now):
            taken.append(file)
    known = held.ledger.answer_sizes([name_of(file) for file in taken]) if answers.grows else {}
    return [file for file in taken if known.get(name_of(file)) != file.size]


def listing(endpoint: EndpointSettings, held: Held) -> list[RemoteFile]:
    folder = endpoint.transport.outbound
    assert folder is not None
    return sorted(held.transport().list(folder, ENTRIES_MAX), key=lambda file: file.path)


def name_of(file: RemoteFile) -> str:
    return PurePosixPath(file.path).name


def is_complete(file: RemoteFile, names: set[str], answers: AnswerSettings, now) -> bool:  # type: ignore[no-untyped-def]
    """Whole by the profile's sign: its trigger is there, or it came by rename, or it has not changed for a while."""
    if answers.complete == "trigger":
        return name_of(file) + answers.trigger_suffix in names
    if answers.complete == "stable":
        return file.modified_at is not None and now - file.modified_at >= timedelta(seconds=answers.stable_s)
    return True


def close_gone(endpoint: EndpointSettings, names: set[str], held: Held) -> None:
    """Close what was said of a file that is not there any more."""
    for step in held.ledger.open_steps("endpoint", endpoint.name, FILE_STEP):
        if step.removeprefix(FILE_STEP) not in names:
            held.ledger.close_exceptions("endpoint", endpoint.name, step)


def report_unknown(endpoint: EndpointSettings, file: RemoteFile, answers: AnswerSettings, held: Held) -> None:
    """Say so within one poll; names that are on their way (temporary, trigger) are nobody's trouble."""
    name = name_of(file)
    on_its_way = name.startswith(".") or name.endswith((".tmp", ".part", ".filepart", ".lock"))
    if on_its_way or (answers.trigger_suffix and name.endswith(answers.trigger_suffix)):
        return
    problem = ANSWER_UNKNOWN.problem(endpoint=endpoint.name, name=name, profile=held.profile.name)
    held.ledger.open_exception("endpoint", endpoint.name, FILE_STEP + name, problem, None)


def take(files: Sequence[RemoteFile], answers: AnswerSettings, held: Held) -> int:
    """Archive the batch, read it, apply it in one commit. Gives how many results were applied."""
    fetched = list(fetch_answers(files, answers, held))
    if not fetched:
        return 0
    held.archive.make_durable([one.kept for one in fetched])
    known = held.ledger.known_answers([(one.name, one.kept.sha256) for one in fetched])
    news = [one for one in fetched if (one.name, one.kept.sha256) not in known]
    read = [read_answer(one, answers, held) for one in news]
    paths = held.archive.place(
        [placement_of(one, problem, held) for one, (_, _, problem, _) in zip(news, read, strict=True)]
    )
    references = held.ledger.files_by_name([reference for reference, *_ in read if reference])
    applied = held.ledger.apply_answers(
        [
            AnswerToApply(
                name=one.name,
                sha256=one.kept.sha256,
                size=one.kept.size,
                archive_path=str(path),
                business_day=held.today(),
                export_file_id=references.get(reference) if reference else None,
                results=results,
                rows_read=rows_read,
                problem=problem,
                remains=answers.grows,
            )
            for one, path, (reference, results, problem, rows_read) in zip(news, paths, read, strict=True)
        ]
    )
    again = [one for one in fetched if (one.name, one.kept.sha256) in known]
    again += [one for one, answer in zip(news, applied, strict=True) if answer.already]
    if not answers.grows:
        move_repeated(again, held)
    return sum(answer.outcomes.get(ResultOutcome.APPLIED, 0) for answer in applied)


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
    for (file, local), outcome in zip(wanted, held.transport().fetch(wanted), strict=True):
        if isinstance(outcome, Missing):
            continue  # gone between listing and fetching: another look will tell
        if isinstance(outcome, BridgeError):
            raise outcome
        yield Fetched(file, name_of(file), held.archive.adopt(local))


def read_answer(
    one: Fetched, answers: AnswerSettings, held: Held
) -> tuple[str | None, list[Result], Problem | None, int]:
    """What one answer says: export file reference, results, the problem that quarantines it, rows read so far."""
    from_row = held.ledger.answer_rows_read(one.name) if answers.grows else 0
    try:
        answer = held.profile.read_answer(held.archive.folder / one.kept.path, one.name, from_row)
        results = list(answer.results)
    except Refused as refused:
        return None, [], refused.problem, from_row
    return answer.file_reference, results, None, answer.rows_read


def placement_of(one: Fetched, problem: Problem | None, held: Held) -> Placement:
    record = {
        "endpoint": held.endpoint.name,
        "name": one.name,
        "sha256": one.kept.sha256,
        "size": one.kept.size,
        "why": "acknowledgement" if problem is None else f"quarantined: {problem.code}",
    }
    return Placement(one.kept.sha256, held.today(), held.endpoint.name, "in", one.name, record)


def move_repeated(again: Sequence[Fetched], held: Held) -> None:
    """Answers that were applied before, here again: out of the way, so that no poll reads them once more."""
    taken = taken_folder(held.endpoint)
    pairs = [(one.remote.path, f"{taken}/repeated-{one.kept.sha256[:12]}-{one.name}") for one in again]
    for (path, _), outcome in zip(pairs, held.transport().rename(pairs), strict=True):
        if isinstance(outcome, NameTaken):
            held.transport().remove([path])  # the same bytes lie there already
        elif isinstance(outcome, BridgeError) and not isinstance(outcome, Missing):
            raise outcome


def taken_folder(endpoint: EndpointSettings) -> str:
    """Where answers go that were applied."""
    return endpoint.transport.taken or f"{endpoint.transport.outbound}/taken"


def move_aside(endpoint: EndpointSettings, held: Held) -> int:
    """Move applied answers into the taken folder under names that carry our id; what cannot be moved is said once."""
    waiting = held.ledger.to_move(ANSWERS_PER_COMMIT_MAX)
    if not waiting:
        return 0
    folder = endpoint.transport.outbound
    taken = taken_folder(endpoint)
    pairs = [(f"{folder}/{answer.name}", f"{taken}/{answer.answer_id:06}-{answer.name}") for answer in waiting]
    moved: list[int] = []
    for answer, outcome in zip(waiting, held.transport().rename(pairs), strict=True):
        if isinstance(outcome, Missing):
            moved.append(answer.answer_id)  # somebody else moved it, or an earlier move had no answer
        elif isinstance(outcome, BridgeError):
            held.ledger.moved(moved)
            raise outcome
        else:
            moved.append(answer.answer_id)
    held.ledger.moved(moved)
    return len(moved)

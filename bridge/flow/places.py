"""What became of our own files in the ERP's folders: moved to another folder, gone, or with an answer beside them.

Only files that still wait for a verdict are looked for, and the latest that were refused or withdrawn, which the ERP
can take after all; each under its own name, so that folders full of history cost nothing. A folder is listed only where
the ERP changes the name, and then up to a bound. What was seen is written down as a note, which is archived and applied
like an answer. A file that does not have our bytes is not ours, whatever its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

from bridge.config.values import EndpointSettings
from bridge.domain.beginnings import meant_by
from bridge.domain.errors import BridgeError, Missing, Refused
from bridge.domain.problems import Problem, ProblemKind
from bridge.flow.answer_folder import Found, is_complete, name_of
from bridge.flow.site import Held
from bridge.ledger import AwaitingFile
from bridge.profiles import AnswerRuleSettings, AnswerSettings, PlaceNote
from bridge.transports import RemoteFile

FILES_MAX = 5_000  # that wait for an answer and are looked for in one pass
REFUSED_MAX = 5_000  # of the latest files, among which refused and withdrawn ones are looked for too
ENTRIES_MAX = 100_000  # of a folder that is listed
CLOCKS_APART = timedelta(hours=15)  # at most, ours and the server's: some tell the time of their zone as UTC
NOTE_NAME = re.compile(r"[^A-Za-z0-9._-]+")
PLACE_STEP = "place:"  # exceptions about a folder or a file in it are opened under this and its name

MOVED_FILE_DIFFERS = ProblemKind(
    code="moved-file-differs",
    title="{name} in the folder {folder} of {endpoint} is not the file that was sent",
    message="{name} lies in the folder {folder} of {endpoint} with other bytes than were sent. That it lies there says "
    "nothing of our orders, and was not applied.",
    action="Ask the owner of {endpoint} who wrote it. It closes by itself when the file is gone or answered.",
    cause="moved-file:{endpoint}/{folder}/{name}",
    meaning="A file with our name lies in a folder that tells a verdict, and does not have our bytes.",
)
INBOUND_NOT_OURS = ProblemKind(
    code="inbound-not-ours",
    title="The inbound folder of {endpoint} is empty, and looks as if its share were away",
    message="All files that wait for an answer are gone from the folder {folder} of {endpoint}, which is empty and was "
    "last changed before they were placed in it. It may be a mount point without its share: none counts as taken, and "
    "no file is placed there meanwhile.",
    action="Look whether the share is mounted. If it is, and the ERP did take the files, leave any file in the folder, "
    "such as .mounted. It closes by itself.",
    cause="inbound:{endpoint}/{folder}",
    meaning="The folder in which our files were placed seems to be another one than it was: they vanished all at once.",
)
FOLDER_NOT_LISTED = ProblemKind(
    code="answer-place-not-read",
    title="The folder {folder} of {endpoint} cannot be looked through",
    message="The folder {folder} of {endpoint} cannot be looked through for our files: {why}",
    action="Ask the owner of {endpoint} to clear the folder, or to let us read it. It is tried again by itself.",
    cause="answer-place:{endpoint}/{folder}",
    meaning="A folder into which the ERP moves our files holds too many, or refuses a look.",
)


def folder_of(endpoint: EndpointSettings, folder: str) -> str:
    """A folder of the profile on the server: below the inbound folder unless it begins with a slash."""
    return folder if folder.startswith("/") else f"{endpoint.transport.inbound.rstrip('/')}/{folder}"


def answers_beside(endpoint: EndpointSettings, answers: AnswerSettings, held: Held) -> list[Found]:
    """Whole answers that lie beside our files in the inbound folder and were not read yet."""
    rules = [rule for rule in answers.rules if rule.beside]
    files = open_files(held) if rules else []
    found = [one for rule in rules for one in beside(files, rule, endpoint, held)]
    known = held.ledger.answers.sizes([name_of(one.file) for one in found])
    return [one for one in found if known.get(name_of(one.file)) != one.file.size]


def beside(
    files: Sequence[AwaitingFile], rule: AnswerRuleSettings, endpoint: EndpointSettings, held: Held
) -> Iterator[Found]:
    """The answers of one rule that are whole."""
    wanted = [rule.names.replace("{file}", one.name).replace("{stem}", PurePosixPath(one.name).stem) for one in files]
    there = looked_at(endpoint.transport.inbound, wanted, held)
    triggers: set[str] = set()
    if rule.complete == "trigger":
        triggers = set(looked_at(endpoint.transport.inbound, [name + rule.trigger_suffix for name in there], held))
    for name, file in there.items():
        if is_complete(file, {name, *triggers}, rule, held.site.clock()):
            yield Found(file, rule)


def place_notes(
    endpoint: EndpointSettings, answers: AnswerSettings, held: Held
) -> Iterator[tuple[str, PlaceNote, AnswerRuleSettings]]:
    """What is news of our files' places, each with the name under which its note is kept."""
    rules = [rule for rule in answers.rules if not rule.in_answer_folder and not rule.beside]
    waiting = held.ledger.answers.awaiting(FILES_MAX) if rules else []
    files = open_files(held, waiting) if rules else []
    strange: set[str] = set()
    for rule in rules if files else []:
        seen = gone(waiting, rule, held, strange) if rule.style == "vanished" else moved(files, rule, held, strange)
        for note in seen:
            yield note_name(note), note, rule
    for step in held.ledger.open_steps("endpoint", endpoint.name, PLACE_STEP) - strange:
        held.ledger.close_exceptions("endpoint", endpoint.name, step)


def open_files(held: Held, waiting: Sequence[AwaitingFile] | None = None) -> list[AwaitingFile]:
    """Those that wait for a verdict, and those of which an order was refused or withdrawn."""
    waiting = held.ledger.answers.awaiting(FILES_MAX) if waiting is None else waiting
    known = {one.file_id for one in waiting}
    return [*waiting, *(one for one in held.ledger.answers.refused(REFUSED_MAX) if one.file_id not in known)]


def note_name(note: PlaceNote) -> str:
    """One note for each file, rule, folder and time that it came there; ours, not the ERP's."""
    words = (note.rule, note.folder.strip("/")) if note.found else (note.rule,)
    time = f".{note.time}" if note.time > 1 else ""
    return f"{note.file}.{'-'.join(NOTE_NAME.sub('_', word) for word in words)}{time}.json"


def gone(files: Sequence[AwaitingFile], rule: AnswerRuleSettings, held: Held, strange: set[str]) -> Iterator[PlaceNote]:
    """The files that the inbound folder does not hold any more. A folder that is gone itself says nothing."""
    inbound = held.endpoint.transport.inbound
    (folder,) = held.transport().look([inbound])
    if not isinstance(folder, RemoteFile):
        return
    outcomes = held.transport().look([f"{inbound}/{one.name}" for one in files])
    absent = [one for one, outcome in zip(files, outcomes, strict=True) if outcome is None]
    fresh = news([note_of(one, rule, held, inbound, "taken") for one in absent], held)
    if fresh and len(absent) == len(files) and never_held(folder, files) and is_empty(inbound, held):
        strange.add(tell_once(PLACE_STEP + inbound, INBOUND_NOT_OURS.problem(**subject_of(held, inbound)), held))
    else:
        yield from fresh


def never_held(folder: RemoteFile, files: Sequence[AwaitingFile]) -> bool:
    """Whether a folder was last changed before any of our files was placed in it, whatever the two clocks say.

    Then it is another folder: an empty mount point whose share is away. Placing and taking a file both change it.
    """
    placed = [one.placed_at for one in files if one.placed_at is not None]
    changed_at = folder.modified_at
    return bool(placed) and changed_at is not None and changed_at < min(placed) - CLOCKS_APART


def is_empty(folder: str, held: Held) -> bool:
    """Whether a folder shows no file at all, not even one of somebody else."""
    try:
        return not list(held.transport().list(folder, ENTRIES_MAX))
    except Missing:
        return True


def is_away(held: Held) -> bool:
    """Whether this pass, or one before it, found that the inbound folder may be a mount point without its share."""
    if held.answers is None or not any(rule.style == "vanished" for rule in held.answers.rules):
        return False
    inbound = PLACE_STEP + held.endpoint.transport.inbound
    return inbound in held.ledger.open_steps("endpoint", held.endpoint.name, inbound)


def news(notes: Sequence[PlaceNote], held: Held) -> list[PlaceNote]:
    """Those that no earlier pass has kept."""
    known = held.ledger.answers.sizes([note_name(note) for note in notes])
    return [note for note in notes if note_name(note) not in known]


def moved(
    files: Sequence[AwaitingFile], rule: AnswerRuleSettings, held: Held, strange: set[str]
) -> Iterator[PlaceNote]:
    """The files that lie in one of the folders, with our bytes. strange: takes the steps of what is told."""
    assert rule.moved is not None
    seen: dict[AwaitingFile, list[tuple[PlaceNote, str, Lying]]] = {}
    for name, says in rule.moved.folders.items():
        folder = folder_of(held.endpoint, name)
        found = dict(lying_in(folder, files, held))
        if rule.moved.time_stamp:
            found |= renamed_in(folder, [one for one in files if one not in found], held, strange)
        for one, lying in found.items():
            seen.setdefault(one, []).append((note_of(one, rule, held, folder, says, lying[0]), name, lying))
    told = held.ledger.answers.told_of([one.file_id for one in seen], rule.name)
    for one, places in seen.items():
        for note, name, (file, exact) in news_of_moves(places, told.get(one.file_id, [])):
            sha256 = held.transport().digest(file.path, one.size) if file.size == one.size else None
            if file.size == one.size and sha256 in (None, one.sha256):
                yield replace(note, found_sha256=sha256 or "")
            elif exact:
                tell_differing(one, name, held, strange)


def news_of_moves(
    places: Sequence[tuple[PlaceNote, str, Lying]], told: Sequence[str]
) -> Iterator[tuple[PlaceNote, str, Lying]]:
    """What no note tells. told: names of the file's notes, the latest last.

    Where the file lies in one folder only, it came there again if the latest note tells another one. A copy that the
    ERP left behind in a second folder is no news a second time, since nobody knows which of the two is the later.
    """
    for note, name, lying in places:
        first = note_name(note)
        if first not in told:
            yield note, name, lying
        elif len(places) == 1:
            before = [one for one in told if one == first or is_again(one, note)]
            if told[-1] not in before:
                yield replace(note, time=len(before) + 1), name, lying


def is_again(told: str, note: PlaceNote) -> bool:
    """Whether a name is that of a later note of the same file in the same folder."""
    begun = note_name(note).removesuffix("json")
    return told.startswith(begun) and told.removeprefix(begun).removesuffix(".json").isdecimal()


Lying = tuple[RemoteFile, bool]  # what lies there, and whether under our exact name


def lying_in(folder: str, files: Sequence[AwaitingFile], held: Held) -> Iterator[tuple[AwaitingFile, Lying]]:
    """Our files that lie in a folder under their own names."""
    there = looked_at(folder, [one.name for one in files], held)
    for one in files:
        if one.name in there:
            yield one, (there[one.name], True)


def renamed_in(folder: str, files: Sequence[AwaitingFile], held: Held, strange: set[str]) -> dict[AwaitingFile, Lying]:
    """Our files that lie in a folder with something added to their names, and have our size."""
    names: dict[str, AwaitingFile] = {}
    for one in files:
        names[one.name.casefold()] = names[PurePosixPath(one.name).stem.casefold()] = one
    found: dict[AwaitingFile, Lying] = {}
    try:
        for file in held.transport().list(folder, ENTRIES_MAX) if files else ():
            told = name_of(file).casefold()
            begun: dict[AwaitingFile, int] = {}
            for length in range(1, len(told)):
                if told[:length] in names:
                    begun[names[told[:length]]] = length
            meant = [one for one in meant_by(told, begun) if one.size == file.size] if begun else []
            if len(meant) == 1:
                found.setdefault(meant[0], (file, False))
    except Missing:
        return {}  # made by the ERP when it first needs it
    except Refused as refused:
        step = PLACE_STEP + folder
        subject = {"endpoint": held.endpoint.name, "folder": folder, "why": refused.problem.message}
        strange.add(step)
        held.ledger.open_exception("endpoint", held.endpoint.name, step, FOLDER_NOT_LISTED.problem(**subject), None)
    return found


def looked_at(folder: str, names: Sequence[str], held: Held) -> dict[str, RemoteFile]:
    """Of these names in a folder, the ones that are there. What cannot be looked at is looked at again later."""
    outcomes = held.transport().look([f"{folder}/{name}" for name in names]) if names else []
    for outcome in outcomes:
        if isinstance(outcome, BridgeError) and not isinstance(outcome, Refused):
            raise outcome
    return {name: one for name, one in zip(names, outcomes, strict=True) if isinstance(one, RemoteFile)}


def tell_differing(one: AwaitingFile, folder: str, held: Held, strange: set[str]) -> None:
    """Say once that a file with our name is not ours."""
    problem = MOVED_FILE_DIFFERS.problem(**subject_of(held, folder), name=one.name)
    strange.add(tell_once(f"{PLACE_STEP}{folder}/{one.name}", problem, held))


def tell_once(step: str, problem: Problem, held: Held) -> str:
    """Open the exception where it is not open yet. Gives its step."""
    if step not in held.ledger.open_steps("endpoint", held.endpoint.name, step):
        held.ledger.open_exception("endpoint", held.endpoint.name, step, problem, None)
    return step


def subject_of(held: Held, folder: str) -> dict[str, str]:
    return {"endpoint": held.endpoint.name, "folder": folder}


def note_of(
    one: AwaitingFile, rule: AnswerRuleSettings, held: Held, folder: str, says: str, found: RemoteFile | None = None
) -> PlaceNote:
    """What was seen, without the bytes read back."""
    changed_at = found.modified_at if found is not None else None
    return PlaceNote(
        endpoint=held.endpoint.name,
        rule=rule.name,
        file=one.name,
        sequence_number=one.sequence_number,
        sha256=one.sha256,
        size=one.size,
        folder=folder,
        found=name_of(found) if found is not None else "",
        found_sha256="",
        changed_at=changed_at.isoformat(timespec="seconds") if changed_at is not None else "",
        says=says,
    )

"""The ERP's answer folder: which files in it are whole answers, which nobody knows, and how applied ones leave it.

One odd file keeps no other from being read: a name that is no text, a file that no rule takes and an answer that
cannot be moved are each told, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from bridge.config.values import EndpointSettings
from bridge.domain.errors import BridgeError, Missing, Refused
from bridge.domain.problems import Problem, ProblemKind
from bridge.flow.site import Held
from bridge.ledger import ToMove
from bridge.profiles import AnswerRuleSettings, AnswerSettings
from bridge.transports import RemoteFile, ServerFailed

ENTRIES_MAX = 100_000
MOVES_MAX = 500  # of one request to the transport
MOVES_REFUSED_MAX = 5  # of one look; a folder that refuses these refuses the others too
NAME_BYTES_MAX = 200  # of an answer's own name in the taken folder; file systems hold 255 with our mark
UNKNOWN_TOLD_MAX = 20  # by name; more are told together
FILE_STEP = "answer:"  # exceptions about one file in the answer folder are opened under this and its name
UNREAD_STEP = "unread:"  # and about one that a rule takes and the server does not give
MANY_UNKNOWN = "/"  # stands for all further files; no file has this name

ANSWER_UNKNOWN = ProblemKind(
    code="answer-file-unknown",
    title="{endpoint} wrote {name}, which the profile does not know",
    message="{name} lies in the answer folder of {endpoint}, and no rule of profile {profile} takes it.",
    action="Read it. If it is an answer, add its name pattern to profile {profile}; else move it away.",
    cause="answer-file:{endpoint}/{name}",
    meaning="A file in the ERP's answer folder fits no pattern of the profile.",
)
ANSWERS_UNKNOWN = ProblemKind(
    code="answer-files-unknown",
    title="The answer folder of {endpoint} holds many files that the profile does not know",
    message="{count} more files lie in the answer folder of {endpoint} that no rule of profile {profile} takes.",
    action="If they are answers, add their name pattern to profile {profile}; else move them away.",
    cause="answer-files:{endpoint}",
    meaning="More files of the ERP's answer folder fit no pattern of the profile than can be told one by one.",
)
ANSWER_NAME_UNREADABLE = ProblemKind(
    code="answer-name-unreadable",
    title="{endpoint} wrote a file whose name is no text",
    message="{name} lies in the answer folder of {endpoint}; the bytes of its name are no UTF-8. It was not read.",
    action="Ask the owner of {endpoint} to name files in UTF-8. Rename this one, or move it away.",
    cause="answer-file:{endpoint}/{name}",
    meaning="A name in the ERP's answer folder cannot be written down, so nothing could be joined to it.",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that the ERP wrote, and the rule that takes it."""

    file: RemoteFile
    rule: AnswerRuleSettings


def complete_answers(
    endpoint: EndpointSettings, answers: AnswerSettings, waiting: Sequence[ToMove], held: Held
) -> list[Found]:
    """The files that a rule takes, that are whole, and that were not read yet. waiting: read, and not moved away."""
    listed = listing(endpoint, held)
    names = {name_of(file) for file in listed}
    now = held.site.clock()
    taken: list[Found] = []
    strange: dict[str, ProblemKind] = {}
    for file in listed:
        name = name_of(file)
        if not is_text(name):
            strange[shown(name)] = ANSWER_NAME_UNREADABLE
        elif rule := rule_for(name, answers):
            if is_complete(file, names, rule, now):
                taken.append(Found(file, rule))
        elif not is_on_its_way(name, answers):
            strange[name] = ANSWER_UNKNOWN
    tell_strange(endpoint, names, strange, held)
    growing = [name_of(one.file) for one in taken if one.rule.stays]
    known = held.ledger.answers.sizes(growing) if growing else {}
    known |= {answer.name: answer.size for answer in waiting}
    return [one for one in taken if known.get(name_of(one.file)) != one.file.size]


def listing(endpoint: EndpointSettings, held: Held) -> list[RemoteFile]:
    folder = endpoint.transport.outbound
    assert folder is not None
    return sorted(held.transport().list(folder, ENTRIES_MAX), key=lambda file: file.path)


def name_of(file: RemoteFile) -> str:
    return PurePosixPath(file.path).name


def is_text(name: str) -> bool:
    """Whether the bytes of the name were UTF-8: others stand in a str as lone surrogates, which nothing can keep."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def shown(name: str) -> str:
    """A name that is no text, as it can be written down."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def is_complete(file: RemoteFile, names: set[str], rule: AnswerRuleSettings, now: datetime) -> bool:
    """Whole by the profile's sign: its trigger is there, or it came by rename, or it has not changed for a while."""
    if rule.complete == "trigger":
        return name_of(file) + rule.trigger_suffix in names
    if rule.complete == "stable":
        return file.modified_at is not None and now - file.modified_at >= timedelta(seconds=rule.stable_s)
    return True


def rule_for(name: str, answers: AnswerSettings) -> AnswerRuleSettings | None:
    """The rule that takes a file. A star takes no temporary name: the ERP still writes what lies under it."""
    rule = answers.folder_rule_for(name)
    return None if rule and is_temporary(name) and not is_temporary(rule.names) else rule


def is_temporary(name: str) -> bool:
    """Whether it is a name under which files are written before they are renamed."""
    return name.startswith(".") or name.casefold().endswith((".tmp", ".part", ".filepart", ".lock"))


def is_on_its_way(name: str, answers: AnswerSettings) -> bool:
    """Whether it is a temporary name or a trigger, which is nobody's trouble."""
    if is_temporary(name):
        return True
    return any(rule.trigger_suffix and name.endswith(rule.trigger_suffix) for rule in answers.rules)


def tell_strange(endpoint: EndpointSettings, names: set[str], strange: dict[str, ProblemKind], held: Held) -> None:
    """Say once of each file that nobody reads that it is there, and close what was said of one that is gone."""
    told = held.ledger.open_steps("endpoint", endpoint.name, FILE_STEP)
    wanted = dict(problems_of(endpoint, strange, held))
    for step, problem in wanted.items():
        if step not in told or step == FILE_STEP + MANY_UNKNOWN:
            held.ledger.open_exception("endpoint", endpoint.name, step, problem, None)
    told |= held.ledger.open_steps("endpoint", endpoint.name, UNREAD_STEP)
    there = {step + shown(name) for name in names for step in (FILE_STEP, UNREAD_STEP)}
    for step in told - there - wanted.keys():
        held.ledger.close_exceptions("endpoint", endpoint.name, step)


def problems_of(
    endpoint: EndpointSettings, strange: dict[str, ProblemKind], held: Held
) -> Iterator[tuple[str, Problem]]:
    """A problem for each of the first, and one for all others."""
    subject = {"endpoint": endpoint.name, "profile": held.profile.name}
    for name in list(strange)[:UNKNOWN_TOLD_MAX]:
        yield FILE_STEP + name, strange[name].problem(name=name, **subject)
    more = len(strange) - UNKNOWN_TOLD_MAX
    if more > 0:
        yield FILE_STEP + MANY_UNKNOWN, ANSWERS_UNKNOWN.problem(count=more, **subject)


def taken_folder(endpoint: EndpointSettings) -> str:
    """Where answers go that were applied."""
    return endpoint.transport.taken or f"{endpoint.transport.outbound}/taken"


def aside_name(name: str, mark: str) -> str:
    """The name of an answer in the taken folder: our mark before it; its head is cut where a server allows no more."""
    return f"{mark}-{name.encode()[-NAME_BYTES_MAX:].decode(errors='ignore')}"


def move_aside(endpoint: EndpointSettings, waiting: Sequence[ToMove], held: Held) -> BridgeError | None:
    """Move applied answers into the taken folder under names that carry our id; what cannot be moved keeps no other.

    Gives the first trouble. The next pass tries again: a move that had no answer is then found to be done or not.
    """
    folder, taken = endpoint.transport.outbound, taken_folder(endpoint)
    pairs = [
        (f"{folder}/{answer.name}", f"{taken}/{aside_name(answer.name, f'{answer.answer_id:06}')}")
        for answer in waiting
    ]
    outcomes = move_in_turn(pairs, held)
    moved = [
        answer.answer_id
        for answer, outcome in zip(waiting, outcomes, strict=False)
        if isinstance(outcome, str | Missing)  # somebody else moved it, or an earlier move had no answer
    ]
    if moved:
        held.ledger.moved(moved)
    return next((one for one in outcomes if isinstance(one, BridgeError) and not isinstance(one, Missing)), None)


def move_in_turn(pairs: Sequence[tuple[str, str]], held: Held) -> list[str | BridgeError]:
    """The outcome of each, in order, though one is refused; fewer where the line dies or the whole folder refuses."""
    outcomes: list[str | BridgeError] = []
    refused = 0
    while len(outcomes) < len(pairs) and refused < MOVES_REFUSED_MAX:
        start = len(outcomes)
        for outcome in held.transport().rename(pairs[start : start + MOVES_MAX]):
            outcomes.append(outcome)
            if isinstance(outcome, BridgeError):
                break  # the transport sends none behind a trouble
        last = outcomes[-1]
        if isinstance(last, Missing) or not isinstance(last, BridgeError):
            continue
        if not isinstance(last, Refused | ServerFailed):
            break  # the line is dead
        refused += 1
    return outcomes

"""Kept answers that are due to be read again: from the archive's bytes, by the profile as it is now.

A person asked for it after mending the profile or the cause, or the ERP wrote the same bytes once more. Each is one
commit, which also ends its being due: killed before it the answer is due still, after it nothing is done twice.
"""

from __future__ import annotations

from pathlib import PurePath

import structlog

from bridge.archive import Kept
from bridge.domain.answers import ResultOutcome
from bridge.domain.digests import digests_of
from bridge.domain.errors import Missing
from bridge.domain.problems import Problem, ProblemKind
from bridge.flow.reading_answers import Fetched, Joined, Read, answer_of, read_answers
from bridge.flow.site import Held
from bridge.ledger import AnswerToApply, AnswerToReadAgain
from bridge.profiles import AnswerRuleSettings, AnswerSettings

log = structlog.get_logger(__name__)

READ_AGAIN_MAX = 500  # of one pass; the next goes on
MOVED = (ResultOutcome.APPLIED, ResultOutcome.LATE)  # a late answer moves its order as any other

ANSWER_WITHOUT_RULE = ProblemKind(
    code="answer-without-rule",
    title="No rule of the profile takes {name} of {endpoint} any more",
    message="{name} of {endpoint} was kept, but no rule of profile {profile} takes a file of this name now. "
    "Nothing of it was applied.",
    action="Mend names of the rule in profile {profile}. Then: bridge exceptions retry ID --reason TEXT.",
    cause="answer-rule:{name}",
    meaning="A kept answer was to be read again, and the profile has lost the rule for it.",
)
ANSWER_NOT_KEPT = ProblemKind(
    code="answer-not-kept",
    title="The archive does not hold {name} of {endpoint} as it came",
    message="The archive's {path} is missing or differs from what came (SHA-256 {sha256}). It was not read again.",
    action="Run `bridge archive verify`, and restore the file from a backup. Then: bridge exceptions retry ID --reason "
    "TEXT.",
    cause="answer-kept:{name}",
    meaning="A kept answer was to be read again, and its bytes were changed or lost.",
)


def read_kept_again(answers: AnswerSettings, held: Held) -> int:
    """Read what is due, oldest first. Gives how many results were applied."""
    applied = 0
    for kept in held.ledger.answers.to_read_again(READ_AGAIN_MAX):
        done = held.ledger.apply_again(kept, as_read_now(kept, answers, held))
        results = sum(done.outcomes.values())
        log.info("answer.read_again", file_name=kept.name, results=results, sha256=kept.sha256)
        applied += sum(done.outcomes.get(outcome, 0) for outcome in MOVED)
        if not held.has_time():
            break
    return applied


def as_read_now(kept: AnswerToReadAgain, answers: AnswerSettings, held: Held) -> AnswerToApply:
    """What a kept answer says by the rule that takes it today, or what is wrong with it."""
    found = rule_now(kept, answers)
    rule = found or answers.rules[0]
    one = Fetched(None, kept.name, Kept(kept.sha256, kept.size, kept.archive_path), rule, kept)
    subject = {"name": kept.name, "endpoint": held.endpoint.name}
    problem: Problem | None = None
    if found is None:
        problem = ANSWER_WITHOUT_RULE.problem(profile=held.profile.name, **subject)
    elif not is_whole(kept, held):
        problem = ANSWER_NOT_KEPT.problem(path=kept.archive_path, sha256=kept.sha256, **subject)
    joined = Joined(Read.quarantined(problem, 0), None) if problem else read_answers([one], held)[0]
    return answer_of(one, PurePath(kept.archive_path), joined, held.today(), held)


def rule_now(kept: AnswerToReadAgain, answers: AnswerSettings) -> AnswerRuleSettings | None:
    """What was seen beside our files, or of them, by the rule of then; else the first that takes the name."""
    of_then = next((rule for rule in answers.rules if rule.name == kept.rule), None)
    if of_then is not None and not of_then.in_answer_folder:
        return of_then
    return answers.folder_rule_for(kept.name)


def is_whole(kept: AnswerToReadAgain, held: Held) -> bool:
    """Whether the archive holds the bytes that came."""
    try:
        with held.archive.open_file(kept.archive_path) as content:
            return digests_of(content, ("sha256",))["sha256"] == kept.sha256
    except Missing:
        return False

"""The contract of a profile as rows that the ERP's owner can read and agree to."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.handover import Role
from bridge.domain.limits import Limit
from bridge.domain.policies import FieldPolicy
from bridge.profiles.profile import Profile
from bridge.profiles.settings import AnswerRuleSettings

Row = dict[str, str]
CHOICES_SHOWN_MAX = 10
_COMPLETE = {
    "renamed": "when it has its final name",
    "trigger": "when its trigger file is there",
    "stable": "when it has not changed for a while",
}


def contract_table(profile: Profile) -> list[Row]:
    """Rows of subject, value, and where it is said (file:line or document)."""
    return [{"subject": subject, "value": value, "source": source} for subject, value, source in _rows(profile)]


def _rows(profile: Profile) -> Iterator[tuple[str, str, str]]:
    file = profile.settings.file
    yield "profile", f"{profile.name}, version {profile.version}", f"digest {profile.digest[:12]}"
    yield "for", profile.description, ""
    yield "format", profile.settings.format, profile.media_type
    yield "file name", file.name, f"numbers to {profile.sequence_last}"
    yield "order of files", "strictly by number" if profile.ordered else "any", ""
    yield "orders in a file", "1" if file.orders_per_file_max == 1 else f"1 to {file.orders_per_file_max}", ""
    mark = ", with byte order mark" if file.byte_order_mark else ""
    yield "encoding", f"{file.encoding}{mark}, line ends {file.line_end}", ""
    yield "line breaks in a field", profile.characters.newline.value, ""
    if profile.characters.fold:
        yield "folded characters", " ".join(f"{one}→{other}" for one, other in profile.characters.fold.items()), ""
    if profile.characters.transliterate:
        yield "letters that the encoding lacks", "ü as ue, Greek and Cyrillic in Latin letters, else no accents", ""
    elif profile.characters.drop_accents:
        yield "letters that the encoding lacks", "without their accents", ""
    yield from _set_by_installation(profile)
    yield from _held_against(profile)
    yield from _handover(profile)
    yield from _answers(profile)
    yield from _fixed_records(profile)
    yield "carried fields", ", ".join(profile.carries), ""
    for limit in profile.limits:
        yield f"limit of {limit.field}", _limit(limit), limit.source or limit.place


def _limit(limit: Limit) -> str:
    """What the ERP's field holds, and what is done with more."""
    if FieldPolicy.LINE in limit.policies:
        return "no place beside the lines: it goes as a line of its own"
    parts = f"{limit.parts} x " if limit.parts > 1 else ""
    words = [f"{limit.digits_max} digits"] if limit.digits_max else []
    words += [f"{limit.decimals_max} decimal places"] if limit.decimals_max is not None else []
    words += [f"{parts}{limit.length_max} {limit.unit}"] if limit.length_max else []
    words = words or (["no place in the file"] if FieldPolicy.PASS in limit.policies else ["any length"])
    words += ["required"] if limit.required else []
    words += [limit.pattern_words] if limit.pattern_words else []
    words += [f"only {limit.characters}"] if limit.characters and not limit.pattern_words else []
    words += [f"one of {', '.join(limit.codes)}"] if limit.codes else []
    return f"{', '.join(words)}; {' or '.join(limit.policies)}"


def _set_by_installation(profile: Profile) -> Iterator[tuple[str, str, str]]:
    """What bridge.toml sets, with its value here."""
    for name, one in profile.settings.parameters.items():
        choices = f" (one of {', '.join(one.choices)})" if 0 < len(one.choices) <= CHOICES_SHOWN_MAX else ""
        yield f"parameter {name}", f"{profile.parameters.get(name, '')}{choices}", one.description


def _held_against(profile: Profile) -> Iterator[tuple[str, str, str]]:
    """What a file must keep before it is sealed, and the files of other purposes."""
    xml = profile.settings.xml
    if xml is not None and xml.schema_file:
        yield "schema", xml.schema_file, ""
    if xml is not None and xml.rules:
        yield "rules", xml.rules, "docs/peppol.md"
    for purpose, further in profile.further.items():
        yield f"{purpose.value} files", further.settings.file.name, ""


def _fixed_records(profile: Profile) -> Iterator[tuple[str, str, str]]:
    """The positions of every column, as the ERP's document would have them."""
    fixed = profile.settings.fixed
    for number, record in enumerate(fixed.records if fixed else (), start=1):
        at, columns = 1, []
        for column in record.columns:
            columns.append(f"{column.heading} {at}-{at + column.width - 1}")
            at += column.width
        length = (fixed.record_length if fixed else None) or at - 1
        condition = f", where {record.when} is not empty" if record.when else ""
        yield f"record {number}", f"{length} long, each {record.each}{condition}: {', '.join(columns)}", ""
    for total in profile.settings.control:
        digits = f", its last {total.digits} digits" if total.digits else ""
        yield f"control total {total.name}", f"{total.kind} of {total.of}{digits}", ""


def _handover(profile: Profile) -> Iterator[tuple[str, str, str]]:
    handover = profile.handover
    companions = handover.companions()
    words = {
        Role.FILE: "the file, renamed from a temporary name",
        Role.CHECKSUM: f"{handover.checksum_name} in the form of {handover.checksum}sum",
        Role.MANIFEST: f"the manifest {companions.get(Role.MANIFEST)}",
        Role.TRIGGER: f"an empty {handover.trigger}",
    }
    steps = [words[role] for role in handover.order if role is Role.FILE or role in companions]
    yield "handover", ", then ".join(steps), ""


def _answers(profile: Profile) -> Iterator[tuple[str, str, str]]:
    answers, register = profile.answers, profile.register
    if answers is None:
        yield "answers", "none", ""
    else:
        yield "answer expected within", f"{answers.within_s} s", ""
        for rule in answers.rules:
            yield f"answer {rule.name}", _answer(rule), f"style {rule.style}"
            if rule.verdicts:
                words = ", ".join(f"{word} = {meaning}" for word, meaning in rule.verdicts.items())
                yield f"verdicts of {rule.name}", words, ""
        if answers.all_of:
            yield "answers that must all come", ", ".join(answers.all_of), ""
        for code, reason in answers.reasons.items():
            yield f"reason {code}", reason.words, reason.action
    if register is not None:
        yield "register", f"CSV with the columns {register.external_id} and {register.erp_number}", ""


def _answer(rule: AnswerRuleSettings) -> str:
    """Where an answer is looked for, when it is read, and what silence in it means."""
    if rule.style == "vanished":
        return "our file is gone from the inbound folder: taken"
    if rule.moved is not None:
        folders = ", ".join(f"{folder} = {says}" for folder, says in rule.moved.folders.items())
        return f"our file lies in a folder: {folders}"
    words = [f"{rule.names} beside our file" if rule.beside else rule.names, f"read {_COMPLETE[rule.complete]}"]
    words += ["a log that grows"] if rule.grows else []
    words += ["results in the order of our file"] if rule.by_position else []
    words += ["orders that it does not name were accepted"] if rule.rest == "accepted" else []
    return ", ".join(words)

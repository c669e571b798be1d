"""From `[answers]` to the reader of acknowledgements; what is wrong is noted with its key."""

from __future__ import annotations

from typing import Protocol, cast

from bridge.profiles.acknowledgements.base import Acknowledgements
from bridge.profiles.acknowledgements.csv_log import CsvAcknowledgements
from bridge.profiles.acknowledgements.idoc import IdocAcknowledgements
from bridge.profiles.acknowledgements.ubl_answer import UblAcknowledgements
from bridge.profiles.acknowledgements.xml_answer import PathRefused, XmlAcknowledgements
from bridge.profiles.additions import STYLES, added, added_names
from bridge.profiles.reading import suggestion
from bridge.profiles.rows import reads_in_lines
from bridge.profiles.settings import AnswerRuleSettings, AnswerSettings, CsvAnswerSettings, IdocAnswerSettings


class Wrong(Protocol):
    """Notes a mistake at a key of profile.toml."""

    def __call__(self, path: tuple[str | int, ...], what: str, cure: str = "") -> None: ...


def acknowledgements_of(answers: AnswerSettings, extension: str, wrong: Wrong) -> dict[str, Acknowledgements]:
    """The compiled reader of each rule, by the rule's name; without those in which a mistake was noted."""
    readers: dict[str, Acknowledgements] = {}
    for number, rule in enumerate(answers.rules):
        if any(rule.name == other.name for other in answers.rules[:number]):
            wrong(("answers", "rules", number, "name"), f"two rules of answers are called {rule.name}")
        reader = _reader_of(rule, extension, _below(wrong, number))
        if reader is not None:
            readers[rule.name] = reader
    for number, name in enumerate(answers.all_of):
        known = [rule.name for rule in answers.rules]
        if name not in known:
            wrong(("answers", "all_of", number), f"there is no rule {name}{suggestion(name, known)}")
    return readers


def _below(wrong: Wrong, number: int) -> Wrong:
    """Mistakes of one rule, with its place before their key."""

    def wrong_in_rule(path: tuple[str | int, ...], what: str, cure: str = "") -> None:
        wrong(("answers", "rules", number, *path), what, cure)

    return wrong_in_rule


def _reader_of(rule: AnswerRuleSettings, extension: str, wrong: Wrong) -> Acknowledgements | None:
    """The compiled reader; None where a mistake was noted."""
    if rule.complete == "trigger" and not rule.trigger_suffix:
        wrong(("complete",), "complete = 'trigger' needs trigger_suffix")
    if rule.grows and rule.style != "csv":
        wrong(("grows",), "only answers of style csv can grow")
    if rule.style in ("xml", "csv") and not set(rule.verdicts.values()) & {"accepted", "rejected"}:
        wrong(("verdicts",), "verdicts names no word for accepted or rejected")
    try:
        if rule.style == "xml" and rule.xml:
            return XmlAcknowledgements(rule, rule.xml, extension)
    except PathRefused as error:
        wrong(("xml", error.key), f"xml.{error.key}: {error}")
        return None
    if rule.style == "ubl":
        return UblAcknowledgements(rule, extension)
    if rule.style == "csv" and rule.csv:
        return _csv_log(rule, rule.csv, extension, wrong)
    if rule.style == "idoc":
        return _idoc(rule, rule.idoc or IdocAnswerSettings(), extension, wrong)
    if rule.style in ("xml", "csv"):
        wrong(("style",), f"style {rule.style} needs the table [answers.rules.{rule.style}]")
        return None
    return _added_style(rule, extension, wrong)


def _idoc(rule: AnswerRuleSettings, idoc: IdocAnswerSettings, extension: str, wrong: Wrong) -> Acknowledgements | None:
    if not reads_in_lines(idoc.encoding):
        wrong(("idoc", "encoding"), f"idoc.encoding = {idoc.encoding!r} is not known, or cannot be read line by line")
    try:
        return IdocAcknowledgements(rule, idoc, extension)
    except ValueError as error:
        wrong(("idoc", "columns"), f"idoc.columns: {error}")
        return None


def _csv_log(rule: AnswerRuleSettings, csv: CsvAnswerSettings, extension: str, wrong: Wrong) -> Acknowledgements:
    if not reads_in_lines(csv.encoding):
        what = f"csv.encoding = {csv.encoding!r} is not known, or cannot be read line by line"
        wrong(("csv", "encoding"), what)
    wanted = str if csv.heading else int
    for key, column in csv.columns.model_dump(exclude_none=True).items():
        if not isinstance(column, wanted) or column == 0:
            kind = "a heading" if csv.heading else "a number from 1, as the log has no heading row"
            wrong(("csv", "columns", key), f"csv.columns.{key} must be {kind}")
    return CsvAcknowledgements(rule, csv, extension)


def _added_style(rule: AnswerRuleSettings, extension: str, wrong: Wrong) -> Acknowledgements | None:
    factory = added(STYLES, rule.style)
    if factory is None:
        known = ["xml", "csv", "ubl", *added_names(STYLES)]
        what = f"style = {rule.style!r} is not known{suggestion(rule.style, known)}"
        wrong(("style",), what, f"Allowed are {', '.join(known)}.")
        return None
    try:
        return cast(Acknowledgements, factory(rule, extension))
    except ValueError as error:
        wrong(("options",), f"options of style {rule.style}: {error}")
        return None

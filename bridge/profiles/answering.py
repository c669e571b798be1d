"""From `[answers]` to the reader of acknowledgements; what is wrong is noted with its key."""

from __future__ import annotations

from typing import Protocol, cast

from bridge.profiles.acknowledgements.base import Acknowledgements
from bridge.profiles.acknowledgements.csv_log import CsvAcknowledgements
from bridge.profiles.acknowledgements.xml_answer import PathRefused, XmlAcknowledgements
from bridge.profiles.additions import STYLES, added, added_names
from bridge.profiles.reading import suggestion
from bridge.profiles.rows import reads_in_lines
from bridge.profiles.settings import AnswerSettings, CsvAnswerSettings


class Wrong(Protocol):
    """Notes a mistake at a key of profile.toml."""

    def __call__(self, path: tuple[str | int, ...], what: str, cure: str = "") -> None: ...


def acknowledgements_of(answers: AnswerSettings, extension: str, wrong: Wrong) -> Acknowledgements | None:
    """The compiled reader; None where a mistake was noted."""
    if answers.complete == "trigger" and not answers.trigger_suffix:
        wrong(("answers", "complete"), "complete = 'trigger' needs trigger_suffix")
    if answers.grows and answers.style != "csv":
        wrong(("answers", "grows"), "only answers of style csv can grow")
    if not set(answers.verdicts.values()) & {"accepted", "rejected"}:
        wrong(("answers", "verdicts"), "verdicts names no word for accepted or rejected")
    try:
        if answers.style == "xml" and answers.xml:
            return XmlAcknowledgements(answers, answers.xml, extension)
    except PathRefused as error:
        wrong(("answers", "xml", error.key), f"answers.xml.{error.key}: {error}")
        return None
    if answers.style == "csv" and answers.csv:
        return _csv_log(answers, answers.csv, extension, wrong)
    if answers.style in ("xml", "csv"):
        wrong(("answers", "style"), f"style {answers.style} needs the table [answers.{answers.style}]")
        return None
    return _added_style(answers, extension, wrong)


def _csv_log(answers: AnswerSettings, csv: CsvAnswerSettings, extension: str, wrong: Wrong) -> Acknowledgements:
    if not reads_in_lines(csv.encoding):
        what = f"answers.csv.encoding = {csv.encoding!r} is not known, or cannot be read line by line"
        wrong(("answers", "csv", "encoding"), what)
    wanted = str if csv.heading else int
    for key, column in csv.columns.model_dump(exclude_none=True).items():
        if not isinstance(column, wanted) or column == 0:
            kind = "a heading" if csv.heading else "a number from 1, as the log has no heading row"
            wrong(("answers", "csv", "columns", key), f"answers.csv.columns.{key} must be {kind}")
    return CsvAcknowledgements(answers, csv, extension)


def _added_style(answers: AnswerSettings, extension: str, wrong: Wrong) -> Acknowledgements | None:
    factory = added(STYLES, answers.style)
    if factory is None:
        known = ["xml", "csv", *added_names(STYLES)]
        what = f"style = {answers.style!r} is not known{suggestion(answers.style, known)}"
        wrong(("answers", "style"), what, f"Allowed are {', '.join(known)}.")
        return None
    try:
        return cast(Acknowledgements, factory(answers, extension))
    except ValueError as error:
        wrong(("answers", "options"), f"options of style {answers.style}: {error}")
        return None

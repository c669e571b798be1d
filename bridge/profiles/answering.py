"""From `[answers]` to the reader of acknowledgements; what is wrong is noted with its key."""

from __future__ import annotations

from typing import Protocol, cast

from bridge.profiles.acknowledgements.base import Acknowledgements, as_expression
from bridge.profiles.acknowledgements.csv_log import CsvAcknowledgements
from bridge.profiles.acknowledgements.edifact import EdifactAcknowledgements
from bridge.profiles.acknowledgements.fixed_rows import FixedAcknowledgements, WidthsRefused
from bridge.profiles.acknowledgements.idoc import IdocAcknowledgements
from bridge.profiles.acknowledgements.line_patterns import LineAcknowledgements, PatternRefused
from bridge.profiles.acknowledgements.opentrans import OpentransAcknowledgements, WordsRefused
from bridge.profiles.acknowledgements.places import PlaceAcknowledgements
from bridge.profiles.acknowledgements.sibling import SiblingAcknowledgements
from bridge.profiles.acknowledgements.ubl_answer import UblAcknowledgements
from bridge.profiles.acknowledgements.x12_answer import X12Acknowledgements
from bridge.profiles.acknowledgements.xml_answer import PathRefused, XmlAcknowledgements
from bridge.profiles.additions import STYLES, added, added_names
from bridge.profiles.answer_settings import X12AnswerSettings
from bridge.profiles.patterns import TooManyWays, refuse_too_many_ways
from bridge.profiles.reading import suggestion
from bridge.profiles.rows import is_encoding, reads_in_lines
from bridge.profiles.settings import (
    NAME_PLACES,
    PLACE_STYLES,
    AnswerRuleSettings,
    AnswerSettings,
    CsvAnswerSettings,
    EdifactAnswerSettings,
    IdocAnswerSettings,
)

UNSIGNED = ("xml", "csv", "fixed", "lines", "sibling", *PLACE_STYLES)  # say nowhere who wrote them, or not by a name
NAME_RUNNING_MAX = 3  # stars of a name's pattern that can run over what follows them; names are short


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
    _check_place(rule, wrong)
    for key in ("sender", "receiver"):
        if getattr(rule, key) and rule.style in UNSIGNED:
            wrong((key,), f"an answer of style {rule.style} does not tell its {key}; {key} has no meaning")
    if rule.grows and rule.style not in ("csv", "fixed", "lines"):
        wrong(("grows",), "only answers of style csv, fixed and lines can grow")
    if rule.grows and rule.rest == "accepted":
        wrong(("rest",), "rest = 'accepted' needs an answer that is whole, and a log that grows never is")
    if rule.style in ("xml", "csv", "fixed") and not set(rule.verdicts.values()) & {"accepted", "rejected"}:
        wrong(("verdicts",), "verdicts names no word for accepted or rejected")
    try:
        if rule.style == "xml" and rule.xml:
            return XmlAcknowledgements(rule, rule.xml, extension)
    except PathRefused as error:
        wrong(("xml", error.key), f"xml.{error.key}: {error}")
        return None
    if rule.style in _WITHOUT_TABLES_OF_RESULTS:
        return _WITHOUT_TABLES_OF_RESULTS[rule.style](rule, extension, wrong)
    if rule.style == "edifact":
        return EdifactAcknowledgements(rule, rule.edifact or EdifactAnswerSettings(), extension)
    if rule.style == "ubl":
        return UblAcknowledgements(rule, extension)
    if rule.style == "opentrans":
        return _opentrans(rule, extension, wrong)
    if rule.style == "csv" and rule.csv:
        return _csv_log(rule, rule.csv, extension, wrong)
    if rule.style == "idoc":
        return _idoc(rule, rule.idoc or IdocAnswerSettings(), extension, wrong)
    if rule.style in ("xml", "csv"):
        wrong(("style",), f"style {rule.style} needs the table [answers.rules.{rule.style}]")
        return None
    return _added_style(rule, extension, wrong)


def _check_place(rule: AnswerRuleSettings, wrong: Wrong) -> None:
    """Where the answer is looked for, and what its name tells."""
    if rule.style in PLACE_STYLES:
        if rule.names or rule.beside:
            wrong(("names",), f"style {rule.style} looks for our own file; names and beside have no meaning")
    elif not rule.names:
        wrong(("names",), f"style {rule.style} needs names, the pattern of the answers' file names")
    elif rule.beside and (set(rule.names) & set("*?") or not any(place in rule.names for place in NAME_PLACES)):
        wrong(("names",), "beside = true needs a name with {file} or {stem} and without * and ?")
    try:
        refuse_too_many_ways(as_expression(rule.pattern), NAME_RUNNING_MAX)
    except TooManyWays:
        what = f"names has stars side by side, or more than {NAME_RUNNING_MAX} (our own name counts as one)"
        wrong(("names",), what, "Leave out what one star stands for, or put what stands between them.")


def _opentrans(rule: AnswerRuleSettings, extension: str, wrong: Wrong) -> Acknowledgements | None:
    if rule.opentrans is None:
        what = "style opentrans needs [answers.rules.opentrans] with reject_when: openTRANS has no code for a rejection"
        wrong(("style",), what, "Ask the ERP's owner how a rejected order is answered, and say it in reject_when.")
        return None
    if ("remarks" in rule.opentrans.reject_when) != bool(rule.opentrans.reject_words):
        wrong(("opentrans", "reject_words"), "reject_when = remarks and reject_words belong together")
    try:
        return OpentransAcknowledgements(rule, rule.opentrans, extension)
    except WordsRefused as error:
        wrong(("opentrans", "reject_words"), f"reject_words: {error}")
        return None


def _sibling(rule: AnswerRuleSettings, extension: str, wrong: Wrong) -> Acknowledgements | None:
    if rule.sibling is None:
        wrong(("style",), "style sibling needs the table [answers.rules.sibling]")
        return None
    if not any(place in rule.names for place in NAME_PLACES):
        wrong(("names",), "a sibling's name tells our file's: names needs {file} or {stem}")
    if not is_encoding(rule.sibling.encoding):
        wrong(("sibling", "encoding"), f"sibling.encoding = {rule.sibling.encoding!r} is not known")
    return SiblingAcknowledgements(rule, rule.sibling, extension)


def _lines(rule: AnswerRuleSettings, extension: str, wrong: Wrong) -> Acknowledgements | None:
    if rule.lines is None:
        wrong(("style",), "style lines needs the table [answers.rules.lines]")
        return None
    if not reads_in_lines(rule.lines.encoding):
        what = f"lines.encoding = {rule.lines.encoding!r} is not known, or cannot be read line by line"
        wrong(("lines", "encoding"), what)
        return None
    try:
        return LineAcknowledgements(rule, rule.lines, extension)
    except PatternRefused as error:
        wrong(("lines", "patterns", error.number, "pattern"), f"the pattern {error}")
        return None


def _fixed(rule: AnswerRuleSettings, extension: str, wrong: Wrong) -> Acknowledgements | None:
    if rule.fixed is None:
        wrong(("style",), "style fixed needs the table [answers.rules.fixed]")
        return None
    try:
        return FixedAcknowledgements(rule, rule.fixed, extension)
    except WidthsRefused as error:
        wrong(("fixed", error.key), f"fixed.{error.key}: {error}")
        return None


def _moved(rule: AnswerRuleSettings, extension: str, wrong: Wrong) -> Acknowledgements | None:  # noqa: ARG001  # as all
    if rule.moved is None:
        wrong(("style",), "style moved needs the table [answers.rules.moved]")
    return PlaceAcknowledgements()


def _vanished(rule: AnswerRuleSettings, extension: str, wrong: Wrong) -> Acknowledgements:  # noqa: ARG001  # as all
    return PlaceAcknowledgements()


def _x12(rule: AnswerRuleSettings, extension: str, wrong: Wrong) -> Acknowledgements:  # noqa: ARG001  # as all
    x12 = rule.x12 or X12AnswerSettings()
    if not reads_in_lines(x12.encoding):
        wrong(("x12", "encoding"), f"x12.encoding = {x12.encoding!r} is not known, or has no ASCII in it")
    return X12Acknowledgements(rule, x12)


_WITHOUT_TABLES_OF_RESULTS = {
    "fixed": _fixed,
    "sibling": _sibling,
    "lines": _lines,
    "moved": _moved,
    "vanished": _vanished,
    "x12": _x12,
}


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
    if csv.columns.external_id is None and not rule.by_position:
        wrong(("csv", "columns"), "csv.columns.external_id is missing; only with by_position an answer can do without")
    wanted = str if csv.heading else int
    for key, column in csv.columns.model_dump(exclude_none=True).items():
        if not isinstance(column, wanted) or column == 0:
            kind = "a heading" if csv.heading else "a number from 1, as the log has no heading row"
            wrong(("csv", "columns", key), f"csv.columns.{key} must be {kind}")
    return CsvAcknowledgements(rule, csv, extension)


def _added_style(rule: AnswerRuleSettings, extension: str, wrong: Wrong) -> Acknowledgements | None:
    factory = added(STYLES, rule.style)
    if factory is None:
        known = ["xml", "csv", "ubl", *_WITHOUT_TABLES_OF_RESULTS, *added_names(STYLES)]
        what = f"style = {rule.style!r} is not known{suggestion(rule.style, known)}"
        wrong(("style",), what, f"Allowed are {', '.join(known)}.")
        return None
    try:
        return cast(Acknowledgements, factory(rule, extension))
    except ValueError as error:
        wrong(("options",), f"options of style {rule.style}: {error}")
        return None

"""The options of a folder store: where files are dropped, when one counts as whole, and how its CSV is written."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bridge.config.values import StoreSettings
from bridge.stores.options import Options

AUTOMATIC = "auto"


@dataclass(frozen=True, slots=True)
class CsvDialect:
    """How the dropped CSV files are written."""

    delimiter: str  # or "auto": the one of , ; tab that the header holds most
    decimal: str  # never guessed from a cell: "1.234" has two readings
    encoding: str
    timezone: ZoneInfo | None  # of times without an offset; None: they are refused


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """One folder of order files."""

    name: str
    path: Path  # files are dropped here
    results: Path  # ERP numbers are written here
    written_index: Path  # which number was written for which order
    settle_s: float  # a file whose size and time stand still for so long is whole
    trigger: str  # suffix of the file that says "whole", as ".done"; empty: by standing still
    csv: CsvDialect

    @property
    def in_work(self) -> Path:
        return self.path / "in-work"

    @property
    def processed(self) -> Path:
        return self.path / "processed"

    @property
    def refused(self) -> Path:
        return self.path / "refused"


def read_settings(name: str, settings: StoreSettings) -> FolderSettings:
    """The checked options. Raises ConfigurationRefused naming the key, its place and what is allowed."""
    options = Options(settings)
    path = Path(options.text("path"))
    results = Path(options.text("results", str(path / "results")))
    trigger = options.text("trigger", "", may_be_empty=True)
    if trigger and (not trigger.startswith(".") or "/" in trigger):
        raise options.refused("trigger", "is not a suffix", 'Write trigger = ".done" or leave it out.')
    result = FolderSettings(
        name=name,
        path=path,
        results=results,
        written_index=Path(options.text("written_index", str(results / ".written.sqlite"))),
        settle_s=options.seconds("settle_s", 2),
        trigger=trigger,
        csv=_dialect(options),
    )
    options.finish()
    return result


def _dialect(options: Options) -> CsvDialect:
    return CsvDialect(
        delimiter=options.one_of("delimiter", AUTOMATIC, (AUTOMATIC, ",", ";", "\t", "|")),
        decimal=options.one_of("decimal", ".", (".", ",")),
        encoding=_encoding(options),
        timezone=_timezone(options),
    )


def _encoding(options: Options) -> str:
    """An encoding in which a line break is one byte: files are read line by line, with the place in the file known."""
    encoding = options.text("encoding", "utf-8")
    try:
        single = codecs.lookup(encoding).encode("\n")[0] == b"\n"
    except LookupError:
        single = False
    if not single:
        raise options.refused("encoding", "cannot be read", 'Use "utf-8", "windows-1250", "windows-1252" or alike.')
    return encoding


def _timezone(options: Options) -> ZoneInfo | None:
    name = options.text("timezone", "", may_be_empty=True)
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise options.refused("timezone", "is not a time zone", 'Write timezone = "Europe/Warsaw" or alike.') from error

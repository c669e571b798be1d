"""The options of a folder store: where files are dropped, when one counts as whole, and how its CSV is written."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from bridge.config.options import Options
from bridge.config.values import StoreSettings
from bridge.stores.folder.xml_file import XmlOrders
from bridge.stores.folder.xml_map import read_xml_map
from bridge.stores.rows.known import LAYOUTS, OWN
from bridge.stores.rows.notation import Notation
from bridge.stores.rows.settings import Overrides, read_notation, read_overrides

AUTOMATIC = "auto"
SUFFIXES = (".json", ".jsonl", ".ndjson", ".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class CsvDialect:
    """How the dropped CSV files are written."""

    delimiter: str  # or "auto": the one of , ; tab that the header holds most
    encoding: str
    notation: Notation
    layout: str  # of a name that is known; "auto": our own names, else the export that the header is known by
    overrides: Overrides


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
    xml: XmlOrders | None  # None: files in XML are not read

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Suffixes of the files that are read."""
        return SUFFIXES if self.xml is None else (*SUFFIXES, ".xml")

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
        options.wrong("trigger", "is not a suffix", 'Write trigger = ".done" or leave it out.')
    csv = _dialect(options)
    result = FolderSettings(
        name=name,
        path=path,
        results=results,
        written_index=Path(options.text("written_index", str(results / ".written.sqlite"))),
        settle_s=options.seconds("settle_s", 2),
        trigger=trigger,
        csv=csv,
        xml=_xml(options, csv),
    )
    options.finish()
    return result


def _dialect(options: Options) -> CsvDialect:
    return CsvDialect(
        delimiter=options.one_of("delimiter", AUTOMATIC, (AUTOMATIC, ",", ";", "\t", "|")),
        encoding=_encoding(options),
        notation=read_notation(options),
        layout=options.one_of("layout", AUTOMATIC, (AUTOMATIC, *LAYOUTS)),
        overrides=read_overrides(options),
    )


def _xml(options: Options, csv: CsvDialect) -> XmlOrders | None:
    """The map of XML files, with the same words, defaults and numbers as CSV files have."""
    xml_map = read_xml_map(options)
    return None if xml_map is None else XmlOrders(xml_map, csv.overrides.on(LAYOUTS[OWN]), csv.notation)


def _encoding(options: Options) -> str:
    """An encoding in which a line break is one byte: files are read line by line, with the place in the file known."""
    encoding = options.text("encoding", "utf-8")
    try:
        single = codecs.lookup(encoding).encode("\n")[0] == b"\n"
    except LookupError:
        single = False
    if not single:
        options.wrong("encoding", "cannot be read", 'Use "utf-8", "windows-1250", "windows-1252" or alike.')
    return encoding

"""A profile: how one ERP wants its files, what its fields can hold, and how it answers. Loaded once, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bridge.domain.answers import AnswerRule, FileNaming, Reason
from bridge.domain.characters import CharacterRules
from bridge.domain.contract import Party
from bridge.domain.handover import Handover
from bridge.domain.limits import Limit
from bridge.domain.naming import NameFacts, NamePattern
from bridge.domain.states import Purpose
from bridge.profiles.acknowledgements.base import Acknowledgements, Answer
from bridge.profiles.formats.base import FileContext, FileRenderer, Format
from bridge.profiles.formats.csv_rows import CsvFormat
from bridge.profiles.formats.fixed import FixedFormat
from bridge.profiles.formats.schema import SchemaFile, load_schema, refuse_malformed, validate
from bridge.profiles.installation import INSTALLATION_FILE, Installation
from bridge.profiles.register import RegisterEntry, read_register
from bridge.profiles.rules import hold_against
from bridge.profiles.settings import AnswerRuleSettings, AnswerSettings, ProfileSettings, RegisterSettings

LOG_STYLES = ("csv", "fixed", "lines")  # rows, of which a log can hold those of yesterday too


class NoAnswersExpected(ValueError):
    """`read_answer` of a file that no rule of the profile takes: a mistake of the caller."""


@dataclass(frozen=True, eq=False)
class Profile:
    """What the loader made of one folder. digest: SHA-256 over names and bytes of all its files."""

    name: str
    folder: Path
    digest: str
    settings: ProfileSettings
    naming: NamePattern
    sequence_last: int
    characters: CharacterRules
    limits: tuple[Limit, ...]
    handover: Handover
    format: Format = field(repr=False)
    acknowledgements: Mapping[str, Acknowledgements] = field(repr=False)  # by the name of the rule
    contents: Mapping[str, bytes] = field(repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict)  # as the installation set them
    installed: Installation = field(default_factory=Installation)
    purpose: Purpose = Purpose.NEW
    further: Mapping[Purpose, Profile] = field(default_factory=dict, repr=False)  # of change and cancel files

    def of(self, purpose: Purpose) -> Profile | None:
        """The contract of files of a purpose; None where the ERP takes none."""
        return self if purpose is self.purpose else self.further.get(purpose)

    @property
    def delta(self) -> bool:
        """Of change files: whether they tell only the lines that differ."""
        return self.settings.change == "delta"

    @property
    def version(self) -> str:
        """The author's own version word."""
        return self.settings.version

    @property
    def description(self) -> str:
        """What ERP and import it is for."""
        return self.settings.description

    @property
    def extension(self) -> str:
        """The ending of file names, with its dot."""
        _, dot, ending = self.settings.file.name.rpartition(".")
        return dot + ending if dot else ""

    @property
    def media_type(self) -> str:
        """Media type of a file."""
        return self.settings.file.media_type

    @property
    def encoding(self) -> str:
        """Encoding of a file."""
        return self.settings.file.encoding

    @property
    def orders_per_file_max(self) -> int:
        """At most so many orders go into one file."""
        return self.settings.file.orders_per_file_max

    @property
    def batch_by(self) -> tuple[str, ...]:
        """Of what the orders of one file have one and the same."""
        return self.settings.file.batch_by

    @property
    def batchable(self) -> bool:
        """Whether a file can hold more than one order."""
        return self.orders_per_file_max > 1

    @property
    def ordered(self) -> bool:
        """Whether files must reach the ERP strictly in sequence order."""
        return self.settings.file.ordered

    @property
    def carries(self) -> tuple[str, ...]:
        """The canonical fields that a reader of the file gets back equal."""
        return self.format.carries

    @property
    def written(self) -> frozenset[str]:
        """The canonical texts that reach a file, alone or joined: whose characters it must hold. Empty: any can."""
        if isinstance(self.format, CsvFormat | FixedFormat):
            return frozenset(self.format.written)
        # A template may join the parts of an address, and so carry none of them as it is: one part stands for all.
        parties = {path.partition(".")[0] for path in self.carries} & {"billing", "delivery"}
        return frozenset(self.carries) | {f"{party}.{name}" for party in parties for name in Party.model_fields}

    @property
    def has_schema(self) -> bool:
        """Whether files are held against a schema."""
        return self.settings.xml is not None and self.settings.xml.schema_file is not None

    @property
    def answers(self) -> AnswerSettings | None:
        """How the ERP answers; None where it never does."""
        return self.settings.answers

    @property
    def register(self) -> RegisterSettings | None:
        """How the ERP lists the orders that it holds; None where it does not."""
        return self.settings.register_

    def files(self) -> dict[str, bytes]:
        """Every file of the folder, as it was loaded: to be kept, so that any export file can be rendered again.

        What bridge.toml sets of the profile is one more file, where it sets anything.
        """
        told = self.installed.told()
        return {**self.contents, INSTALLATION_FILE: told} if told else dict(self.contents)

    def external_id(self, made: str) -> str:
        """The id as the ERP keeps it: where codes are upper-cased it goes in capitals, and comes back as it went."""
        return made.upper() if self.settings.file.external_id_case == "upper" else made

    def number_of(self, sequence_number: int) -> int:
        """The number as the ERP sees it: where the range wraps, 1 comes again after the last one."""
        if not self.settings.file.sequence_wraps:
            return sequence_number
        return (sequence_number - 1) % self.sequence_last + 1

    def file_name(self, facts: NameFacts) -> str:
        """The export file's name. facts: with the ledger's own sequence number."""
        return self.naming.name(replace(facts, sequence_number=self.number_of(facts.sequence_number)))

    def renderer(self, context: FileContext) -> FileRenderer:
        """A new file: head, orders, tail."""
        return self.format.renderer(context)

    def validate(self, path: Path) -> None:
        """Hold a whole rendered file against rules and schema, or else at least against XML. Raises SchemaRefused."""
        xml = self.settings.xml
        if xml is None:
            return
        if xml.rules is not None:
            hold_against(path, xml.rules, self.name)
        if xml.schema_file is not None:
            schema = SchemaFile(self.folder, xml.schema_file, self.digest, self.contents)
            validate(path, load_schema(schema), self.name)
        if xml.rules is None and xml.schema_file is None:
            refuse_malformed(path, self.name)

    @property
    def file_naming(self) -> FileNaming:
        """How an answer can name our files."""
        return FileNaming(self.extension, self.sequence_last if self.settings.file.sequence_wraps else None)

    def answer_rule(self, rule: AnswerRuleSettings) -> AnswerRule:
        """What applying an answer of this kind depends on."""
        answers = self.settings.answers
        if answers is None:
            raise NoAnswersExpected(self.name)
        return AnswerRule(
            name=rule.name,
            profile=self.name,
            by_position=rule.by_position,
            grows=rule.grows,
            repeats=rule.style in LOG_STYLES and not rule.grows,
            rest_accepted=rule.rest == "accepted",
            all_of=answers.all_of if rule.name in answers.all_of else (),
            reasons={key: Reason(one.words, one.action) for key, one in answers.reasons.items()},
            naming=self.file_naming,
        )

    def read_answer(self, path: Path, name: str, from_row: int = 0, rule: AnswerRuleSettings | None = None) -> Answer:
        """What an acknowledgement says, streamed. rule: which kind it is; else the first whose names fit.

        Raises AnswerMalformed, at once or while results are taken.
        """
        if rule is None:
            rule = self.settings.answers.rule_for(name) if self.settings.answers else None
        if rule is None:
            raise NoAnswersExpected(self.name)
        return self.acknowledgements[rule.name].read(path, name, from_row)

    def read_register(self, path: Path) -> Iterator[RegisterEntry]:
        """The ERP's list of orders that it holds, streamed. Raises RegisterMalformed."""
        if self.settings.register_ is None:
            raise NoAnswersExpected(self.name)
        return read_register(path, self.settings.register_, self.name)

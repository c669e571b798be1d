"""The samples of a profile: orders, the file that they must give, and answers with what they mean.

`sample/sample.toml` describes the first; each `sample/NAME/sample.toml` one more, of a variant, a purpose or a special
case. docs/profile-language.md has the keys. `bridge profile test` proves them all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from bridge.domain.answers import Difference, FileKey, FileReference, Level, Result, Verdict
from bridge.domain.changes import changed, only_differences
from bridge.domain.contract import Order
from bridge.domain.digests import digests_of
from bridge.domain.naming import NameFacts
from bridge.domain.outgoing import outgoing
from bridge.domain.states import Purpose
from bridge.profiles.formats.base import FileContext
from bridge.profiles.installation import Installation
from bridge.profiles.loader import load_profile
from bridge.profiles.profile import Profile
from bridge.profiles.reading import Source, dotted
from bridge.profiles.settings import Settings
from bridge.profiles.trial import trial_rules

FOLDER, SAMPLE_FILE = "sample", "sample.toml"
LevelWord = Literal["taken", "syntax received", "syntax accepted", "in work", "verdict"]
_ORDERS = TypeAdapter(list[Order])


class NamedFile(Settings):
    """`files`: one of our files, as the answer names it."""

    key: FileKey = Field(description="reference, name, prefix or digest")
    value: str = Field(description="The file's number, name or digest as the answer has it")

    def reference(self) -> FileReference:
        """As the answer's reader says it."""
        return FileReference(self.key, self.value)


class ChangedByErp(Settings):
    """`differences`: one thing that the ERP changed."""

    field: str = Field(description="quantity, unit price, delivery date, ...")
    line: str = Field("", description="Our line's position; empty: the order as a whole")
    sent: str = Field("", description="As the answer repeats it")
    confirmed: str = Field("", description="As the ERP has it")
    of_all: bool = Field(False, description="Said of every line, so it counts only where it is not what was sent")


class Meaning(Settings):
    """`[[answers.means]]`: one result that the sample answer says."""

    external_id: str = Field("", description="The order; empty: position or whole_file says which is meant")
    verdict: Verdict = Field(description="accepted, rejected, or pending where only a level below was reached")
    erp_number: str | None = Field(None, description="The ERP's document number")
    reason: str = Field("", description="The ERP's words")
    level: LevelWord = Field("verdict", description="How far the answer reaches")
    code: str = Field("", description="The ERP's code for the reason")
    position: int | None = Field(None, description="The order's place in our file, from 1")
    whole_file: bool = Field(False, description="It speaks for all orders of the file")
    file: NamedFile | None = Field(None, description="The file that is meant, where the answer speaks of several")
    differences: tuple[ChangedByErp, ...] = Field((), description="What the ERP changed")

    def result(self, place: str) -> Result:
        """As the answer's reader says it. place: not a sample's business, so the one that was found."""
        return Result(
            external_id=self.external_id,
            verdict=self.verdict,
            erp_number=self.erp_number,
            reason=self.reason,
            place=place,
            level=Level[self.level.upper().replace(" ", "_")],
            code=self.code,
            file=self.file.reference() if self.file else None,
            position=self.position,
            whole_file=self.whole_file,
            differences=tuple(Difference(**one.model_dump()) for one in self.differences),
        )


class SampleAnswer(Settings):
    """`[[answers]]`: an answer file of the ERP, and what it means."""

    file: str = Field(description="The answer, beside sample.toml, called as the ERP calls it")
    files: tuple[NamedFile, ...] | None = Field(None, description="Our files that it names; not looked at when absent")
    means: tuple[Meaning, ...] = Field((), description="Its results in their order")


class Sample(Settings):
    """`sample/sample.toml`: orders, the file that they must give, and answers. A cancellation's orders are as sent."""

    orders: str = Field(description="Canonical orders as JSON, beside sample.toml: one, or a list")
    expected: str = Field(description="Name of the file that they must give; it lies beside sample.toml")
    purpose: Purpose = Field(Purpose.NEW, description="new, change or cancel")
    sent: str | None = Field(None, description="Of a change: the same orders in their order, as the ERP has them")
    change_number: int = Field(1, ge=1, description="Of a change or cancellation: its number")
    erp_numbers: dict[str, str] = Field(default_factory=dict, description="External id = the ERP's number of it")
    parameters: dict[str, str] = Field(default_factory=dict, description="Parameters of the profile for this sample")
    sequence_number: int = Field(1, description="Of the file")
    daily_number: int = Field(1, description="Number of the file among those of its business day")
    endpoint: str = Field("sample", description="Name of the endpoint")
    business_day: date = Field(description="Business day of the seal")
    sealed_at: datetime = Field(description="Instant of the seal")
    answers: tuple[SampleAnswer, ...] = ()


class SampleBroken(ValueError):
    """A sample names a file that is not there, or one that holds no order."""


@dataclass(frozen=True)
class Case:
    """One sample with its folder, and the profile that its parameters and its purpose give."""

    folder: str
    sample: Sample
    loaded: Profile  # with the sample's parameters
    profile: Profile  # the same, for files of the sample's purpose

    def content(self, name: str) -> bytes | None:
        """A file beside sample.toml."""
        return self.profile.contents.get(f"{self.folder}/{name}")


def sample_files(profile: Profile) -> list[str]:
    """Every sample.toml of the profile, the first one of all at the head."""
    found = [
        name for name in profile.contents if name.startswith(f"{FOLDER}/") and name.rpartition("/")[2] == SAMPLE_FILE
    ]
    return sorted(found, key=lambda name: (name.count("/"), name))


def case_of(profile: Profile, name: str) -> Case:
    """The sample that this sample.toml describes. Raises SampleBroken with the place of what is wrong."""
    source = Source(f"{profile.name}/{name}", profile.contents[name])
    try:
        sample = Sample.model_validate(source.table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SampleBroken(f"{source.place(*first['loc'])}: {first['msg']}") from error
    loaded = profile
    if sample.parameters:
        installation = Installation(parameters=sample.parameters, place=source.place("parameters"), sample=True)
        loaded = load_profile(profile.name, profile.folder.parent, installation)
    of_purpose = loaded.of(sample.purpose)
    if of_purpose is None:
        raise SampleBroken(f"{source.place('purpose')}: the profile has no profile.{sample.purpose}.toml")
    return Case(name.removesuffix(f"/{SAMPLE_FILE}"), sample, loaded, of_purpose)


def rendered(case: Case) -> bytes:
    """The file of the sample's orders; codes go as the store has them, the external id is the store's order id."""
    orders = _orders_of(case, case.sample.orders)
    totals: dict[str, Decimal] = {}
    for order in orders:
        totals[order.currency] = totals.get(order.currency, Decimal(0)) + order.totals.gross
    sample = case.sample
    context = FileContext(
        sample.sequence_number,
        sample.expected,
        sample.endpoint,
        sample.business_day,
        sample.sealed_at,
        len(orders),
        totals,
        daily_number=sample.daily_number,
    )
    renderer = case.profile.renderer(context)
    pieces = [renderer.head(), *(renderer.order(tree) for tree in _trees(case, orders)), renderer.tail()]
    return b"".join(pieces)


def file_name(case: Case) -> str:
    """How the profile calls the file."""
    sample = case.sample
    count = len(_orders_of(case, sample.orders))
    facts = NameFacts(
        sample.sequence_number, sample.business_day, sample.sealed_at, sample.endpoint, count, sample.daily_number
    )
    if wanted := case.profile.naming.digests:
        facts = replace(facts, digests=digests_of(BytesIO(rendered(case)), wanted))
    return case.profile.file_name(facts)


def _trees(case: Case, orders: list[Order]) -> list[dict[str, Any]]:
    """The orders as templates get them, with what changed where the sample is of a change or a cancellation."""
    trees = [_tree(case, order) for order in orders]
    if case.sample.purpose is Purpose.NEW:
        return trees
    before = [_tree(case, order) for order in _orders_of(case, case.sample.sent or case.sample.orders)]
    if [tree["external_id"] for tree in before] != [tree["external_id"] for tree in trees]:
        raise SampleBroken(f"{case.folder}/{case.sample.sent} does not hold the orders of {case.sample.orders}")
    return [_changed(case, tree, sent) for tree, sent in zip(trees, before, strict=True)]


def _tree(case: Case, order: Order) -> dict[str, Any]:
    external_id = case.profile.external_id(order.store_order_id)
    return outgoing(order, trial_rules(case.profile.limits, case.profile.characters), external_id)


def _changed(case: Case, tree: dict[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    sample = case.sample
    erp_number = sample.erp_numbers.get(tree["external_id"], "")
    made = changed(tree, sent, sample.purpose, sample.change_number, erp_number)
    return only_differences(made) if case.profile.settings.change == "delta" else made


def _orders_of(case: Case, name: str) -> list[Order]:
    """Canonical orders of a file. Raises SampleBroken with the place of what is wrong."""
    content, shown = case.content(name), f"{case.folder}/{name}"
    if content is None:
        raise SampleBroken(f"there is no {shown}")
    try:
        given = json.loads(content)
        return _ORDERS.validate_python(given if isinstance(given, list) else [given])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SampleBroken(f"{shown}: order{dotted(first['loc'])}: {first['msg']}") from error
    except ValueError as error:
        raise SampleBroken(f"{shown} is no JSON: {error}") from error

"""The proof of a profile: its samples byte for byte, each limit at n and n + 1, hostile texts, its answer's meaning.

What `bridge profile test NAME` runs. `sample/sample.toml` describes a sample; docs/profile-language.md has its keys.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bridge.domain.answers import Verdict
from bridge.domain.contract import Order
from bridge.domain.errors import Refused
from bridge.domain.finding import Finding
from bridge.domain.outgoing import outgoing
from bridge.profiles.errors import CharacterRefused
from bridge.profiles.formats.base import FileContext
from bridge.profiles.limit_trials import limit_findings
from bridge.profiles.profile import Profile
from bridge.profiles.reading import Source, dotted
from bridge.profiles.settings import Settings
from bridge.profiles.trial import TRIAL_CONTEXT, fullest, trial_rules

SAMPLE_FILE = "sample/sample.toml"
_ORDERS = TypeAdapter(list[Order])
# What customers and attackers write: separators, quotes, markup, line breaks, formulas, controls, emoji, half a pair.
HOSTILE = (
    "a;b,c|d\te", "say \"it's\" ;", "one\r\ntwo\nthree", "]]><x>&amp;</x>", "=cmd|' /C calc'!A0", "{{ 7 * 7 }}",
    "nul\x00", "bell\x07", "half \ud83d pair", "party \U0001f389", "\ufeffmark", "\uffff", "Łódź ő € \u2013 „x”",
)  # fmt: skip


class Meaning(Settings):
    """`[[means]]`: one result that the sample answer says."""

    external_id: str
    verdict: Verdict
    erp_number: str | None = None
    reason: str = ""


class Sample(Settings):
    """`sample/sample.toml`."""

    orders: str
    expected: str
    sequence_number: int = 1
    endpoint: str = "sample"
    business_day: date
    sealed_at: datetime
    answer: str | None = None
    means: tuple[Meaning, ...] = ()


class SampleBroken(ValueError):
    """The sample names a file that is not there, or one that holds no order."""


def test_profile(profile: Profile) -> list[Finding]:
    """One finding for each thing tried; all fine means that the profile does what its folder says."""
    findings = []
    for what, work in (("sample", sample_findings), ("limits", limit_findings), ("characters", character_findings)):
        findings += _guarded(what, profile, work)
    return findings


test_profile.__test__ = False  # type: ignore[attr-defined]  # its name is the command's; pytest must not collect it


def sample_findings(profile: Profile) -> Iterator[Finding]:
    """The sample's orders give the expected file, the file validates, and the answer means what is written there."""
    found = profile.contents.get(SAMPLE_FILE)
    if found is None:
        yield Finding("sample", False, f"there is no {SAMPLE_FILE}", "Add a sample: docs/profile-language.md, Samples.")
        return
    sample = _sample_of(found, profile)
    if isinstance(sample, Finding):
        yield sample
        return
    orders = _orders_of(profile, sample)
    name = profile.file_name(
        sample.sequence_number, sample.business_day, sample.sealed_at, sample.endpoint, len(orders)
    )
    yield Finding(
        "sample: name", name == sample.expected, f"the file is called {name}", f"Expected is {sample.expected}."
    )
    content = rendered(profile, orders, sample)
    yield _compared(content, profile.contents.get(f"sample/{sample.expected}"), sample.expected)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        profile.validate(path)
    yield Finding("sample: schema", True, "validates" if profile.has_schema else "the profile has none")
    if sample.answer is not None:
        yield _answer_finding(profile, sample, sample.answer)


def rendered(profile: Profile, orders: list[Order], sample: Sample) -> bytes:
    """The file of the sample's orders; codes go as the store has them, the external id is the store's order id."""
    totals: dict[str, Decimal] = {}
    for order in orders:
        totals[order.currency] = totals.get(order.currency, Decimal(0)) + order.totals.gross
    context = FileContext(
        sample.sequence_number,
        sample.expected,
        sample.endpoint,
        sample.business_day,
        sample.sealed_at,
        len(orders),
        totals,
    )
    rules = trial_rules(profile.limits, profile.characters)
    renderer = profile.renderer(context)
    pieces = [renderer.head()]
    pieces += [renderer.order(outgoing(order, rules, order.store_order_id)) for order in orders]
    return b"".join([*pieces, renderer.tail()])


def character_findings(profile: Profile) -> Iterator[Finding]:
    """Each hostile text is carried by a file that is still whole, or refused with its field; never anything else."""
    refused = 0
    rules = trial_rules(profile.limits, profile.characters)
    for number, text in enumerate(HOSTILE, start=1):
        order = fullest().model_copy(update={"customer_note": text})
        renderer = profile.renderer(TRIAL_CONTEXT)
        try:
            content = renderer.head() + renderer.order(outgoing(order, rules, "1")) + renderer.tail()
            content.decode(profile.encoding)
        except CharacterRefused:
            refused += 1
            continue
        if profile.has_schema:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"hostile-{number}"
                path.write_bytes(content)
                profile.validate(path)
    yield Finding("characters", True, f"{len(HOSTILE)} hostile texts: {refused} refused by field, the others carried")


def _guarded(what: str, profile: Profile, work: Callable[[Profile], Iterator[Finding]]) -> list[Finding]:
    """The findings of one part; what it raises is one more."""
    findings = []
    try:
        for finding in work(profile):
            findings.append(finding)
    except Refused as refused:
        findings.append(Finding(what, False, refused.problem.message, refused.problem.action))
    except SampleBroken as broken:
        findings.append(Finding(what, False, str(broken), f"Mend {SAMPLE_FILE} and the files that it names."))
    return findings


def _sample_of(content: bytes, profile: Profile) -> Sample | Finding:
    source = Source(f"{profile.name}/{SAMPLE_FILE}", content)
    try:
        return Sample.model_validate(source.table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return Finding("sample", False, f"{source.place(*first['loc'])}: {first['msg']}", f"Mend {SAMPLE_FILE}.")


def _orders_of(profile: Profile, sample: Sample) -> list[Order]:
    """The sample's orders. Raises SampleBroken with the place of what is wrong."""
    name = f"sample/{sample.orders}"
    if name not in profile.contents:
        raise SampleBroken(f"there is no {name}")
    try:
        given = json.loads(profile.contents[name])
        return _ORDERS.validate_python(given if isinstance(given, list) else [given])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SampleBroken(f"{name}: order{dotted(first['loc'])}: {first['msg']}") from error
    except ValueError as error:
        raise SampleBroken(f"{name} is no JSON: {error}") from error


def _compared(content: bytes, expected: bytes | None, name: str) -> Finding:
    """Byte for byte; where they differ, the first line that does."""
    what = f"sample: {name}"
    if expected is None:
        return Finding(what, False, f"there is no sample/{name}", "Write it by hand from the ERP's documentation.")
    if content == expected:
        return Finding(what, True, f"{len(content)} bytes, equal")
    ours, theirs = content.splitlines(keepends=True), expected.splitlines(keepends=True)
    line = next((at for at, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other), None)
    at = min(len(ours), len(theirs)) if line is None else line
    shown = [repr(lines[at][:120]) if at < len(lines) else "the end of the file" for lines in (ours, theirs)]
    detail = f"line {at + 1} differs: rendered {shown[0]}, expected {shown[1]}"
    return Finding(what, False, detail, f"Mend the template, or sample/{name} if the ERP's owner agrees.")


def _answer_finding(profile: Profile, sample: Sample, name: str) -> Finding:
    said = profile.read_answer(profile.folder / "sample" / name, name)
    results = [(one.external_id, one.verdict, one.erp_number, one.reason) for one in said.results]
    meant = [(one.external_id, one.verdict, one.erp_number, one.reason) for one in sample.means]
    if results == meant:
        return Finding(f"sample: {name}", True, f"{len(results)} results, as meant")
    detail = f"says {results}; sample.toml means {meant}"
    return Finding(f"sample: {name}", False, detail, "Mend [answers] of profile.toml, or [[means]] of sample.toml.")

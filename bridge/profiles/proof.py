"""The proof of a profile: its samples byte for byte, each limit at n and n + 1, hostile texts, its answers' meaning.

What `bridge profile test NAME` runs. A sample of a variant brings the variant's limits and hostile texts with it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from bridge.domain.errors import Refused
from bridge.domain.finding import Finding
from bridge.profiles.hostile_trials import HOSTILE as HOSTILE
from bridge.profiles.hostile_trials import character_findings
from bridge.profiles.limit_trials import limit_findings
from bridge.profiles.profile import Profile
from bridge.profiles.samples import (
    FOLDER,
    SAMPLE_FILE,
    Case,
    SampleAnswer,
    SampleBroken,
    case_of,
    file_name,
    rendered,
    sample_files,
)

SHOWN_MAX, SHOWN_BEFORE = 120, 60


def test_profile(profile: Profile) -> list[Finding]:
    """One finding for each thing tried; all fine means that the profile does what its folder says."""
    findings: list[Finding] = []
    tried: dict[str, tuple[str, Profile]] = {}
    names = sample_files(profile)
    if f"{FOLDER}/{SAMPLE_FILE}" not in names:
        what, cure = f"there is no {FOLDER}/{SAMPLE_FILE}", "Add a sample: docs/profile-language.md, Samples."
        findings.append(Finding(FOLDER, False, what, cure))
    for name in names:
        folder = name.removesuffix(f"/{SAMPLE_FILE}")
        findings += _guarded(folder, name, partial(_sample_findings, profile, name, tried))
    for folder, loaded in tried.values() or [(FOLDER, profile)]:
        before = "" if folder == FOLDER else f"{folder}: "
        for what, work in (("limits", limit_findings), ("characters", character_findings)):
            made = _guarded(what, f"{folder}/{SAMPLE_FILE}", partial(work, loaded))
            findings += [replace(one, what=before + one.what) for one in made]
    return findings


test_profile.__test__ = False  # type: ignore[attr-defined]  # its name is the command's; pytest must not collect it


def _sample_findings(profile: Profile, name: str, tried: dict[str, tuple[str, Profile]]) -> Iterator[Finding]:
    """The sample's orders give the expected file, the file validates, and the answers mean what is written there."""
    case = case_of(profile, name)
    tried.setdefault(case.loaded.digest, (case.folder, case.loaded))
    called, expected = file_name(case), case.sample.expected
    yield Finding(
        f"{case.folder}: name", called == expected, f"the file is called {called}", f"Expected is {expected}."
    )
    content = rendered(case)
    yield _compared(content, case)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / called
        path.write_bytes(content)
        case.profile.validate(path)
    without = "the profile has none" if case.profile.settings.xml is None else "the profile has none; it is well-formed"
    detail = "validates" if case.profile.has_schema else without
    yield Finding(f"{case.folder}: schema", True, detail)
    for answer in case.sample.answers:
        yield _answer_finding(case, answer)


def _guarded(what: str, name: str, work: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """The findings of one part; what it raises is one more. name: the sample.toml that it speaks of."""
    findings = []
    try:
        for finding in work():
            findings.append(finding)
    except Refused as refused:
        findings.append(Finding(what, False, refused.problem.message, refused.problem.action))
    except SampleBroken as broken:
        findings.append(Finding(what, False, str(broken), f"Mend {name} and the files that it names."))
    return findings


def _compared(content: bytes, case: Case) -> Finding:
    """Byte for byte; where they differ, the first line that does."""
    name = case.sample.expected
    expected, what, shown_name = case.content(name), f"{case.folder}: {name}", f"{case.folder}/{name}"
    if expected is None:
        return Finding(what, False, f"there is no {shown_name}", "Write it by hand from the ERP's documentation.")
    if content == expected:
        return Finding(what, True, f"{len(content)} bytes, equal")
    ours, theirs = content.splitlines(keepends=True), expected.splitlines(keepends=True)
    line = next((at for at, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other), None)
    at = min(len(ours), len(theirs)) if line is None else line
    one, other = (lines[at] if at < len(lines) else b"" for lines in (ours, theirs))
    equal = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    near = max(0, equal - SHOWN_BEFORE)  # a file without line ends is one line
    shown = [repr(text[near : near + SHOWN_MAX]) if text else "the end of the file" for text in (one, other)]
    detail = f"line {at + 1} differs: rendered {shown[0]}, expected {shown[1]}"
    return Finding(what, False, detail, f"Mend the template, or {shown_name} if the ERP's owner agrees.")


def _answer_finding(case: Case, answer: SampleAnswer) -> Finding:
    """What the reader says of the answer is what the sample means."""
    what = f"{case.folder}: {answer.file}"
    if case.content(answer.file) is None:
        return Finding(what, False, f"there is no {case.folder}/{answer.file}", "Add the ERP's answer as it wrote it.")
    said = case.profile.read_answer(case.profile.folder / case.folder / answer.file, answer.file)
    results = list(said.results)
    meant = [one.result("") for one in answer.means]
    cure = f"Mend [answers] of profile.toml, or [[answers.means]] of {case.folder}/{SAMPLE_FILE}."
    if [one._replace(place="") for one in results] != meant:
        return Finding(what, False, f"says {results}; the sample means {meant}", cure)
    if answer.files is not None and said.files != [one.reference() for one in answer.files]:
        return Finding(what, False, f"names {said.files}; the sample means {list(answer.files)}", cure)
    return Finding(what, True, f"{len(results)} results, as meant")

"""Answers read a second on one core, for each style, against bare code that takes the same fields of the same bytes.

Usage: python -m bench.answers [--orders N] [--rounds N] [--large] [STYLE ...]
Both sides give the same orders and numbers, or the run ends. They read in turns, in one process; the bridge's side is
all of `Profile.read_answer`. --large reads an answer of 200 MB of each style in a fresh process and tells its peak.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import straight_answers
from bench.made_answers import MADE
from bridge.profiles import Installation, Profile, load_profile

LARGE_BYTES = 200_000_000
SMALL_BYTES = 2_000_000
ROOT = Path(__file__).parent.parent
OWN = "own-xml"
OWN_SETTINGS = """\
format = "csv"

[file]
name = "O{sequence:04}.csv"
encoding = "utf-8"

[csv]
delimiter = ";"

[[csv.records]]
each = "order"
columns = [{ heading = "id", value = "external_id" }]

[[answers.rules]]
style = "xml"
names = "*.xml"

[answers.rules.verdicts]
ok = "accepted"
no = "rejected"

[answers.rules.xml]
result = "result"
external_id = "@order"
verdict = "state"
erp_number = "number"
reason = "reason"
"""


@dataclass(frozen=True, slots=True)
class Form:
    """A style: the profile that reads it, how the answer is called, and the bare code."""

    profile: str
    name: str
    straight: Callable[[Path], Iterator[straight_answers.Said]]
    glance: Callable[[Path], int]
    parameters: Mapping[str, str] = field(default_factory=dict)


_XML, _LINES = straight_answers.glance_at_xml, straight_answers.glance_at_lines
_SAP = "sap-idoc-orders05"
_PEPPOL_PARTIES = {"buyer_endpoint": "4012345000009", "seller_endpoint": "5412345000013"}
FORMS = {
    "csv": Form("csv-orders", "import-1.log.csv", straight_answers.csv_log, straight_answers.glance_at_csv),
    "fixed": Form("fixed-width", "W0000017.ANS", straight_answers.fixed, _LINES, {"code_page": "cp1252"}),
    "xml": Form(OWN, "R.xml", straight_answers.xml, _XML),
    "ubl": Form("peppol-order-3", "R.xml", straight_answers.ubl, _XML, _PEPPOL_PARTIES),
    "opentrans": Form("opentrans-2.1", "R.xml", straight_answers.opentrans, _XML, {"supplier": "10000735"}),
    "idoc ORDRSP": Form(_SAP, "R.xml", straight_answers.idoc_response, _XML),
    "idoc ALEAUD": Form(_SAP, "R.xml", straight_answers.idoc_audit, _XML, {"join": "docnum"}),
    "idoc flat STATUS": Form(_SAP, "R.txt", straight_answers.idoc_status, _LINES, {"form": "flat-4x"}),
    "edifact ORDRSP": Form(
        "edifact-orders-d96a",
        "R.edi",
        straight_answers.edifact,
        straight_answers.glance_at_segments("'"),
        {"sender": "4012345000009", "receiver": "5412345000013"},
    ),
    "x12 855": Form("x12-850", "R.x12", straight_answers.x12, straight_answers.glance_at_segments("~")),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds of each round: ours, the bare code's, and those of walking the file and looking at nothing."""

    style: str
    orders: int
    ours: Sequence[float]
    straight: Sequence[float]
    glance: Sequence[float]

    def ratios(self, bare: Sequence[float]) -> list[float]:
        """Bare seconds by ours, round by round: 0.5 means that ours takes twice as long."""
        return [theirs / own for theirs, own in zip(bare, self.ours, strict=True)]

    @property
    def per_second(self) -> float:
        """Orders' answers a second, the median of the rounds."""
        return self.orders / statistics.median(self.ours)


@dataclass(frozen=True, slots=True)
class Peak:
    """Peak memory of a fresh process by the size of the answer that it read."""

    style: str
    small_mib: float
    large_mib: float
    large_bytes: int
    seconds: float


def loaded(form: Form, folder: Path) -> Profile:
    """The profile as an installation has it."""
    if form.profile == OWN:
        own = folder / OWN
        own.mkdir(exist_ok=True)
        (own / "profile.toml").write_text(OWN_SETTINGS, encoding="utf-8")
        return load_profile(OWN, folder)
    return load_profile(form.profile, None, Installation(parameters=dict(form.parameters), sample=True))


def compared(style: str, orders: int, rounds: int, folder: Path) -> Reading:
    """Rounds in turns. Raises SystemExit where the two sides do not find the same orders."""
    form = FORMS[style]
    profile, path = loaded(form, folder), folder / form.name
    MADE[style].write(path, orders)
    ours = [
        (one.external_id or str(one.position), one.erp_number) for one in profile.read_answer(path, form.name).results
    ]
    theirs = [(order, number or None) for order, _, number, _ in form.straight(path)]
    if ours != theirs or len(ours) != orders:
        raise SystemExit(f"{style}: the bare code finds other orders or numbers; it is no yardstick")

    def timed(read: Callable[[], object]) -> float:
        start = time.process_time()
        read()
        return time.process_time() - start

    seconds: dict[str, list[float]] = {"ours": [], "straight": [], "glance": []}
    for _ in range(rounds):
        seconds["ours"].append(timed(lambda: sum(1 for _ in profile.read_answer(path, form.name).results)))
        seconds["straight"].append(timed(lambda: sum(1 for _ in form.straight(path))))
        seconds["glance"].append(timed(lambda: form.glance(path)))
    path.unlink()
    return Reading(style, orders, **seconds)


def reading(orders: int, rounds: int, styles: Sequence[str] = tuple(FORMS)) -> list[Reading]:
    """Every style, one after the other."""
    with tempfile.TemporaryDirectory(prefix="bench-answers-") as folder:
        return [compared(style, orders, rounds, Path(folder)) for style in styles]


def peaks(size: int = LARGE_BYTES, styles: Sequence[str] = tuple(FORMS)) -> Iterator[Peak]:
    """Every style, one after the other; each answer is deleted when it has been read."""
    for style in styles:
        with tempfile.TemporaryDirectory(prefix="bench-answers-") as folder:
            told = {bytes_: _read_apart(style, bytes_, Path(folder)) for bytes_ in (min(SMALL_BYTES, size), size)}
        small, large = told.values()
        yield Peak(style, small["peak_mib"], large["peak_mib"], int(large["bytes"]), large["seconds"])


def _read_apart(style: str, size: int, folder: Path) -> dict[str, float]:
    """What a process of its own tells of an answer of this size."""
    path = folder / FORMS[style].name
    orders = MADE[style].orders_in(size)
    MADE[style].write(path, orders)
    command = [sys.executable, "-m", "bench.answers_child", style, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1_800, check=False)
    if done.returncode:
        raise SystemExit(f"{style}: {done.stderr}")
    told: dict[str, float] = json.loads(done.stdout)
    if told["results"] != orders:
        raise SystemExit(f"{style}: {told['results']} results of {orders}")
    told["bytes"] = path.stat().st_size
    path.unlink()
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("styles", nargs="*", default=list(FORMS), metavar="STYLE")
    parser.add_argument("--orders", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", action="store_true", help="peak memory of reading 200 MB")
    options = parser.parse_args()
    if options.large:
        for peak in peaks(styles=options.styles):
            size = f"{peak.large_bytes / 1e6:.0f} MB {peak.large_mib:.1f} MiB"
            print(f"{peak.style:18} 2 MB {peak.small_mib:.1f} MiB, {size}, {peak.seconds:.0f} s", flush=True)
        return
    for style in options.styles:
        (one,) = reading(options.orders, options.rounds, [style])
        bare, glance = (statistics.median(one.ratios(seconds)) for seconds in (one.straight, one.glance))
        each = statistics.median(one.ours) / one.orders * 1e6
        print(f"{style:18} {each:6.1f} us an order, {bare:.2f} of bare code, {glance:.2f} of a glance", flush=True)


if __name__ == "__main__":
    main()

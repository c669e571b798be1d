"""Verification of the whole archive: days, chain from day to day, contracts, and the ledger's facts against it.

Reads everything, writes nothing, in memory that grows by some bytes for each file of one day. A service may go on
meanwhile. The same is found with sha256sum alone: docs/archive-format.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from bridge.archive import numbers
from bridge.archive.bytes_check import contract_damage, found_digest
from bridge.archive.damage import LEAVE, Damage, ExpectedFile
from bridge.archive.day_check import DaySeen, check_day
from bridge.archive.facts import Facts
from bridge.archive.index import days_of, is_day
from bridge.archive.names import CONTRACTS, DAYS, DIGEST, INCOMING, INDEX, MANIFEST, NUMBERS, PART
from bridge.archive.rows import lines_of, parsed


def verify(archive: Path, expected: Iterable[ExpectedFile] | None = None) -> Iterator[Damage]:
    """Every damage, day by day. expected: all files that the ledger knows, in any order; None asks no ledger."""
    with closing(Facts(archive, expected)) as facts:
        yield from strangers_among_days(archive)
        contracts: set[str] = set()
        yield from check_days(archive, facts, contracts)
        yield from check_contracts(archive, contracts)
        yield from check_incoming(archive)


def check_days(archive: Path, facts: Facts, contracts: set[str]) -> Iterator[Damage]:
    """Each day, the ties between days, the ledger's facts, the highest numbers. Adds the contracts that files name."""
    days = days_of(archive)
    wanted = chains_wanted(archive)
    highest: dict[str, int] = {}
    for day in days:
        ties = wanted.pop(day, set())
        seen: DaySeen | None = None
        for found in check_day(archive / DAYS / day, ties, facts.asked):
            if isinstance(found, Damage):
                yield found
            else:
                seen = found
        if ties:
            yield Damage(f"{DAYS}/{day}/{INDEX}", "it is not the one that the next day is tied to")
        if seen is not None:
            yield from facts.of_day(day, seen)
            contracts |= seen.contracts
            highest |= {name: max(number, highest.get(name, 0)) for name, number in seen.highest.items()}
    yield from (Damage(f"{DAYS}/{day}", "the whole day is gone; a later day is tied to it") for day in sorted(wanted))
    yield from facts.of_other_days(days)
    yield from check_numbers(archive, highest)


def chains_wanted(archive: Path) -> dict[str, set[str]]:
    """By day: the chain values that row 0 of later days says it had."""
    wanted: dict[str, set[str]] = {}
    for day in days_of(archive):
        index = archive / DAYS / day / INDEX
        if not index.is_file():
            continue
        first_two = list(itertools.islice(lines_of(index), 2))
        entry = parsed(first_two[-1]) if len(first_two) == 2 else None
        earlier = entry.row.path.removeprefix("../").removesuffix(f"/{INDEX}") if entry else ""
        if entry is not None and is_day(earlier):
            wanted.setdefault(earlier, set()).add(entry.row.sha256)
    return wanted


def strangers_among_days(archive: Path) -> Iterator[Damage]:
    """What lies in `days/` and is no day."""
    for path in sorted((archive / DAYS).iterdir()):
        if not is_day(path.name):
            yield Damage(f"{DAYS}/{path.name}", "it does not belong here", LEAVE)


def check_numbers(archive: Path, highest: dict[str, int]) -> Iterator[Damage]:
    """`numbers/` is never behind the files."""
    for endpoint, number in sorted(highest.items()):
        noted = numbers.noted(archive, endpoint)
        if noted is not None and noted < number:
            yield Damage(f"{NUMBERS}/{endpoint}", f"it says {noted}, but file number {number} is in the archive")


def check_contracts(archive: Path, named: set[str]) -> Iterator[Damage]:
    """Each contract that a file names is there, each is whole, and nothing else lies beside them."""
    for digest in sorted(named):
        if not (archive / CONTRACTS / digest).is_dir():
            yield Damage(f"{CONTRACTS}/{digest}", "it is gone; records of export files name it")
    for path in sorted((archive / CONTRACTS).iterdir()):
        if DIGEST.fullmatch(path.name):
            yield from contract_damage(archive / CONTRACTS, path.name, MANIFEST)
        else:
            yield Damage(f"{CONTRACTS}/{path.name}", "it does not belong here", LEAVE)


def check_incoming(archive: Path) -> Iterator[Damage]:
    """What waits there has the bytes that its name says."""
    for path in sorted((archive / INCOMING).iterdir()):
        if path.name.startswith(PART):
            continue
        if not DIGEST.fullmatch(path.name):
            yield Damage(f"{INCOMING}/{path.name}", "it does not belong here", LEAVE)
            continue
        found = found_digest(str(path))
        if found is not None and found[0] != path.name:
            yield Damage(f"{INCOMING}/{path.name}", "its bytes are not those of its name")

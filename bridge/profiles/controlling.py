"""From `[[control]]` and what a file's tail names to the plan of its control totals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bridge.profiles.answering import Wrong
from bridge.profiles.formats.control import ControlPlan, ControlRefused, control_plan, control_sum
from bridge.profiles.reading import suggestion
from bridge.profiles.settings import ProfileSettings


def control_of(settings: ProfileSettings, contents: Mapping[str, bytes], wrong: Wrong) -> ControlPlan:
    """The plan. Mistakes are noted."""
    sums = []
    for number, one in enumerate(settings.control):
        path = ("control", number)
        if any(one.name == other.name for other in settings.control[:number]):
            wrong((*path, "name"), f"two control totals are called {one.name}")
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", one.name):
            wrong((*path, "name"), f"control.name = {one.name!r} is no word of letters, digits and underscores")
        try:
            sums.append(control_sum(one))
        except ControlRefused as error:
            wrong((*path, "of"), str(error))
    named = " ".join(_named(settings, contents))
    known = [one.name for one in settings.control]
    for name in dict.fromkeys(re.findall(r"\bfile\.control\.(\w+)", named)):
        if name not in known:
            wrong(("control",), f"file.control.{name}: there is no [[control]] of that name{suggestion(name, known)}")
    plan = control_plan(sums, lambda word: re.search(rf"\bfile\.{word}\b", named) is not None)
    if plan.one_currency and settings.file.orders_per_file_max > 1 and "currency" not in settings.file.batch_by:
        what = "the tail has file.gross_total, one sum, and a file may hold orders of several currencies"
        wrong(("file",), what, 'Set batch_by = ["currency"] in [file], or take file.totals.')
    return plan


def _named(settings: ProfileSettings, contents: Mapping[str, bytes]) -> Iterator[str]:
    """Every text in which a word of the file can be named: columns written at the end, and templates."""
    for table in (settings.csv, settings.fixed):
        for record in table.records if table else ():
            for column in record.columns if record.each == "end" else ():
                yield from filter(None, (column.value, *column.join, *column.first_of))
    for name, content in contents.items():
        if name.endswith(".j2"):
            yield content.decode("utf-8", "replace")

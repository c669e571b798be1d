"""The figures of the profiles as sections of the page: rendering, answers, Bots' core, memory."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench import answers, bots, rendering
from bench.measure import spread

TARGET_RATIO = 0.5
TARGET_MEMORY = 1.1


def met(value: float, target: float) -> str:
    """In the page's words."""
    return "yes" if value >= target else "**no**"


def rendering_section(found: Sequence[rendering.Rendering]) -> str:
    """Rendering by profile."""
    rows = []
    for one in found:
        middle = statistics.median(one.ratios(one.straight))
        each = statistics.median(one.ours) / one.orders * 1e6
        rows.append(
            f"| {one.title} | {one.orders_per_file} | {one.per_second:,.0f} | {each:.0f} | {one.fastest} | "
            f"{spread(one.ratios(one.straight))} | {met(middle, TARGET_RATIO)} | {spread(one.ratios(one.texts))} |"
        )
    return f"""## Rendering by profile: {found[0].orders:,} orders of four lines, {len(found[0].ours)} rounds

Given outgoing trees, made into bytes on one core; CPU time. The ratio is the straight code's seconds by ours, in turns,
with the same bytes (compared in this run): 0.5 means that ours takes twice as long. Straight code (`straight_*.py`) is
the fastest of string formatting, lxml and csv; it is written for one installation, and does escapes, exact decimals
(Decimal), counts, widths and trims, and nothing else. The last column lets it pass amounts through as the texts they
are, which is right only while a store writes them in the file's own form. The target is at least {TARGET_RATIO}.

| profile | orders a file | orders/s | µs an order | straight by | ratio | met | texts passed through |
|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}

What ours does beyond straight code: every value is looked at for what the file cannot hold, and an error names its
field; parameters, limits' parts, change files and the purposes stand in the same template. The profiles made of Jinja
templates pay for the template's own conditions and macros, most where a segment language is made of many small values
(EDIFACT, X12) or where sums are worked out inside the template (Peppol).
"""


def answers_section(found: Sequence[answers.Reading]) -> str:
    """Reading by style."""
    rows = []
    for one in found:
        straight, glance = one.ratios(one.straight), one.ratios(one.glance)
        each = statistics.median(one.ours) / one.orders * 1e6
        rows.append(
            f"| {one.style} | {one.per_second:,.0f} | {each:.1f} | {spread(straight)} | "
            f"{met(statistics.median(straight), TARGET_RATIO)} | {spread(glance)} |"
        )
    return f"""## Answers read by style: {found[0].orders:,} orders a file, {len(found[0].ours)} rounds

All of `read_answer`, on one core; CPU time, ratios as above. Bare code (`straight_answers.py`) takes the same fields of
the same bytes with lxml's iterparse, csv or split, with no bound, no check and no result object, and both sides find
the same orders and numbers. A glance walks over the file with the same library and takes nothing.

| style | answers/s | µs an order | ratio to bare code | met | ratio to a glance |
|---|---|---|---|---|---|
{chr(10).join(rows)}
"""


def bots_section(found: Sequence[bots.Against]) -> str:
    """Against Bots' core; without one, what was measured before."""
    if not found:
        return """## Against the translation core of Bots EDI

Not measured in this run: Bots is GPL and no dependency, so it is installed only on request, into an environment that is
thrown away (`python -m bench.run --only bots --bots FOLDER`). Measured earlier, by a stand-in of ours that parsed, held
to a model and rendered: 8.1 to 13.3 times its speed to XML, 20 to 29 times to CSV.
"""
    rows = [
        f"| {one.form} | {one.profile} | {statistics.median(one.ours) / one.orders * 1e6:.0f} | "
        f"{statistics.median(one.bots) / one.orders * 1e6:.0f} | {spread(one.times, 1)} | at least "
        f"{bots.TARGETS[one.form]} | {met(statistics.median(one.times), bots.TARGETS[one.form])} |"
        for one in found
    ]
    return f"""## Against the translation core of Bots EDI: {found[0].orders:,} orders, {len(found[0].ours)} rounds

JSON to a file, on one core, CPU time, in turns. Bots' core ({", ".join(bots.WANTED)}) parses by a grammar, maps and
writes by a grammar, one message at a time, its files in memory; ours parses, holds the order to the contract (pydantic,
exact numbers), maps and renders a whole document of the profile. Neither has a database. Bots copies the fields that
its mapping names (some 75 an order to XML, 45 to CSV) and proves no sums.

Of ours to CSV about a third is parsing and the contract, a fifth the exact text of each amount and instant, a seventh
maps and characters, and the rest the rows. Parsing and the contract alone take half of what 20 times Bots would allow.

| to | profile | ours, µs an order | Bots, µs an order | times as fast | target | met |
|---|---|---|---|---|---|---|
{chr(10).join(rows)}
"""


def memory_section(rendered: Sequence[rendering.Peak], read: Sequence[answers.Peak]) -> str:
    """Peaks of fresh processes."""
    counts = list(rendered[0].mib)
    heads = " | ".join(f"{count:,}" for count in counts)
    rows = [
        f"| {one.title} | {one.files:,} | {' | '.join(f'{one.mib[count]:.0f}' for count in counts)} | "
        f"{one.mib[counts[-1]] / one.mib[counts[0]]:.2f} |"
        for one in rendered
    ]
    answered = [
        f"| {one.style} | {one.large_bytes / 1e6:.0f} | {one.small_mib:.0f} | {one.large_mib:.0f} | "
        f"{one.large_mib / one.small_mib:.2f} | {one.seconds:.0f} |"
        for one in read
    ]
    return f"""## Peak memory of fresh processes by profile (MiB)

Rendering only: orders come one by one, what is rendered is hashed and forgotten. A format that batches has all of them
in one file (far more than its profile allows), another one a file for each. The last column is the most orders against
the fewest; flat is at most {TARGET_MEMORY}.

| profile | files at the end | {heads} | most by fewest |
|---|---|{"---|" * len(counts)}---|
{chr(10).join(rows)}

Reading one answer file, small and large:

| style | MB | peak small | peak large | large by small | seconds |
|---|---|---|---|---|---|
{chr(10).join(answered)}
"""

"""The page of the profiles that come with erp-bridge, made from the profiles themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bridge.domain.states import Purpose
from bridge.profiles.carried_fields import FIELDS, carried_fields
from bridge.profiles.installation import Installation
from bridge.profiles.loader import load_profile, profile_names
from bridge.profiles.profile import Profile

HEAD = """\
# Profiles that are built in

Generated from the profiles by `make docs`; do not edit. `bridge profile show NAME` prints the whole contract, `bridge
profile test NAME` proves it. What an installation sets stands under `[endpoints.NAME.parameters]` in bridge.toml; a
length that nobody could verify is set under `[endpoints.NAME.limits]`. An own profile begins as a copy of the folder.
What is to be set in the ERP itself stands in [setting-up-the-erp.md](setting-up-the-erp.md).
"""
CARRIED = """
## What of an order reaches the ERP

`yes`: as it is; `in part`: as a part of another field, in the ERP's own form, or only where something else is
missing; `a line`: an order line of its own; `no`: the file has no place for it, so it stays in the store; `waits`: so
too, and an order that has it waits, unless its flow says `"FIELD" = "pass"` under `[flows.NAME.fields]`. Every file's
amounts add up to what the customer owes, or the order waits. Where the program has no field for payments, it learns of
them from the bank or the payment provider. But that a gift card or store credit has paid a part of an order is told
in each file, in a text where no field is, or the order waits (`totals.paid`). An own profile, as a copy of the
folder, can give any field a place.
"""
UNVERIFIED = "unverified"


def page() -> str:
    """docs/built-in-profiles.md."""
    profiles = [load_profile(name, None, Installation(sample=True)) for name in sorted(profile_names(None))]
    lines = [HEAD, "| profile | for | a file holds | change files | what the ERP answers |", "|---|---|---|---|---|"]
    for one in profiles:
        words = (
            f"[`{one.name}`](#{one.name.replace('.', '')})",
            one.description,
            _holds(one),
            _changes(one),
            _answers(one),
        )
        lines.append(f"| {' | '.join(words)} |")
    lines += [CARRIED, *_carried(profiles)]
    for one in profiles:
        lines += ["", f"## {one.name}", "", *_section(one)]
    return "\n".join(lines) + "\n"


def _carried(profiles: Sequence[Profile]) -> Iterator[str]:
    """The table of fields and profiles."""
    found = [carried_fields(one) for one in profiles]
    yield f"| field | {' | '.join(f'`{one.name}`' for one in profiles)} |"
    yield "|---" * (len(profiles) + 1) + "|"
    for path in FIELDS:
        yield f"| `{path}` | {' | '.join(one[path] for one in found)} |"


def _holds(profile: Profile) -> str:
    most = profile.orders_per_file_max
    return "1 order" if most == 1 else f"1 to {most} orders"


def _changes(profile: Profile) -> str:
    found = [str(purpose) for purpose in (Purpose.CHANGE, Purpose.CANCEL) if profile.of(purpose)]
    return ", ".join(found) or "none"


def _answers(profile: Profile) -> str:
    rules = profile.answers.rules if profile.answers else ()
    told = [rule.style for rule in rules]
    told += ["register"] if profile.register else []
    return ", ".join(dict.fromkeys(told)) or "nothing"


def _section(profile: Profile) -> Iterator[str]:
    file = profile.settings.file
    yield f"{profile.description}. Format `{profile.settings.format}`, files like `{file.name}` in {file.encoding}."
    needed = profile.settings.parameters
    if needed:
        yield ""
        yield "| parameter | default | what it is |"
        yield "|---|---|---|"
        for name, one in needed.items():
            default = "**must be set**" if one.default is None else f"`{one.default}`" if one.default else ""
            choices = (
                f" One of {', '.join(choice or '(empty)' for choice in one.choices)}."
                if 0 < len(one.choices) <= 12
                else ""
            )
            yield f"| `{name}` | {default} | {one.description.replace('|', chr(92) + '|')}.{choices} |"
    open_lengths = [limit.field for limit in profile.limits if limit.source == UNVERIFIED]
    if open_lengths:
        yield ""
        yield f"Not verified, so hold them against your ERP: {', '.join(f'`{field}`' for field in open_lengths)}."

"""docs/columns.md, generated from the tables that the reader of rows uses: `make docs`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bridge.domain.contract import Line, LineKind, PaymentState
from bridge.stores.rows.columns import COLUMNS, FURTHER, REQUIRED, TRUTHS
from bridge.stores.rows.known import LAYOUTS, OWN
from bridge.stores.rows.notation import NO, YES

INTRODUCTION = """\
# Columns of orders

Generated from the code by `make docs`; do not edit. The names that a CSV column, a field of the XML map or a column of
a database query may have. They are the left side of `[stores.X.columns]`; a column that has such a name already needs
no entry there. Any further column can be carried to the ERP as `extra_NAME`, which becomes `extra.NAME`.

Required are {required}, and for each line two of `line_net`, `line_tax` and `line_gross`; with the option `prices` also
one of them, `line_amount` or `line_price`, where the line's tax rate or the order's taxes are known.

What may stand in a column, unless `words` of the store brings your shop's own words to ours:

- times with an offset, or in the zone that `timezone` of the store names; they are kept in UTC
- {truths}: {yes}, or {no}
- `payment_state`: {states}. Where it is left out, an order is paid that has `payment_paid_at`, or of which
  nothing is due; with a rest due (`total_due`, or `total_paid` below the total) it is unpaid, whatever date it has. A
  state that what is due contradicts is refused. What was refunded in full is `refunded`, whatever stands here
- `line_kind`: {kinds}; {usual} where it is left out
- `tags`: separated by commas
"""


def page() -> str:
    """The whole page."""
    introduction = INTRODUCTION.format(
        required=_named(REQUIRED),
        truths=_named(sorted(TRUTHS)),
        yes=_named(YES),
        no=_named(NO),
        states=_named(PaymentState),
        kinds=_named(LineKind),
        usual=_named([Line.model_fields["kind"].default]),
    )
    parts = [introduction]
    parts += ["## Of the contract", "", *_table(COLUMNS), ""]
    parts += ["## Of exports", "", "Told by exports in place of what the contract wants, and brought to it.", ""]
    parts += [*_table(_shortened(FURTHER)), ""]
    for name, layout in LAYOUTS.items():
        if name != OWN:
            parts += [f"## layout {name}", "", f"Prices: `{layout.prices}`.", "", "| column | theirs |", "|---|---|"]
            parts += [f"| `{ours}` | {_listed(theirs)} |" for ours, theirs in layout.columns.items()]
            parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _table(columns: Mapping[str, str]) -> list[str]:
    return ["| column | holds |", "|---|---|", *(f"| `{name}` | {words} |" for name, words in columns.items())]


def _shortened(columns: Mapping[str, str]) -> dict[str, str]:
    """One row for the numbered taxes."""
    found: dict[str, str] = {}
    for name, words in columns.items():
        parts = name.split("_")
        if parts[0] == "tax" and parts[1].isdigit():
            name = f"tax_N_{parts[2]}"
        found.setdefault(name, words)
    return found


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _listed(names: Iterable[str]) -> str:
    return ", else ".join(f"`{name}`" for name in names)

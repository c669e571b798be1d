"""All that can be wrong with one order: one check, one file, named as its code. A new check is a file and a line here.

Every check has a KIND (its words) and a function `check(case) -> Iterator[Problem]`. All of them run, so that a person
sees everything that is wrong with an order at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bridge.domain.checks import (
    character_refused,
    country_unknown,
    currency_digits,
    currency_unknown,
    deleted_in_store,
    email,
    external_id_unfit,
    field_characters,
    field_code,
    field_left_out,
    field_pattern,
    field_required,
    field_too_long,
    house_number_missing,
    house_number_uncertain,
    kit_tax_mixed,
    kit_tax_unfit,
    no_lines,
    number_too_fine,
    number_too_long,
    payment_policy_missing,
    payment_unmapped,
    phone,
    po_box,
    postal_code,
    quantity_inexact,
    quantity_unfit,
    rounding_too_large,
    shipping_unmapped,
    sku_gap,
    sku_missing,
    sku_unmapped,
    sums_disagree,
    tax_disagrees,
    tax_id,
    tax_id_missing,
    tax_rate_missing,
    tax_unmapped,
    text_damaged,
)
from bridge.domain.checks.case import Case
from bridge.domain.problems import Problem, ProblemKind

Check = Callable[[Case], Iterator[Problem]]

# In the order in which a person would read them: is the order whole, is its money right, can the ERP know its codes,
# can the ERP hold its texts, can the parcel arrive.
_ALL = (
    deleted_in_store,
    no_lines,
    sums_disagree,
    tax_disagrees,
    rounding_too_large,
    currency_digits,
    currency_unknown,
    kit_tax_mixed,
    kit_tax_unfit,
    payment_policy_missing,
    quantity_unfit,
    quantity_inexact,
    sku_missing,
    sku_unmapped,
    sku_gap,
    tax_rate_missing,
    tax_unmapped,
    payment_unmapped,
    shipping_unmapped,
    external_id_unfit,
    field_required,
    field_too_long,
    number_too_long,
    number_too_fine,
    field_pattern,
    field_characters,
    field_code,
    field_left_out,
    character_refused,
    country_unknown,
    postal_code,
    house_number_missing,
    house_number_uncertain,
    po_box,
    phone,
    email,
    tax_id,
    tax_id_missing,
    text_damaged,
)

CHECKS: Final[tuple[tuple[ProblemKind, Check], ...]] = tuple((one.KIND, one.check) for one in _ALL)

# Whether the ERP can hold what a file carries: all that is asked of an order that is only to be cancelled.
FITTING: Final[frozenset[str]] = frozenset(
    one.KIND.code
    for one in (
        deleted_in_store,  # nor must it go by itself
        external_id_unfit,
        field_required,
        house_number_uncertain,
        field_too_long,
        number_too_long,
        number_too_fine,
        field_pattern,
        field_characters,
        field_code,
        character_refused,
    )
)

# Checks that advise: a flow may switch them off where its buyers or its ERP know better.
ADVISORY: Final[frozenset[str]] = frozenset(
    one.KIND.code
    for one in (
        country_unknown,
        email,
        house_number_missing,
        phone,
        po_box,
        postal_code,
        tax_disagrees,
        tax_id,
        tax_id_missing,
        text_damaged,
    )
)


def problems_of(case: Case) -> Iterator[Problem]:
    """Every problem of the order, in the order of CHECKS."""
    off = case.rules.flow.checks_off
    for kind, check in CHECKS:
        if off and kind.code in off and kind.code in ADVISORY:
            continue
        yield from check(case)

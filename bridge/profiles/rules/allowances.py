"""The rules of Peppol orders on allowances and charges, tax categories and parties."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bridge.domain.countries import COUNTRIES
from bridge.profiles.rules.document import (
    ALLOWANCES,
    LINES,
    ORDER_CURE,
    SLACK,
    SPACES,
    TEMPLATE_CURE,
    Document,
    Element,
    Found,
    Rule,
    amount,
    line_of,
    text,
)

_TAX = "Map the tax code to its category in maps/tax.csv, or correct the tax rate in the store."
# Reasons of allowances (UNCL 5189, the codes that the transaction takes) and of charges (UNCL 7161).
_ALLOWANCE_REASONS = "41 42 60 62 63 64 65 66 67 68 70 71 88 95 100 102 103 104 105"
_ALLOWANCE_CODES = frozenset(_ALLOWANCE_REASONS.split())
_CHARGE_REASONS = """
    AA AAA AAC AAD AAE AAF AAH AAI AAS AAT AAV AAY AAZ ABA ABB ABC ABD ABF ABK ABL ABN ABR ABS ABT ABU ACF ACG
    ACH ACI ACJ ACK ACL ACM ACS ADC ADE ADJ ADK ADL ADM ADN ADO ADP ADQ ADR ADT ADW ADY ADZ AEA AEB AEC AED AEF
    AEH AEI AEJ AEK AEL AEM AEN AEO AEP AES AET AEU AEV AEW AEX AEY AEZ AJ AU CA CAB CAD CAE CAF CAI CAJ CAK CAL
    CAM CAN CAO CAP CAQ CAR CAS CAT CAU CAV CAW CD CG CS CT DAB DAD DL EG EP ER FAA FAB FAC FC FH FI GAA HAA HD
    HH IAA IAB ID IF IR IS KO L1 LA LAA LAB LF MAE MI ML NAA OA PA PAA PC PL RAB RAC RAD RAF RE RF RH RV SA SAA
    SAD SAE SAI SG SH SM SU TAB TAC TT TV V1 V2 WH XAA YY ZZZ
"""
_CHARGE_CODES = frozenset(_CHARGE_REASONS.split())


def nameless_originators(order: Document) -> Iterator[Found]:
    """Bad: an originator with a phone alone."""
    for one in order.all("cac:OriginatorCustomerParty"):
        named = text(one, "cac:Party/cac:PartyName/cbc:Name") or text(one, "cac:Party/cac:PartyIdentification/cbc:ID")
        if not named:
            yield Found(line_of(one), "the originator has neither name nor id")


def percent_without_base(order: Document) -> Iterator[Found]:
    """Bad: 10 percent of nothing that is named."""
    for off in _offs(order):
        if _has(off, "cbc:MultiplierFactorNumeric") and not _has(off, "cbc:BaseAmount"):
            yield Found(line_of(off), "an allowance or charge has a percentage and no base")


def base_without_percent(order: Document) -> Iterator[Found]:
    """Bad: a base of 100.00 without a percentage."""
    for off in _offs(order):
        if _has(off, "cbc:BaseAmount") and not _has(off, "cbc:MultiplierFactorNumeric"):
            yield Found(line_of(off), "an allowance or charge has a base and no percentage")


def percent_misses(order: Document) -> Iterator[Found]:
    """Bad: 10 percent of 100.00 as 10.03. Good: 10.02."""
    for off in _offs(order):
        if _has(off, "cbc:BaseAmount") and _has(off, "cbc:MultiplierFactorNumeric"):
            right = amount(off, "cbc:BaseAmount") * amount(off, "cbc:MultiplierFactorNumeric") / 100
            if abs(amount(off, "cbc:Amount") - right) > SLACK:
                yield Found(line_of(off), f"the percentage of an allowance or charge gives {right.normalize():f}")


def without_reason(order: Document) -> Iterator[Found]:
    """Bad: an allowance that says neither why nor a code."""
    for off in _offs(order):
        if not _has(off, "cbc:AllowanceChargeReason") and not _has(off, "cbc:AllowanceChargeReasonCode"):
            yield Found(line_of(off), "an allowance or charge has no reason")


def tax_ids_without_country(order: Document) -> Iterator[Found]:
    """Bad: 5260001246. Good: PL5260001246, EL094259216."""
    for one in order.root.iter(f"{{{SPACES['cac']}}}PartyTaxScheme"):
        prefix = text(one, "cbc:CompanyID")[:2]
        if text(one, "cac:TaxScheme/cbc:ID") == "VAT" and prefix not in COUNTRIES and prefix != "EL":
            yield Found(line_of(one), "the tax id of the buyer does not begin with a country")


def rateless(order: Document) -> Iterator[Found]:
    """Bad: category S without a rate. Good: category O without one."""
    for one in _categories(order):
        if not _has(one, "cbc:Percent") and text(one, "cbc:ID") != "O":
            yield Found(line_of(one), f"tax category {text(one, 'cbc:ID')} has no rate")


def standard_at_nothing(order: Document) -> Iterator[Found]:
    """Bad: category S at 0 percent. Good: category Z at 0 percent."""
    for one in _categories(order):
        if text(one, "cbc:ID") == "S" and _has(one, "cbc:Percent") and amount(one, "cbc:Percent") <= 0:
            yield Found(line_of(one), "tax category S has the rate 0")


def offs_negative(order: Document) -> Iterator[Found]:
    """Bad: an allowance of -5.00. Good: a charge of 5.00."""
    for off in _offs(order):
        if (said := amount(off, "cbc:Amount")) < 0:
            yield Found(line_of(off), f"an allowance or charge is {said}")


def odd_reasons(indicator: str, known: frozenset[str], order: Document) -> Iterator[Found]:
    """Bad: an allowance for FC, which is a charge's code."""
    for off in order.root.iter(f"{{{SPACES['cac']}}}AllowanceCharge"):
        code = text(off, "cbc:AllowanceChargeReasonCode")
        if code and text(off, "cbc:ChargeIndicator") == indicator and code not in known:
            yield Found(line_of(off), f"{code} is no reason for it")


def _offs(order: Document) -> list[Element]:
    """Allowances and charges of the document and of its lines; a price's are another thing."""
    return [*order.all(ALLOWANCES), *order.all(f"{LINES}/{ALLOWANCES}")]


def _categories(order: Document) -> Iterator[Element]:
    for name in ("TaxCategory", "ClassifiedTaxCategory"):
        yield from order.root.iter(f"{{{SPACES['cac']}}}{name}")


def _has(element: Element, path: str) -> bool:
    return element.find(path, SPACES) is not None


ALLOWANCES_AND_TAXES = (
    Rule("R014", "an originator has a name or an id", TEMPLATE_CURE, nameless_originators),
    Rule("R020", "a percentage has its base", TEMPLATE_CURE, percent_without_base),
    Rule("R021", "a base has its percentage", TEMPLATE_CURE, base_without_percent),
    Rule("R022", "an allowance is its percentage of its base", TEMPLATE_CURE, percent_misses),
    Rule("R023", "an allowance or charge has a reason", TEMPLATE_CURE, without_reason),
    Rule("R026", "a VAT id begins with its country", ORDER_CURE, tax_ids_without_country),
    Rule("R029", "a tax category has its rate", _TAX, rateless),
    Rule("R030", "the standard rate is more than 0", _TAX, standard_at_nothing),
    Rule("R032", "no allowance or charge is negative", TEMPLATE_CURE, offs_negative),
    Rule(
        "CL001", "an allowance has a code of UNCL 5189", TEMPLATE_CURE, partial(odd_reasons, "false", _ALLOWANCE_CODES)
    ),
    Rule("CL002", "a charge has a code of UNCL 7161", TEMPLATE_CURE, partial(odd_reasons, "true", _CHARGE_CODES)),
)

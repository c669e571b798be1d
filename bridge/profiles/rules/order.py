"""The rules of a Peppol order (T01) and of an order change (T114), which has the same ones. All sums are exact."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bridge.domain.countries import COUNTRIES
from bridge.profiles.rules.document import (
    SPACES,
    Document,
    Element,
    Found,
    Rule,
    amount,
    line_of,
    name_of,
    number,
    text,
    total,
)

SLACK = Decimal("0.02")
DECIMALS_MAX = 2
_AMOUNTS = ("Amount", "TaxAmount", "LineExtensionAmount", "PriceAmount", "BaseAmount")
_TOTALS = "cac:AnticipatedMonetaryTotal"
_LINES = "cac:OrderLine/cac:LineItem"
_OFF = "cac:AllowanceCharge"
_ZERO = Decimal(0)
_ORDER = "Correct the order in the store; it then goes out by itself."
_TAX = "Map the tax code to its category in maps/tax.csv, or correct the tax rate in the store."
_TEMPLATE = "Mend the template of the profile, or correct the order in the store."
# Reasons of allowances (UNCL 5189, the codes that the transaction takes) and of charges (UNCL 7161).
_REASONS = "41 42 60 62 63 64 65 66 67 68 70 71 88 95 100 102 103 104 105"
_ALLOWANCES = frozenset(_REASONS.split())
_CHARGE_REASONS = """
    AA AAA AAC AAD AAE AAF AAH AAI AAS AAT AAV AAY AAZ ABA ABB ABC ABD ABF ABK ABL ABN ABR ABS ABT ABU ACF ACG
    ACH ACI ACJ ACK ACL ACM ACS ADC ADE ADJ ADK ADL ADM ADN ADO ADP ADQ ADR ADT ADW ADY ADZ AEA AEB AEC AED AEF
    AEH AEI AEJ AEK AEL AEM AEN AEO AEP AES AET AEU AEV AEW AEX AEY AEZ AJ AU CA CAB CAD CAE CAF CAI CAJ CAK CAL
    CAM CAN CAO CAP CAQ CAR CAS CAT CAU CAV CAW CD CG CS CT DAB DAD DL EG EP ER FAA FAB FAC FC FH FI GAA HAA HD
    HH IAA IAB ID IF IR IS KO L1 LA LAA LAB LF MAE MI ML NAA OA PA PAA PC PL RAB RAC RAD RAF RE RF RH RV SA SAA
    SAD SAE SAI SG SH SM SU TAB TAC TT TV V1 V2 WH XAA YY ZZZ
"""
_CHARGES = frozenset(_CHARGE_REASONS.split())


def lines_named_twice(order: Document) -> Iterator[Found]:
    """Bad: two lines with the ID 1."""
    seen: set[str] = set()
    for line in order.all(_LINES):
        if (said := text(line, "cbc:ID")) in seen:
            yield Found(line_of(line), f"two lines have the number {said}")
        seen.add(said)


def other_currencies(order: Document) -> Iterator[Found]:
    """Bad: a price in USD in an order in EUR."""
    for one in _amounts(order):
        if one.get("currencyID") not in (None, order.currency):
            yield Found(line_of(one), f"{name_of(one)} is in {one.get('currencyID')}, the order in {order.currency}")


def negative_quantities(order: Document) -> Iterator[Found]:
    """Bad: a quantity of -1."""
    for line in order.all(_LINES):
        if (quantity := amount(line, "cbc:Quantity")) < 0:
            yield Found(line_of(line), f"line {_id(line)} has the quantity {quantity}")


def negative_prices(order: Document) -> Iterator[Found]:
    """Bad: a price of -5. Good: a discount as an allowance."""
    for price in order.all(f"{_LINES}/cac:Price"):
        if (net := amount(price, "cbc:PriceAmount")) < 0:
            yield Found(line_of(price), f"line {_id_above(price)} has the price {net}")


def payable_negative(order: Document) -> Iterator[Found]:
    """Bad: an order of 100.00 of which 120.00 are paid."""
    for sums in order.all(_TOTALS):
        if (due := amount(sums, "cbc:PayableAmount")) < 0:
            yield Found(line_of(sums), f"{due} {order.currency} are left to pay")


def lines_negative(order: Document) -> Iterator[Found]:
    """Bad: lines that add up to less than nothing."""
    for sums in order.all(_TOTALS):
        if (net := amount(sums, "cbc:LineExtensionAmount")) < 0:
            yield Found(line_of(sums), f"the lines add up to {net} {order.currency}")


def lines_miss_their_sum(order: Document) -> Iterator[Found]:
    """Bad: lines of 10.00 and 5.00 with a total of 15.01."""
    lines = total(order.all(f"{_LINES}/cbc:LineExtensionAmount"))
    yield from _misses(order, "cbc:LineExtensionAmount", lines, "the lines")


def allowances_miss_their_sum(order: Document) -> Iterator[Found]:
    """Bad: an allowance of 5.00 with a total of allowances of 4.00, or with none."""
    yield from _misses(order, "cbc:AllowanceTotalAmount", _sum_of(order.root, "false"), "the allowances")


def charges_miss_their_sum(order: Document) -> Iterator[Found]:
    """Bad: a charge of 5.00 with a total of charges of 4.00, or with none."""
    yield from _misses(order, "cbc:ChargeTotalAmount", _sum_of(order.root, "true"), "the charges")


def net_misses(order: Document) -> Iterator[Found]:
    """Bad: lines 100.00, allowances 5.00, charges 4.00 and a net of 100.00. Good: 99.00."""
    for sums in order.all(_TOTALS):
        if sums.find("cbc:TaxExclusiveAmount", SPACES) is not None:
            yield from _misses(order, "cbc:TaxExclusiveAmount", _net(sums), "lines, allowances and charges")


def payable_misses(order: Document) -> Iterator[Found]:
    """Bad: gross 119.00, prepaid 19.00, rounding 0.50 and 100.00 to pay. Good: 100.50."""
    for sums in order.all(_TOTALS):
        if gross := amount(sums, "cbc:TaxInclusiveAmount"):
            due = gross - amount(sums, "cbc:PrepaidAmount") + amount(sums, "cbc:PayableRoundingAmount")
            yield from _misses(order, "cbc:PayableAmount", due, "gross, prepaid and rounding")


def gross_misses(order: Document) -> Iterator[Found]:
    """Bad: net 100.00, tax 19.00 and a gross of 120.00."""
    for sums in order.all(_TOTALS):
        if amount(sums, "cbc:TaxInclusiveAmount") and order.all("cac:TaxTotal"):
            net = amount(sums, "cbc:TaxExclusiveAmount", _net(sums))
            tax = amount(order.root, "cac:TaxTotal/cbc:TaxAmount")
            yield from _misses(order, "cbc:TaxInclusiveAmount", net + tax, "net and tax")


def nameless_originators(order: Document) -> Iterator[Found]:
    """Bad: an originator with a phone alone."""
    for one in order.all("cac:OriginatorCustomerParty"):
        named = text(one, "cac:Party/cac:PartyName/cbc:Name") or text(one, "cac:Party/cac:PartyIdentification/cbc:ID")
        if not named:
            yield Found(line_of(one), "the originator has neither name nor id")


def price_misses_its_allowance(order: Document) -> Iterator[Found]:
    """Bad: gross price 60, allowance 10, price 51. Good: 50."""
    for off in order.all(f"{_LINES}/cac:Price/{_OFF}"):
        price = off.getparent()
        if price is not None and off.find("cbc:BaseAmount", SPACES) is not None:
            net = amount(off, "cbc:BaseAmount") - amount(off, "cbc:Amount")
            if amount(price, "cbc:PriceAmount") != net:
                yield Found(line_of(price), f"line {_id_above(price)}: gross price less allowance is {net}")


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


def line_misses(order: Document) -> Iterator[Found]:
    """Bad: 2 pieces at 10.00 less 1.00 as 20.00. Good: 19.00; 3 at 3.333 as 10.00."""
    for line in order.all(_LINES):
        price = amount(line, "cac:Price/cbc:PriceAmount") / (amount(line, "cac:Price/cbc:BaseQuantity") or 1)
        right = amount(line, "cbc:Quantity", Decimal(1)) * price + _sum_of(line, "true") - _sum_of(line, "false")
        net = amount(line, "cbc:LineExtensionAmount")
        if abs(net - right) > SLACK:
            what = f"quantity, price and discount make {right.quantize(Decimal('0.0001')).normalize():f}"
            yield Found(line_of(line), f"line {_id(line)} is worth {net}; {what}")


def base_quantities(order: Document) -> Iterator[Found]:
    """Bad: a price of 10.00 for 0 pieces."""
    for base in order.all(f"{_LINES}/cac:Price/cbc:BaseQuantity"):
        if number(base) <= 0:
            yield Found(line_of(base), f"line {_id_above(base)}: the price is for {number(base)} pieces")


def tax_ids_without_country(order: Document) -> Iterator[Found]:
    """Bad: 5260001246. Good: PL5260001246, EL094259216."""
    for one in order.root.iter(f"{{{SPACES['cac']}}}PartyTaxScheme"):
        prefix = text(one, "cbc:CompanyID")[:2]
        if text(one, "cac:TaxScheme/cbc:ID") == "VAT" and prefix not in COUNTRIES and prefix != "EL":
            yield Found(line_of(one), "the tax id of the buyer does not begin with a country")


def gross_prices_negative(order: Document) -> Iterator[Found]:
    """Bad: a gross price of -5."""
    for base in order.all(f"{_LINES}/cac:Price/{_OFF}/cbc:BaseAmount"):
        if number(base) < 0:
            yield Found(line_of(base), f"line {_id_above(base)} has the gross price {number(base)}")


def too_fine(order: Document) -> Iterator[Found]:
    """Bad: 1.234 KWD. Good: 1.23 EUR, 100 JPY; a unit price of 0.12345."""
    for one in _amounts(order):
        decimals = len((one.text or "").strip().partition(".")[2])
        if decimals > DECIMALS_MAX and not any(name_of(above) == "Price" for above in one.iterancestors()):
            what = f"{name_of(one)} has {decimals} decimals"
            yield Found(line_of(one), f"{what}; orders in {order.currency} with such amounts cannot go out")


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


def price_offs_negative(order: Document) -> Iterator[Found]:
    """Bad: a price with an allowance of -1."""
    for off in order.all(f"{_LINES}/cac:Price/{_OFF}"):
        if (said := amount(off, "cbc:Amount")) < 0:
            yield Found(line_of(off), f"line {_id_above(off)}: the allowance of the price is {said}")


def reason_codes(indicator: str, known: frozenset[str], order: Document) -> Iterator[Found]:
    """Bad: an allowance for FC, which is a charge's code."""
    for off in order.root.iter(f"{{{SPACES['cac']}}}AllowanceCharge"):
        code = text(off, "cbc:AllowanceChargeReasonCode")
        if code and text(off, "cbc:ChargeIndicator") == indicator and code not in known:
            yield Found(line_of(off), f"{code} is no reason for it")


def _misses(order: Document, path: str, right: Decimal, whose: str) -> Iterator[Found]:
    for sums in order.all(_TOTALS):
        if (said := amount(sums, path)) != right:
            name = path.partition(":")[2]
            yield Found(line_of(sums), f"{name} is {said}; {whose} make {right} {order.currency}")


def _net(sums: Element) -> Decimal:
    lines, off = amount(sums, "cbc:LineExtensionAmount"), amount(sums, "cbc:AllowanceTotalAmount")
    return lines - off + amount(sums, "cbc:ChargeTotalAmount")


def _sum_of(owner: Element, indicator: str) -> Decimal:
    offs = [one for one in owner.findall(_OFF, SPACES) if text(one, "cbc:ChargeIndicator") == indicator]
    return sum((amount(one, "cbc:Amount") for one in offs), _ZERO)


def _amounts(order: Document) -> Iterator[Element]:
    for name in _AMOUNTS:
        yield from order.root.iter(f"{{{SPACES['cbc']}}}{name}")
    for sums in order.all(_TOTALS):
        yield from (one for one in sums.iterchildren("*") if name_of(one) not in _AMOUNTS)


def _offs(order: Document) -> list[Element]:
    """Allowances and charges of the document and of its lines; a price's are another thing."""
    return [*order.all(_OFF), *order.all(f"{_LINES}/{_OFF}")]


def _categories(order: Document) -> Iterator[Element]:
    for name in ("TaxCategory", "ClassifiedTaxCategory"):
        yield from order.root.iter(f"{{{SPACES['cac']}}}{name}")


def _has(element: Element, path: str) -> bool:
    return element.find(path, SPACES) is not None


def _id(line: Element) -> str:
    return text(line, "cbc:ID")


def _id_above(element: Element) -> str:
    line = next((one for one in element.iterancestors() if name_of(one) == "LineItem"), None)
    return "" if line is None else _id(line)


ORDER = (
    Rule("R001", "each line has a number of its own", _TEMPLATE, lines_named_twice),
    Rule("R003", "all amounts are in the document's currency", _TEMPLATE, other_currencies),
    Rule("R004", "no quantity is negative", _ORDER, negative_quantities),
    Rule("R005", "no price is negative", _ORDER, negative_prices),
    Rule("R006", "what is left to pay is not negative", _ORDER, payable_negative),
    Rule("R007", "the lines do not add up to less than nothing", _ORDER, lines_negative),
    Rule("R008", "the lines add up to their total", _TEMPLATE, lines_miss_their_sum),
    Rule("R009", "the allowances add up to their total", _TEMPLATE, allowances_miss_their_sum),
    Rule("R010", "the charges add up to their total", _TEMPLATE, charges_miss_their_sum),
    Rule("R011", "net is lines less allowances plus charges", _TEMPLATE, net_misses),
    Rule("R014", "an originator has a name or an id", _TEMPLATE, nameless_originators),
    Rule("R016", "what is left to pay is gross less prepaid plus rounding", _TEMPLATE, payable_misses),
    Rule("R017", "gross is net plus tax", _TEMPLATE, gross_misses),
    Rule("R019", "a net price is the gross price less its allowance", _TEMPLATE, price_misses_its_allowance),
    Rule("R020", "a percentage has its base", _TEMPLATE, percent_without_base),
    Rule("R021", "a base has its percentage", _TEMPLATE, base_without_percent),
    Rule("R022", "an allowance is its percentage of its base", _TEMPLATE, percent_misses),
    Rule("R023", "an allowance or charge has a reason", _TEMPLATE, without_reason),
    Rule("R024", "a line is quantity times price, plus its charges less its allowances", _ORDER, line_misses),
    Rule("R025", "a price is for more than nothing", _TEMPLATE, base_quantities),
    Rule("R026", "a VAT id begins with its country", _ORDER, tax_ids_without_country),
    Rule("R027", "no gross price is negative", _ORDER, gross_prices_negative),
    Rule("R028", "amounts have at most 2 decimals", _ORDER, too_fine),
    Rule("R029", "a tax category has its rate", _TAX, rateless),
    Rule("R030", "the standard rate is more than 0", _TAX, standard_at_nothing),
    Rule("R032", "no allowance or charge is negative", _TEMPLATE, offs_negative),
    Rule("R033", "no allowance of a price is negative", _TEMPLATE, price_offs_negative),
    Rule(
        "CL001", "an allowance has a code of UNCL 5189", _TEMPLATE, lambda one: reason_codes("false", _ALLOWANCES, one)
    ),
    Rule("CL002", "a charge has a code of UNCL 7161", _TEMPLATE, lambda one: reason_codes("true", _CHARGES, one)),
)

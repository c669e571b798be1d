"""Each rule of Peppol orders finds one file that breaks it, and nothing in files that keep them all.

The official examples are read where they lie beside the checkout; else the profile's own samples stand in for them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.config.shipped import templates_folder
from bridge.profiles import SchemaRefused
from bridge.profiles.errors import RulesRefused
from bridge.profiles.rules import RULE_SETS, hold_against

SAMPLES = templates_folder() / "peppol-order-3" / "sample"
ORDER = (SAMPLES / "ORD_000017.xml").read_text(encoding="utf-8")
CHANGE = (SAMPLES / "change" / "CHG_000019.xml").read_text(encoding="utf-8")
CANCELLATION = (SAMPLES / "cancel" / "CAN_000020.xml").read_text(encoding="utf-8")
OFFICIAL = Path(__file__).parents[3] / "shared" / "samples" / "formats" / "peppol-order-3" / "examples"
SETS = {"Order": "peppol-order-3", "OrderChange": "peppol-order-change-3"}
SETS |= {"OrderCancellation": "peppol-order-cancellation-3"}

BUYER = '<cbc:EndpointID schemeID="0088">7300010000001</cbc:EndpointID>'
FIRST_PRICE = '<cbc:PriceAmount currencyID="EUR">4.065</cbc:PriceAmount>'
REASON = "    <cbc:AllowanceChargeReasonCode>FC</cbc:AllowanceChargeReasonCode>\n"
REASON += "    <cbc:AllowanceChargeReason>Frakt</cbc:AllowanceChargeReason>\n"
FREIGHT = '<cbc:Amount currencyID="EUR">5.00</cbc:Amount>'
LINE_OFF = '<cbc:Amount currencyID="EUR">10.00</cbc:Amount>'
SELLER_ENDS = "  </cac:SellerSupplierParty>\n"


def endpoint(scheme: str, number: str) -> tuple[str, str]:
    return BUYER, f'<cbc:EndpointID schemeID="{scheme}">{number}</cbc:EndpointID>'


def price_off(amount: str, base: str) -> str:
    """The first price with an allowance from a gross price."""
    off = f'<cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount currencyID="EUR">{amount}</cbc:Amount>'
    off += f'<cbc:BaseAmount currencyID="EUR">{base}</cbc:BaseAmount>'
    return f"{FIRST_PRICE}\n<cac:AllowanceCharge>{off}</cac:AllowanceCharge>"


FALSIFIED = [
    ("COMMON-R001", "<cbc:CityName>Norrköping</cbc:CityName>", "<cbc:CityName> </cbc:CityName>"),
    ("COMMON-R001", "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>", "<cbc:DocumentCurrencyCode/>"),
    ("COMMON-R030", "<cbc:IssueDate>2026-11-24</cbc:IssueDate>", "<cbc:IssueDate>2026-11-24Z</cbc:IssueDate>"),
    ("COMMON-R040", *endpoint("0088", "7300010000002")),
    ("COMMON-R041", *endpoint("0192", "987654326")),
    ("COMMON-R041", *endpoint("0192", "98765432")),
    ("COMMON-R043", *endpoint("0208", "0123456789")),
    ("COMMON-R049", *endpoint("0007", "5541277711")),
    ("COMMON-R050", *endpoint("0151", "51824753557")),
    ("T01-R001", "<cbc:ID>2</cbc:ID>\n      <cbc:Quantity", "<cbc:ID>1</cbc:ID>\n      <cbc:Quantity"),
    ("T01-R003", FIRST_PRICE, FIRST_PRICE.replace("EUR", "USD")),
    ("T01-R004", '<cbc:Quantity unitCode="MTR">2.5<', '<cbc:Quantity unitCode="MTR">-2.5<'),
    ("T01-R005", FIRST_PRICE, FIRST_PRICE.replace("4.065", "-4.065")),
    ("T01-R006", ">150.00</cbc:PayableAmount>", ">-150.00</cbc:PayableAmount>"),
    ("T01-R007", ">170.16</cbc:LineExtensionAmount>", ">-170.16</cbc:LineExtensionAmount>"),
    ("T01-R008", ">170.16</cbc:LineExtensionAmount>", ">170.17</cbc:LineExtensionAmount>"),
    ("T01-R008", ">100.00</cbc:LineExtensionAmount>", ">100.01</cbc:LineExtensionAmount>"),
    ("T01-R009", ">8.00</cbc:AllowanceTotalAmount>", ">8.01</cbc:AllowanceTotalAmount>"),
    ("T01-R010", ">7.00</cbc:ChargeTotalAmount>", ">6.99</cbc:ChargeTotalAmount>"),
    ("T01-R011", ">169.16</cbc:TaxExclusiveAmount>", ">169.15</cbc:TaxExclusiveAmount>"),
    (
        "T01-R014",
        SELLER_ENDS,
        f"{SELLER_ENDS}<cac:OriginatorCustomerParty><cac:Party><cac:Contact><cbc:Name>Nils</cbc:Name></cac:Contact>"
        "</cac:Party></cac:OriginatorCustomerParty>",
    ),
    ("T01-R016", ">150.00</cbc:PayableAmount>", ">150.01</cbc:PayableAmount>"),
    ("T01-R016", ">57.66</cbc:PrepaidAmount>", ">57.65</cbc:PrepaidAmount>"),
    ("T01-R017", ">38.49</cbc:TaxAmount>", ">38.48</cbc:TaxAmount>"),
    ("T01-R019", FIRST_PRICE, price_off("1", "5.07")),
    ("T01-R020", FREIGHT, f"<cbc:MultiplierFactorNumeric>5</cbc:MultiplierFactorNumeric>{FREIGHT}"),
    ("T01-R021", FREIGHT, f'{FREIGHT}<cbc:BaseAmount currencyID="EUR">100.00</cbc:BaseAmount>'),
    (
        "T01-R022",
        LINE_OFF,
        f"<cbc:MultiplierFactorNumeric>9</cbc:MultiplierFactorNumeric>{LINE_OFF}"
        '<cbc:BaseAmount currencyID="EUR">110.81</cbc:BaseAmount>',
    ),
    ("T01-R023", REASON, ""),
    ("T01-R024", ">10.16</cbc:LineExtensionAmount>", ">10.19</cbc:LineExtensionAmount>"),
    ("T01-R024", '<cbc:Quantity unitCode="C62">2<', '<cbc:Quantity unitCode="C62">3<'),
    ("T01-R025", FIRST_PRICE, f"{FIRST_PRICE}<cbc:BaseQuantity>0</cbc:BaseQuantity>"),
    ("T01-R026", "SE556000111101", "556000111101"),
    ("T01-R027", FIRST_PRICE, price_off("-9.065", "-5")),
    ("T01-R028", ">5.00</cbc:Amount>", ">5.000</cbc:Amount>"),
    ("T01-R029", "<cbc:Percent>6</cbc:Percent>", ""),
    ("T01-R030", "<cbc:Percent>6</cbc:Percent>", "<cbc:Percent>0</cbc:Percent>"),
    ("T01-R031", "bis:ordering:3", "bis:billing:3"),
    ("T01-R032", FREIGHT, FREIGHT.replace("5.00", "-5.00")),
    ("T01-R033", FIRST_PRICE, price_off("-1", "3.065")),
    ("T01-R034", "trns:order:3", "trns:invoice:3"),
    ("T01-CL001", ">95<", ">FC<"),
    ("T01-CL002", ">FC<", ">95<"),
    ("T01-B", ' unitCode="MTR"', ""),
    ("T01-B", ' schemeID="0088"', ""),
    ("T01-B", "<cbc:Name>Ankare 10 kg</cbc:Name>", ""),
    ("T01-B", "  <cbc:Note>", "  <cbc:UBLVersionID>2.1</cbc:UBLVersionID>\n  <cbc:Note>"),
    ("T01-B", "  <cac:PaymentTerms>", "<cac:DeliveryTerms><cbc:ID>FOB</cbc:ID></cac:DeliveryTerms><cac:PaymentTerms>"),
]  # fmt: skip


def broken(folder: Path, content: str, name: str = "peppol-order-3") -> RulesRefused:
    path = folder / "ORD_000017.xml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RulesRefused) as caught:
        hold_against(path, name, "peppol-order-3")
    return caught.value


def rules_broken(path: Path, name: str) -> set[str]:
    """Every rule that a file breaks; none where it keeps them all."""
    try:
        hold_against(path, name, "peppol-order-3")
    except RulesRefused as refused:
        return rules_of(refused)
    return set()


def rules_of(refused: RulesRefused) -> set[str]:
    """Every rule that the message names."""
    message = refused.problem.message
    return {word.strip(",.:") for word in message.split() if word.startswith(("T01-", "T114-", "T115-", "COMMON-"))}


@pytest.mark.parametrize(("rule", "old", "new"), FALSIFIED, ids=lambda value: value[:60])
def test_each_rule_finds_the_file_that_breaks_it(rule: str, old: str, new: str, tmp_path: Path) -> None:
    assert old in ORDER
    assert rule in rules_of(broken(tmp_path, ORDER.replace(old, new, 1)))


def test_every_rule_has_its_falsified_file() -> None:
    assert {rule.number for rule in RULE_SETS["peppol-order-3"].rules} == {rule for rule, _, _ in FALSIFIED}


@pytest.mark.parametrize(
    ("rule", "content", "old", "new"),
    [
        ("T114-R031", CHANGE, "bis:advanced_ordering:3", "bis:ordering:3"),
        ("T114-R034", CHANGE, "trns:order_change:3", "trns:order:3"),
        ("T114-R008", CHANGE, ">235.16</cbc:LineExtensionAmount>", ">235.15</cbc:LineExtensionAmount>"),
        ("T114-B", CHANGE, "      <cbc:LineStatusCode>4</cbc:LineStatusCode>\n", ""),
        ("T115-R031", CANCELLATION, "bis:advanced_ordering:3", "bis:ordering:3"),
        ("T115-R034", CANCELLATION, "trns:order_cancellation:3", "trns:order:3"),
        ("T115-B", CANCELLATION, "<cbc:CancellationNote>", f"{'<cbc:Note>x</cbc:Note>' * 2}<cbc:CancellationNote>"),
        ("COMMON-R001", CANCELLATION, "<cbc:ID>10480</cbc:ID>", "<cbc:ID/>"),
    ],
    ids=lambda value: value[:30],
)  # fmt: skip
def test_changes_and_cancellations_have_their_own_rules(
    rule: str, content: str, old: str, new: str, tmp_path: Path
) -> None:
    assert old in content
    name = SETS["OrderChange" if content is CHANGE else "OrderCancellation"]
    assert rule in rules_of(broken(tmp_path, content.replace(old, new, 1), name))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (*endpoint("0088", "9876543210128"),),
        (*endpoint("0192", "987654325"),),
        (*endpoint("0208", "0428759497"),),
        (*endpoint("0007", "5541277710"),),
        (*endpoint("0151", "51824753556"),),
        ("SE556000111101", "EL094259216"),
        (FIRST_PRICE, price_off("1", "5.065")),
        ("<cbc:ID>S</cbc:ID>\n          <cbc:Percent>6</cbc:Percent>", "<cbc:ID>O</cbc:ID>"),
    ],
    ids=lambda value: value[-60:],
)
def test_what_the_rules_allow_passes(old: str, new: str, tmp_path: Path) -> None:
    """A right check digit, Greece's own prefix, a price finer than a cent, a category that needs no rate."""
    assert old in ORDER
    path = tmp_path / "ORD_000017.xml"
    path.write_text(ORDER.replace(old, new, 1), encoding="utf-8")
    assert rules_broken(path, "peppol-order-3") == set()


def test_a_broken_rule_is_told_in_business_words(tmp_path: Path) -> None:
    refused = broken(tmp_path, ORDER.replace(">150.00</cbc:PayableAmount>", ">-7.66</cbc:PayableAmount>"))
    problem = refused.problem
    assert problem.message == (
        "Order 10480: -7.66 EUR are left to pay. Peppol BIS Ordering 3, rule T01-R006: what is left to pay is not "
        "negative. It breaks T01-R016 too. Line 147 of the file shows it; the file was not sealed."
    )
    assert problem.title == "Profile peppol-order-3, rule T01-R006: what is left to pay is not negative"
    assert problem.action == "Correct the order in the store; it then goes out by itself."
    assert isinstance(refused, SchemaRefused)  # so that the order alone is held, as for a schema


def test_no_message_holds_what_a_buyer_wrote(tmp_path: Path) -> None:
    content = ORDER.replace("SE556000111101", "Alva Lind").replace("602 22", " ").replace(BUYER, "")
    message = broken(tmp_path, content).problem.message
    assert "Alva" not in message
    assert "Norrk" not in message


@pytest.mark.parametrize("number", ["1,50", "", "NaN", "Infinity", "1e2x"])
def test_an_amount_that_is_no_number_is_told_and_never_counted(number: str, tmp_path: Path) -> None:
    content = ORDER.replace(">150.00</cbc:PayableAmount>", f">{number}</cbc:PayableAmount>")
    assert "PayableAmount is" in broken(tmp_path, content).problem.message


def test_half_a_file_is_no_xml(tmp_path: Path) -> None:
    path = tmp_path / "ORD_000017.xml"
    path.write_text(ORDER[:2_000], encoding="utf-8")
    with pytest.raises(SchemaRefused, match="not well-formed"):
        hold_against(path, "peppol-order-3", "peppol-order-3")


EXAMPLES = [
    *sorted(OFFICIAL.glob("Order_Example.xml")),
    *sorted(OFFICIAL.glob("UC?_Order.xml")),
    *sorted(OFFICIAL.glob("*OrderC*.xml")),
    *sorted(OFFICIAL.glob("advanced_Order_*.xml")),
]


@pytest.mark.parametrize("path", EXAMPLES or sorted(SAMPLES.rglob("???_0000*.xml")), ids=lambda path: path.name)
def test_examples_keep_every_rule(path: Path) -> None:
    kind = path.read_text(encoding="utf-8")
    name = next(SETS[root] for root in ("OrderCancellation", "OrderChange", "Order") if f"</{root}>" in kind)
    assert rules_broken(path, name) == set()

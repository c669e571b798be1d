"""Order files as a bridge would hand them over, written here by hand, and the act of handing over."""

from __future__ import annotations

import hashlib
from pathlib import Path

UBL_ORDER = """<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:ID>{external_id}</cbc:ID>
  <cbc:IssueDate>2026-03-02</cbc:IssueDate>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:BuyerCustomerParty><cac:Party><cac:PartyName><cbc:Name>Anna Example</cbc:Name></cac:PartyName></cac:Party>
  </cac:BuyerCustomerParty>
  <cac:SellerSupplierParty/>
  <cac:TaxTotal><cbc:TaxAmount currencyID="EUR">4.75</cbc:TaxAmount></cac:TaxTotal>
  <cac:AnticipatedMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="EUR">{net}</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="EUR">{net}</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">29.75</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="EUR">0.00</cbc:PayableAmount>
  </cac:AnticipatedMonetaryTotal>
  <cac:OrderLine><cac:LineItem>
    <cbc:ID>1</cbc:ID><cbc:Quantity unitCode="C62">2</cbc:Quantity>
    <cbc:LineExtensionAmount currencyID="EUR">20.00</cbc:LineExtensionAmount>
    <cac:Item><cbc:Name>Cup</cbc:Name>
      <cac:SellersItemIdentification><cbc:ID>{article}</cbc:ID></cac:SellersItemIdentification></cac:Item>
  </cac:LineItem></cac:OrderLine>
  <cac:OrderLine><cac:LineItem>
    <cbc:ID>2</cbc:ID><cbc:LineExtensionAmount currencyID="EUR">5.00</cbc:LineExtensionAmount>
    <cac:Item><cbc:Name>Shipping</cbc:Name></cac:Item>
  </cac:LineItem></cac:OrderLine>
</Order>
"""


def ubl_order(external_id: str, article: str = "40017", net: str = "25.00") -> bytes:
    """One UBL order of 29.75 EUR with two lines."""
    return UBL_ORDER.format(external_id=external_id, article=article, net=net).encode()


def csv_orders(number: int, *external_ids: str, trailer_gross: str | None = None) -> bytes:
    """A csv-orders file; each order is 12.30 PLN with two lines."""
    rows = [f"F;{number};2026-03-02T09:00:00Z;{len(external_ids)}"]
    for one in external_ids:
        party = "Ola Example;Polna;7;;;00-950;Warszawa;;PL;ola@example.com;+48600000000;"
        rows.append(f'H;{one};{one};2026-03-02;PLN;CARD;STD;;{party};;10.00;2.30;12.30;12.30;0.00;"a;b";2' + ";" * 12)
        rows.append(f"L;{one};1;product;40017;Cup;1;C62;8.00;0.00;23;23;8.00;1.84;9.84")
        rows.append(f"L;{one};2;shipping;;Shipping;1;C62;2.00;0.00;23;23;2.00;0.46;2.46")
    cents = 1230 * len(external_ids)
    gross = trailer_gross or f"PLN={cents // 100}.{cents % 100:02}"
    rows.append(f"T;{len(external_ids)};{2 * len(external_ids)};{gross}")
    return "".join(f"{row}\r\n" for row in rows).encode()


def hand_over(inbound: Path, name: str, content: bytes, digest: str | None = None) -> None:
    """The file, then its checksum as `sha256sum` writes it, each whole at once."""
    line = f"{digest or hashlib.sha256(content).hexdigest()}  {name}\n"
    for final, written in ((name, content), (f"{name}.sha256", line.encode())):
        temporary = inbound / f".{final}.tmp"
        temporary.write_bytes(written)
        temporary.rename(inbound / final)

"""Answers to read: made up, as ERPs write them, of any length.

Every fourth order is refused or, in answers that speak of lines, changed in one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PIECES_PER_WRITE = 500
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_RESPONSE = "urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2"


@dataclass(frozen=True, slots=True)
class Made:
    """One kind of answer: what stands before its orders, one order by its number, and what stands behind so many."""

    one: Callable[[int], str]
    head: str = ""
    tail: Callable[[int], str] = lambda _: ""
    encoding: str = "utf-8"

    def write(self, path: Path, orders: int) -> None:
        """The answer to so many orders, piece by piece."""
        with path.open("w", encoding=self.encoding, newline="") as file:
            file.write(self.head)
            for at in range(0, orders, PIECES_PER_WRITE):
                numbers = range(at + 1, min(at + PIECES_PER_WRITE, orders) + 1)
                file.write("".join(map(self.one, numbers)))
            file.write(self.tail(orders))

    def orders_in(self, size: int) -> int:
        """How many orders make an answer of so many bytes."""
        four = "".join(map(self.one, range(100_000, 100_004)))  # one of them refused
        return 4 * size // len(four.encode(self.encoding))


def is_refused(number: int) -> bool:
    """Every fourth one."""
    return number % 4 == 0


def csv_row(number: int) -> str:
    """One row of the log of csv-orders."""
    if is_refused(number):
        return f'ORD_000017.csv;{number};{number};ERR;;"Customer T{number:012} is blocked; see credit control"\r\n'
    return f"ORD_000017.csv;{number};{number};OK;SO-{number:07};\r\n"


def fixed_row(number: int) -> str:
    """One record of the report of fixed-width."""
    if is_refused(number):
        return f"R{number:<20}ER{'':12}E201{f'Kunde T{number:012} gesperrt':<41}\r\n"
    return f"R{number:<20}OK{45_000_000 + number:<12}{'':45}\r\n"


def xml_result(number: int) -> str:
    """One result of a report in XML that an ERP of one's own might write."""
    if is_refused(number):
        said = f"<state>no</state><reason>Customer T{number:012} is blocked</reason>"
    else:
        said = f"<state>ok</state><number>SO-{number:07}</number>"
    return f'  <result order="{number}">{said}<line>{number * 4}</line></result>\n'


def ubl_response(number: int) -> str:
    """One order response of four lines; of those that are changed, one line says so."""
    word, status = ("CA", "3") if is_refused(number) else ("AP", "5")
    lines = "".join(_ubl_line(line, status if line == 2 else "5") for line in range(1, 5))
    return f"""\
  <OrderResponse xmlns="{_RESPONSE}">
    <cbc:ID>RESP-{number}</cbc:ID>
    <cbc:IssueDate>2026-11-25</cbc:IssueDate>
    <cbc:OrderResponseCode>{word}</cbc:OrderResponseCode>
    <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
    <cac:OrderReference><cbc:ID>{number}</cbc:ID><cbc:SalesOrderID>SO-{number:07}</cbc:SalesOrderID></cac:OrderReference>
    <cac:SellerSupplierParty>
      <cac:Party><cbc:EndpointID schemeID="0088">5412345000013</cbc:EndpointID></cac:Party>
    </cac:SellerSupplierParty>
    <cac:BuyerCustomerParty>
      <cac:Party><cbc:EndpointID schemeID="0088">4012345000009</cbc:EndpointID></cac:Party>
    </cac:BuyerCustomerParty>
{lines}  </OrderResponse>
"""


def _ubl_line(line: int, status: str) -> str:
    return f"""\
    <cac:OrderLine>
      <cac:LineItem>
        <cbc:ID>{line}</cbc:ID>
        <cbc:LineStatusCode>{status}</cbc:LineStatusCode>
        <cbc:Quantity unitCode="C62">{line}</cbc:Quantity>
        <cac:Price><cbc:PriceAmount currencyID="EUR">12.50</cbc:PriceAmount></cac:Price>
        <cac:Item><cbc:Name>Kettle {line}</cbc:Name>
          <cac:SellersItemIdentification><cbc:ID>4001{line}</cbc:ID></cac:SellersItemIdentification>
        </cac:Item>
      </cac:LineItem>
      <cac:OrderLineReference><cbc:LineID>{line}</cbc:LineID></cac:OrderLineReference>
    </cac:OrderLine>
"""


def opentrans_response(number: int) -> str:
    """One order response of four items; of every fourth one, one item will not come."""
    items = "".join(_opentrans_item(line, 0 if is_refused(number) and line == 2 else line) for line in range(1, 5))
    return f"""\
<ORDERRESPONSE version="2.1">
  <ORDERRESPONSE_HEADER>
    <ORDERRESPONSE_INFO>
      <ORDER_ID>{number}</ORDER_ID>
      <ORDERRESPONSE_DATE>2026-11-24T10:00:00</ORDERRESPONSE_DATE>
      <SUPPLIER_ORDER_ID>AB-{number:07}</SUPPLIER_ORDER_ID>
      <PARTIES><PARTY>
        <bmecat:PARTY_ID type="supplier_specific">10000735</bmecat:PARTY_ID><PARTY_ROLE>supplier</PARTY_ROLE>
      </PARTY></PARTIES>
    </ORDERRESPONSE_INFO>
  </ORDERRESPONSE_HEADER>
  <ORDERRESPONSE_ITEM_LIST>
{items}  </ORDERRESPONSE_ITEM_LIST>
  <ORDERRESPONSE_SUMMARY><TOTAL_ITEM_NUM>4</TOTAL_ITEM_NUM></ORDERRESPONSE_SUMMARY>
</ORDERRESPONSE>
"""


def _opentrans_item(line: int, quantity: int) -> str:
    return f"""\
    <ORDERRESPONSE_ITEM>
      <LINE_ITEM_ID>{line}</LINE_ITEM_ID>
      <PRODUCT_ID><bmecat:SUPPLIER_PID>4001{line}</bmecat:SUPPLIER_PID></PRODUCT_ID>
      <QUANTITY>{quantity}</QUANTITY>
      <bmecat:ORDER_UNIT>C62</bmecat:ORDER_UNIT>
    </ORDERRESPONSE_ITEM>
"""


def idoc_response(number: int) -> str:
    """One IDoc ORDRSP of three items; of every fourth one, one item is confirmed in part."""
    items = "".join(
        f"""\
    <E1EDP01 SEGMENT="1"><POSEX>{line:06}</POSEX><ACTION>004</ACTION><MENGE>2.000</MENGE>
      <MENEE>PCE</MENEE><VPREI>55.00</VPREI><PEINH>1</PEINH>
      <E1EDP20 SEGMENT="1"><WMENG>{_confirmed(number, line)}.000</WMENG><EDATU>20261126</EDATU></E1EDP20>
      <E1EDP19 SEGMENT="1"><QUALF>002</QUALF><IDTNR>4001{line}</IDTNR><KTEXT>Kettle {line}</KTEXT></E1EDP19>
    </E1EDP01>
"""
        for line in range(1, 4)
    )
    return f"""\
  <IDOC BEGIN="1">
{_control(number, "ORDRSP")}\
    <E1EDK01 SEGMENT="1"><ACTION>000</ACTION><CURCY>EUR</CURCY><BELNR>{number:010}</BELNR></E1EDK01>
    <E1EDK02 SEGMENT="1"><QUALF>001</QUALF><BELNR>{number}</BELNR><DATUM>20261124</DATUM></E1EDK02>
    <E1EDK02 SEGMENT="1"><QUALF>002</QUALF><BELNR>{45_000_000 + number:010}</BELNR><DATUM>20261125</DATUM></E1EDK02>
{items}    <E1EDS01 SEGMENT="1"><SUMID>002</SUMID><SUMME>330.00</SUMME><WAERQ>EUR</WAERQ></E1EDS01>
  </IDOC>
"""


def _confirmed(number: int, line: int) -> int:
    """The quantity: one of the two that were ordered, or both."""
    return 1 if is_refused(number) and line == 2 else 2


def _control(number: int, message: str) -> str:
    return f"""\
    <EDI_DC40 SEGMENT="1"><TABNAM>EDI_DC40</TABNAM><MANDT>100</MANDT><DOCNUM>{number:016}</DOCNUM>
      <DIRECT>1</DIRECT><IDOCTYP>ORDERS05</IDOCTYP>
      <MESTYP>{message}</MESTYP><SNDPOR>SAPPRD</SNDPOR><SNDPRT>LS</SNDPRT><SNDPRN>PRDCLNT100</SNDPRN>
    </EDI_DC40>
"""


def idoc_audit(number: int) -> str:
    """What ALEAUD says of one IDoc that we numbered, with the sales order that came of it."""
    state = "51" if is_refused(number) else "53"
    order = "" if is_refused(number) else f"<OBJTYPE>BUS2032</OBJTYPE><OBJKEY>{45_000_000 + number:010}</OBJKEY>"
    return f"""\
    <E1STATE SEGMENT="1"><DOCNUM>{17_000_000 + number:016}</DOCNUM><STATUS>{state}</STATUS><STACOD>SAPV1311</STACOD>
      <STATXT>Standard order &amp; has been saved</STATXT><STAPA1_LNG>{45_000_000 + number}</STAPA1_LNG>
      <E1PRTOB SEGMENT="1"><DOCNUM>{number:016}</DOCNUM><LOGSYS>PRDCLNT100</LOGSYS>{order}</E1PRTOB>
    </E1STATE>
"""


def idoc_status(number: int) -> str:
    """One status of a flat file: 63 characters before the segment, then its fields at their places."""
    text = "Customer & is blocked" if is_refused(number) else "Standard order & has been saved"
    segment = (
        f"{'100':13}{number:016}{'20261125093100':14}{'51' if is_refused(number) else '53'}{'SAP':50}{'SAPV1311':8}"
        f"{text:70}{'':16}{45_000_000 + number:<20}{'':60}{17:<14}{'':14}{number:<14}{number:<70}"
    )
    return f"{'E2STATS':30}{'100':33}{segment:1000}\n"


def edifact_response(number: int) -> str:
    """One ORDRSP of three lines; of every fourth one, one line is confirmed in part."""
    lines = "".join(
        f"LIN+{line}+{'3' if is_refused(number) and line == 2 else '5'}+4001{line}:SA'\r\nQTY+21:2:C62'\r\n"
        f"QTY+113:{_confirmed(number, line)}:C62'\r\nPRI+AAA:50.00'\r\n"
        for line in range(1, 4)
    )
    return (
        f"UNH+{number}+ORDRSP:D:96A:UN:EAN008'\r\nBGM+231+SO-{number:07}+{4 if is_refused(number) else 29}'\r\n"
        "DTM+137:20261125:102'\r\n"
        f"RFF+ON:{number}'\r\nNAD+BY+C-1001::91'\r\nNAD+SU+5412345000013::9'\r\n{lines}UNS+S'\r\nUNT+20+{number}'\r\n"
    )


def x12_response(number: int) -> str:
    """One 855 of three lines; of every fourth one, one line is back-ordered."""
    lines = "".join(
        f"PO1*{line}*2*EA*55**VN*4001{line}~\n"
        f"ACK*{'IB*1*EA*068*20261209' if is_refused(number) and line == 2 else 'IA*2*EA'}~\n"
        for line in range(1, 4)
    )
    return (
        f"ST*855*{number:09}~\n"
        f"BAK*00*{'AC' if is_refused(number) else 'AD'}*{number}*20261124****SO-{number:07}*20261125~\n"
        f"N9*L1**NOTE~\nREF*DP*038~\n{lines}CTT*3~\nSE*12*{number:09}~\n"
    )


_UNA = "UNA:+.? '\r\nUNB+UNOC:3+5412345000013:14+4012345000009:14+261125:0815+9003'\r\n"
_ISA = (
    f"ISA*00*{'':10}*00*{'':10}*ZZ*{'RECEIVER':15}*ZZ*{'SENDER':15}*261125*0915*U*00401*000000503*0*P*>~\n"
    "GS*PR*RECEIVER*SENDER*20261125*0915*503*X*004010~\n"
)
_FLAT_CONTROL = f"{'EDI_DC40':10}{'100':3}{1:016}{'':10}{'SYSTAT01':30}{'':30}{'STATUS':30}"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
MADE = {
    "csv": Made(csv_row, "file;line;order;status;number;text\r\n"),
    "fixed": Made(fixed_row, "H2026112417           \r\n", encoding="cp1252"),
    "xml": Made(xml_result, f"{_XML}<report>\n", lambda _: "</report>\n"),
    "ubl": Made(
        ubl_response,
        f'{_XML}<responses xmlns:cac="{_CAC}" xmlns:cbc="{_CBC}">\n',
        lambda _: "</responses>\n",
    ),
    "opentrans": Made(
        opentrans_response,
        f'{_XML}<responses xmlns="http://www.opentrans.org/XMLSchema/2.1" '
        'xmlns:bmecat="http://www.bmecat.org/bmecat/2005">\n',
        lambda _: "</responses>\n",
    ),
    "idoc ORDRSP": Made(idoc_response, f"{_XML}<ORDERS05>\n", lambda _: "</ORDERS05>\n"),
    "idoc ALEAUD": Made(
        idoc_audit,
        f'{_XML}<ALEAUD01>\n  <IDOC BEGIN="1">\n{_control(1, "ALEAUD")}'
        '  <E1ADHDR SEGMENT="1"><MESTYP>ORDERS</MESTYP>\n',
        lambda _: "  </E1ADHDR></IDOC>\n</ALEAUD01>\n",
    ),
    "idoc flat STATUS": Made(idoc_status, f"{_FLAT_CONTROL:524}\n"),
    "edifact ORDRSP": Made(edifact_response, _UNA, lambda orders: f"UNZ+{orders}+9003'\r\n", "iso8859-1"),
    "x12 855": Made(x12_response, _ISA, lambda orders: f"GE*{orders}*503~\nIEA*1*000000503~\n"),
}

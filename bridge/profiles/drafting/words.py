"""Which canonical field a heading or an element's name may mean: words of ERPs in English, German and Polish.

A guess for a person to review, never more. Names are compared without case, accents and punctuation.
"""

from __future__ import annotations

import re
import unicodedata

ORDER = {
    "external_id": "order orderno ordernr orderid ordernumber externaldocumentno documentno docno reference ref "
    "customerreference purchaseorder pono bestellung bestellnr bestellnummer auftrag auftragsnr auftragsnummer belegnr "
    "zamowienie nrzamowienia numerzamowienia nrdokumentu numerdokumentu numerobcy",
    "created_at": "date orderdate documentdate createdat datum bestelldatum auftragsdatum belegdatum data "
    "datazamowienia datadokumentu datawystawienia",
    "currency": "currency currencycode cur curr waehrung waluta symbolwaluty",
    "customer_note": "note notes remark remarks comment comments bemerkung notiz uwagi opis komentarz",
    "buyer_order_number": "buyerorder yourreference ihrzeichen kundenreferenz",
    "payment.erp_code": "payment paymentmethod paymentterms zahlungsart zahlungsbedingung platnosc formaplatnosci",
    "shipping_erp_code": "shipping shippingmethod shipmentmethod carrier versandart sposobdostawy",
    "warehouse": "warehouse location site lager magazyn",
    "totals.net": "totalnet ordernet nettobetrag gesamtnetto sumanetto razemnetto",
    "totals.tax": "totaltax totalvat orderertax steuerbetrag sumavat razemvat",
    "totals.gross": "total totalgross totalamount ordertotal amountdue gesamtbetrag bruttobetrag suma sumabrutto "
    "razembrutto dozaplaty",
}
LINE = {
    "lines.position": "line lineno linenumber pos posnr position lp poz pozycja",
    "lines.erp_sku": "sku article articleno item itemno itemnumber product productcode productid artikel artikelnr "
    "artikelnummer towar kodtowaru symbol symboltowaru indeks partno material",
    "lines.name": "description itemname productname articlename bezeichnung artikelbezeichnung nazwatowaru nazwa text",
    "lines.quantity": "qty quantity ordered menge anzahl ilosc",
    "lines.unit_code": "unit uom unitcode unitofmeasure einheit mengeneinheit jm jednostka",
    "lines.unit_net": "price unitprice netprice unitnet preis einzelpreis nettopreis cena cenanetto",
    "lines.unit_gross": "grossprice unitgross bruttopreis cenabrutto",
    "lines.discount": "discount rebate rabatt rabat",
    "lines.tax_rate": "vat vatrate taxrate taxpercent mwst mwstsatz steuersatz stawkavat stawka procentvat",
    "lines.erp_tax_code": "taxcode vatcode steuerschluessel kodvat",
    "lines.net": "net netamount lineamount linenet amount netto nettowert wert wartosc wartoscnetto",
    "lines.tax": "tax taxamount vatamount steuer mwstbetrag kwotavat wartoscvat",
    "lines.gross": "gross grossamount linegross brutto bruttowert wartoscbrutto",
}
PARTY = {
    "company": "company companyname firm firma firmenname nazwafirmy organization organisation",
    "name": "name fullname customername contact contactname person kunde kundenname klient imienazwisko imieinazwisko "
    "customer recipient",
    "first_name": "firstname givenname vorname imie",
    "last_name": "lastname surname familyname nachname nazwisko",
    "street": "street streetname strasse str ulica",
    "house_number": "housenumber houseno hausnummer hausnr nrdomu numerdomu",
    "flat": "flat apartment nrlokalu numerlokalu",
    "address": "address addressline address1 adresse adres ulicainumer",
    "extra": "address2 addressline2 adresszusatz adres2",
    "postal_code": "zip zipcode postcode postalcode postalzone plz postleitzahl kod kodpocztowy",
    "city": "city town cityname ort stadt miasto miejscowosc",
    "region": "region state county province bundesland wojewodztwo",
    "country": "country countrycode land laenderkennzeichen kraj kodkraju",
    "email": "email mail emailaddress",
    "phone": "phone telephone tel telefon mobile",
    "tax_id": "vatid vatno taxid ustid ustidnr nip",
}
PARTIES = {
    "delivery": "ship shipto delivery deliver deliverto lieferung liefer lieferadresse dostawa dostawy odbiorca we",
    "billing": "bill billto billing invoice invoiceto sold soldto rechnung rechnungs platnik nabywca kontrahent buyer",
}
IN_LINE = {"no": "lines.position", "nr": "lines.position", "number": "lines.position", "id": "lines.erp_sku"}
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FOLD = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "Ø": "O"})


def _table(fields: dict[str, str]) -> dict[str, str]:
    return {word: field for field, words in fields.items() for word in words.split()}


_ORDER, _LINE, _PARTY, _PARTIES = (_table(fields) for fields in (ORDER, LINE, PARTY, PARTIES))


def meaning(name: str, party: str = "", in_line: bool = False) -> str | None:
    """The canonical field that a name may mean. party: of the element around it; in_line: inside a line's element."""
    parts = _parts(name)
    whole = "".join(parts)
    for length in (2, 1):  # ShipToName, LieferOrt
        head, rest = "".join(parts[:length]), "".join(parts[length:])
        if head in _PARTIES and rest in _PARTY:
            return f"{_PARTIES[head]}.{_PARTY[rest]}"
    if in_line and (inside := _LINE.get(whole) or IN_LINE.get(whole)):
        return inside
    if party and whole in _PARTY:
        return f"{party}.{_PARTY[whole]}"
    if whole in _ORDER:
        return _ORDER[whole]
    if whole in _LINE:
        return _LINE[whole]
    return f"delivery.{_PARTY[whole]}" if whole in _PARTY else None


def with_its_number(field: str, looks: str) -> str:
    """A street that has a digit in the sample holds the house number too."""
    owner, _, name = field.rpartition(".")
    return f"{owner}.address" if name == "street" and "9" in looks else field


def party_of(name: str) -> str | None:
    """Which party an element with this name holds: `ShipTo` is the delivery's."""
    parts = _parts(name)
    return next((_PARTIES[head] for length in (2, 1) if (head := "".join(parts[:length])) in _PARTIES), None)


def _parts(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.translate(_FOLD))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return [part.casefold() for part in _PARTS.findall(plain)]

"""Tax ids of companies: form and check digit, by python-stdnum. No register is asked.

People write them with the country before them or without, with blanks, dashes and words around ("NIP 526-000-12-46"). A
company may use the id of another country of the European Union than that of its address; in some countries shops also
collect the number of the company's register or of its local tax office, which is no mistake of the buyer.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from stdnum.util import get_cc_module

from bridge.domain.countries import EU_MEMBERS

TAX_IDS_KEPT = 4096
TAX_ID_MAX = 40  # characters
# The library names its errors by class; people read what is wrong.
_WHY = {
    "InvalidLength": "the length is wrong",
    "InvalidFormat": "the form is wrong",
    "InvalidChecksum": "the check digit is wrong",
    "InvalidComponent": "a part of it is wrong",
}
_WORDS = re.compile(
    r"^(?:(?:NIP(?:[\s-]+(?:UE|EU))?|VAT(?:\s*(?:ID|NO|NR|NUMBER|REG))?|UST\.?-?\s?ID(?:\.?-?\s?N[RO])?"
    r"|UID(?:-?\s?N[RO])?|TVA|IVA|P\.?\s?IVA|PARTITA\s+IVA|MWST(?:-?\s?NR)?|BTW(?:-?NR)?|MOMS|DI[CČ]|NIF|CIF|CUI"
    r"|I[CČ]O?|CVR(?:-?\s?NR)?|ORG(?:\.?-?\s?NR)?)\b[\s.:#-]*)+"
)
_SWISS_ENDS = re.compile(r"(?:\s*HR)?[\s/]*(?:MWST|TVA|IVA|VAT)?$")  # of its register, of its tax: in any language
_BETWEEN = re.compile(r"[\s./-]+")
_EU_PREFIXES = (EU_MEMBERS - {"GR"}) | {"EL", "XI"}  # Greece writes EL, Northern Ireland XI
# Other numbers of companies that are asked for in the same field: register and local tax numbers.
_ALSO = {
    "FR": ("siren", "siret"), "IT": ("codicefiscale",), "DE": ("stnr",), "SE": ("orgnr",), "HU": ("anum",),
    "CH": ("uid",), "NO": ("orgnr",),
}  # fmt: skip
_NAMED_BY = {"CH": "CH", "GB": "GB", "NO": "NO"}  # beginnings that say whose number it is, outside the Union


@lru_cache(maxsize=TAX_IDS_KEPT)
def invalid_because(tax_id: str, country: str) -> str:
    """What is wrong with a company's tax id in the country, in words; empty where nothing is, or nobody can say."""
    number = _WORDS.sub("", tax_id.strip().upper())
    if number.startswith("EU") and country not in ("", "EU"):  # one-stop-shop numbers belong to no country
        return ""
    if len(number) > TAX_ID_MAX:
        return _WHY["InvalidLength"]
    prefix = _BETWEEN.sub("", number)[:2]
    if prefix == "GR":
        number, prefix = f"EL{_BETWEEN.sub('', number)[2:]}", "EL"
    if prefix in _EU_PREFIXES and not _verdict("eu", "vat", number):
        return ""
    issuer = _NAMED_BY.get(prefix)
    if issuer not in (None, country) and not _judged(number, issuer or ""):
        return ""
    return _judged(number, country)


def _judged(number: str, country: str) -> str:
    """What is wrong with it as a number of this country, with the country's code before it or without."""
    if country == "CH":
        number = _SWISS_ENDS.sub("", number)
    why = _of_country(number, country)
    bare = _BETWEEN.sub("", number)
    return "" if why and bare[:2] == country and not _of_country(bare[2:], country) else why


def _of_country(number: str, country: str) -> str:
    why = _verdict(country, "vat", number)
    if (
        why and country == "HU" and len(_BETWEEN.sub("", number)) == 11
    ):  # the domestic form: number, kind of tax, county
        why = _verdict("HU", "anum", _BETWEEN.sub("", number)[:8])
    whys = [why, *(_verdict(country, name, number) for name in _ALSO.get(country, ()))] if why else [""]
    nearest = next((one for one in whys if one == _WHY["InvalidChecksum"]), whys[0])  # of the form it was meant in
    return "" if "" in whys else nearest


def _verdict(country: str, name: str, number: str) -> str:
    rule = _rule(country, name)
    if rule is None:
        return ""
    try:
        rule.validate(number)
    except ValueError as error:  # all of the library's verdicts are ValueErrors; anything else is a bug that must rise
        return _WHY.get(type(error).__name__, "it is not a tax id")
    return ""


@cache
def _rule(country: str, name: str) -> Any:
    is_code = len(country) == 2 and country.isalpha() and country.isascii()
    return get_cc_module(country.lower(), name) if is_code else None

"""Facts about countries that the checks need: codes, forms of postal codes, where house numbers are customary.

Sources: ISO 3166-1 (249 codes, and XK as the EU writes Kosovo); postal code forms from the Universal Postal Union's
addressing guides, kept lenient (a blank may be missing where shops leave it out and the code stays readable). A country
without an entry in POSTAL_CODES is not judged: it has no codes (HK, AE), or we do not know its form well enough.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_CODES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
    GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
    MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
    UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK
    """
COUNTRIES = frozenset(_CODES.split())

_FOUR, _FIVE, _SIX = r"\d{4}", r"\d{5}", r"\d{6}"

# country -> (pattern, an example that people recognise)
POSTAL_CODES: Mapping[str, tuple[re.Pattern[str], str]] = {
    country: (re.compile(pattern), example)
    for country, pattern, example in (
        ("AT", rf"(A-)?{_FOUR}", "1010"),
        ("AU", _FOUR, "2000"),
        ("BE", rf"(B-)?{_FOUR}", "1000"),
        ("BG", _FOUR, "1000"),
        ("BR", r"\d{5}-?\d{3}", "01310-100"),
        ("CA", r"(?i:[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d)", "K1A 0B1"),
        ("CH", rf"(CH-)?{_FOUR}", "8001"),
        ("CN", _SIX, "100000"),
        ("CY", _FOUR, "1010"),
        ("CZ", r"\d{3} ?\d{2}", "110 00"),
        ("DE", rf"(D-|DE-)?{_FIVE}", "10115"),
        ("DK", rf"(DK-)?{_FOUR}", "1050"),
        ("EE", _FIVE, "10111"),
        ("ES", _FIVE, "28001"),
        ("FI", rf"(FI-)?{_FIVE}", "00100"),
        ("FR", r"(F-)?\d{2} ?\d{3}", "75001"),
        ("GB", r"(?i:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})", "SW1A 1AA"),
        ("GR", r"\d{3} ?\d{2}", "104 31"),
        ("HR", rf"(HR-)?{_FIVE}", "10000"),
        ("HU", rf"(H-)?{_FOUR}", "1051"),
        ("IL", r"\d{5}(\d{2})?", "9614303"),
        ("IN", r"\d{3} ?\d{3}", "110001"),
        ("IT", rf"(I-)?{_FIVE}", "00118"),
        ("JP", r"\d{3}-?\d{4}", "100-0001"),
        ("KR", _FIVE, "04524"),
        ("LI", _FOUR, "9490"),
        ("LT", rf"(LT-)?{_FIVE}", "LT-01100"),
        ("LU", rf"(L-)?{_FOUR}", "1111"),
        ("LV", rf"(LV-)?{_FOUR}", "LV-1010"),
        ("MT", r"(?i:[A-Z]{3} ?\d{4})", "VLT 1117"),
        ("MX", _FIVE, "06000"),
        ("NL", r"(?i:[1-9]\d{3} ?[A-Z]{2})", "1012 AB"),
        ("NO", _FOUR, "0010"),
        ("NZ", _FOUR, "6011"),
        ("PL", r"\d{2}-\d{3}", "00-001"),
        ("PT", r"\d{4}-\d{3}", "1000-001"),
        ("RO", _SIX, "010011"),
        ("RS", _FIVE, "11000"),
        ("SE", r"(SE-)?\d{3} ?\d{2}", "111 20"),
        ("SG", _SIX, "018989"),
        ("SI", rf"(SI-)?{_FOUR}", "1000"),
        ("SK", r"\d{3} ?\d{2}", "811 01"),
        ("TR", _FIVE, "06420"),
        ("UA", _FIVE, "01001"),
        ("US", r"\d{5}(-\d{4})?", "20500"),
        ("ZA", _FOUR, "0001"),
    )
}

# Where a street address without a number is nearly always a mistake. Not IE, GB, FR, US and others with named houses.
_WITH_HOUSE_NUMBERS = "AT BE BG CH CZ DE DK EE ES FI HR HU IT LI LT LU LV NL NO PL RO RS SE SI SK"
HOUSE_NUMBERS = frozenset(_WITH_HOUSE_NUMBERS.split())

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_MEMBERS = frozenset(_EU.split())

"""How people of a country write a house number: where it stands, and what may stand before and behind it.

Sources: the addressing guides of the Universal Postal Union (S42 templates) and of the national posts. A country
that is not here is never split: nobody here knows its habit.
"""

# ruff: noqa: RUF001 - letters of many scripts, looked for as they are written
from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where the number stands."""

    LAST = "last"  # Lipowa 12
    FIRST = "first"  # 12 High Street
    EITHER = "either"  # Rue Neuve 12 or 12, rue Neuve: told apart only where one of the two is possible


class Sign(StrEnum):
    """What a slash or a dash between two numbers means."""

    NUMBER = "number"  # part of the house number: 12/1, 1511/230, 12-14
    FLAT = "flat"  # the flat follows: 12/3


@dataclass(frozen=True, slots=True)
class Habit:
    """One country's way. units: words that begin what follows a number (a flat, a floor, a stair) and stay in it.

    flat_signs: words that only say that a flat follows, and are no part of it (12 m. 3). digits_max: of a house number.
    """

    place: Place
    units: re.Pattern[str] | None = None
    flat_signs: str = ""
    slash: Sign = Sign.NUMBER
    dash: Sign = Sign.NUMBER
    digits_max: int = 4
    years: bool = True  # four digits that look like a year (1945) may belong to the street's name


_FLOOR = r"[0-9]{1,2}\s?\.?\s?"
_ORDINAL = r"[0-9]{1,2}\s?\.?\s?[ºª°]"
_GERMAN = (
    rf"wohnung|whg|wng|wohneinheit|we|app(?:artement|artment)?|apartment|apt|zimmer|zi|top|t[uü]r|stiege|stg|haus|hinterhaus|hinterhof"
    rf"|vorderhaus|seitenfl[uü]gel|gartenhaus|nebenhaus|r[uü]ckgeb[aä]ude|hh|vh|hths|aufgang|eingang|treppe|dachgescho(?:ss|ß)|dg"
    rf"|erdgescho(?:ss|ß)|eg|ug|souterrain|{_FLOOR}(?:og|ug|stock|etage|obergescho(?:ss|ß))|etage|links|rechts|mitte|c/o"
)
_POLISH = (
    r"klatka|kl|pi[eę]tro|parter|biuro|pok[oó]j|pok|budynek|bud|hala|wej[sś]cie|blok|bl|poziom|segment|box|domofon|kod|(?:[ivx]{1,4}|[0-9]{1,2})\s?\.?\s?p(?:i[eę]tro)?"
    r"|lokal\s+u[zż]ytkowy"
)
_POLISH_FLAT = r"m|mieszk|mieszkanie|mieszkania|lok|lokal|lokalu|l|apt|ap|apartament"
_CZECH = r"byt|patro|poschodie|poschod[ií]|vchod|d[uů]m|dve[rř]e|podlaž[ií]|[0-9]{1,2}\s?\.\s?(?:patro|np|poschodie)"
_ITALIAN = r"interno|int|scala|sc|piano|palazzina|pal|edificio|edif|lotto|citofono|c/o|presso"
_SPANISH = (
    rf"{_ORDINAL}(?:\s?[a-h])?|[0-9]{{1,2}}\s?-\s?[0-9]{{0,2}}[a-z]?\b|[0-9]{{1,2}}\s?[a-h]\b|[0-9]{{1,2}}\s?(?:izq|dcha|der|izda)|piso|planta|bajos?"
    r"|[aá]tico|entresuelo|entlo|principal|pral|escalera|esc|bloque|blq|portal|puerta|pta|pt|izq\w*|dcha|derecha|local|oficina|of|depto"
    r"|departamento|dpto|apto|apartamento|casa|torre|interior|int"
)
_PORTUGUESE = (
    rf"{_ORDINAL}(?:\s?(?:esq|dto|dir|fte|[a-d]))?|r/?c|rc|cave|andar|apartamento|apto|apt|ap|bloco|bl|casa|sala|loja|fundos"
    r"|frente|esq|dto|dir|hab|conj"
)
_DUTCH = (
    r"app(?:artement)?|apt|kamer|verdieping|[eé]tage|bus|bte|bo[iî]te|unit|hs|huis|boven|beneden|achter|appartement"
)
_DANISH = (
    r"(?:st|kl|[0-9]{1,2})\s?\.?\s?,?\s?(?:sal|tv|th|mf|d[oø]r\s?[0-9]{1,4})|st|kl|[0-9]{1,2}\s?\.\s?sal|[0-9]{1,2}\s?\.?|opgang|lejlighed|lejl"
    r"|v[aæ]relse|c/o"
)
_SWEDISH = r"lgh|l[aä]genhet|bv|nb|[0-9]{1,2}\s?tr|trappor|port|uppg[aå]ng|v[aå]ning|c/o"
_NORWEGIAN = r"[hulk][0-9]{4}|leilighet|leil|oppgang|etasje|c/o"
_FINNISH = r"(?:[a-zäö]{1,2}\s?)[0-9]{1,3}|as|asunto|bostad|rappu|huoneisto|lh|c/o"
_HUNGARIAN = (
    r"[0-9ivx]{1,4}\s?\.?\s?(?:em(?:elet)?|/)|f(?:ö|o)?ldszint|fsz(?:t)?|f[eé]lemelet|[eé]p(?:[uü]let)?|l[eé]pcs[oő]h[aá]z|lph|lh|ajt[oó]"
    r"|t[eé]t[oő]t[eé]r|als[oó]|fels[oő]"
)
_BALTIC = r"korter|krt|dz[iī]voklis|dz|butas|but|k|korpuss?"
_ROMANIAN = r"bloc|bl|scara|sc|etaj|et|apartament|ap|camera|cam|interfon|parter|mansard[aă]|бл|вх|ет|ап|офис|магазин"
_SOUTH_SLAV = r"stan|st|kat|ulaz|sprat|prizemlje|stanovanje|апт|стан|кат|улаз"
_EAST_SLAV = (
    r"кв(?:артира)?|оф(?:ис|іс)?|корп(?:ус)?|к|стр(?:оение)?|під(?:'?їзд)?|под(?:ъезд)?|пов(?:ерх)?|эт(?:аж)?|поверх"
)
_GREEK = r"[0-9α-ω]{1,2}\s?[οº]?ς?\s?[οό]ροφος|όροφος|ορ|ισόγειο|υπόγειο|διαμ(?:έρισμα)?"
_TURKISH = r"daire|d|kat|k|blok|b"
_ENGLISH = r"apartment|apt|suite|ste|unit|room|rm|flat|floor|fl|level|lvl|building|bldg|lot|trlr|#"


def _last(units: str, **further: object) -> Habit:
    begins = re.compile(rf"(?i)(?:{units})(?![^\W\d])") if units else None
    return Habit(Place.LAST, begins, **further)  # type: ignore[arg-type] # the fields of Habit by name


HABITS: dict[str, Habit] = {
    country: habit
    for countries, habit in (
        ("PL", _last(_POLISH, flat_signs=_POLISH_FLAT, slash=Sign.FLAT)),
        ("DE LI", _last(_GERMAN)),
        ("AT", _last(_GERMAN, slash=Sign.FLAT)),
        ("CZ SK", _last(_CZECH, years=False)),
        ("IT SM VA", _last(_ITALIAN)),
        ("ES AD", _last(_SPANISH, years=False)),
        ("AR CL CO MX PE UY", _last(_SPANISH, digits_max=5, years=False)),
        ("PT", _last(_PORTUGUESE, years=False)),
        ("BR", _last(_PORTUGUESE, digits_max=5, years=False)),
        ("NL", _last(_DUTCH)),
        ("DK FO GL", _last(_DANISH)),
        ("SE AX", _last(_SWEDISH)),
        ("NO SJ", _last(_NORWEGIAN)),
        ("FI", _last(_FINNISH)),
        ("IS", _last("")),
        ("HU", _last(_HUNGARIAN)),
        ("EE LV LT", _last(_BALTIC, dash=Sign.FLAT)),
        ("RO MD BG", _last(_ROMANIAN)),
        ("HR SI RS BA ME MK", _last(_SOUTH_SLAV)),
        ("UA BY RU KZ", _last(_EAST_SLAV)),
        ("GR CY", _last(_GREEK)),
        ("TR", _last(_TURKISH, slash=Sign.FLAT)),
        ("BE", Habit(Place.EITHER, re.compile(rf"(?i)(?:{_DUTCH}|b)(?![^\W\d])"))),
        ("CH", Habit(Place.EITHER, re.compile(rf"(?i)(?:{_GERMAN})(?![^\W\d])"))),
        ("LU", Habit(Place.EITHER)),
        ("MT", Habit(Place.EITHER)),
        ("FR MC GP MQ GF RE YT", Habit(Place.FIRST)),
        ("GB IE JE GG IM", Habit(Place.FIRST, re.compile(rf"(?i)(?:{_ENGLISH})(?![^\W\d])"), digits_max=4)),
        ("AU NZ", Habit(Place.FIRST, re.compile(rf"(?i)(?:{_ENGLISH})(?![^\W\d])"), slash=Sign.FLAT, digits_max=5)),
        ("US CA PR", Habit(Place.FIRST, re.compile(rf"(?i)(?:{_ENGLISH})(?![^\W\d])"), digits_max=6)),
        ("ZA", Habit(Place.FIRST, re.compile(rf"(?i)(?:{_ENGLISH})(?![^\W\d])"), digits_max=5)),
    )
    for country in countries.split()
}

# Alone before a number they are no street: "Straße 12" can be a street's whole name, "Osiedle 12" anything.
_GENERIC = """
    straße strasse str str. weg allee platz gasse ring damm ufer siedlung ulica ul ul. aleja aleje al al.
    osiedle os os. plac pl pl. rynek ulice nám. náměstí sídliště cesta trieda via viale corso piazza strada
    contrada località loc. calle c/ cl. avenida av. avda. avda plaza paseo carrera cra. cra carretera rua praça
    travessa estrada plein laan straat kade dijk hof gata gatan vägen väg gate vei veien vej vejen gade plads
    katu tie kuja utca út u. tér körút iela gatve prospekts tänav tee puiestee maantee bulevardul bd. calea
    aleea put trg улица ул. ул вулиця вул. булевард бул. проспект просп. площад sokak sk. cadde cad. caddesi rue
    avenue chemin route boulevard quai impasse place cours allée οδός λεωφόρος
    """
GENERIC = frozenset(_GENERIC.split())
# Before a number they say that it is none of a house.
_NO_HOUSE = """
    m mieszk mieszkania lokalu apartament domofon l km kilometer kilometro kilómetro etage étage stock og piętro
    pietro patro poschodí floor level apartment apt appartement wohnung whg zimmer pokój pok room unit suite ste
    lok lokal mieszkanie byt stan interno int scala piso puerta portal esc escalera bloque blok bloc bl klatka
    kl sc ap apto hala halle tor gate box nave parcela parcelle parzelle działka dz lote lot manzana poligono
    polígono sektor sector bâtiment batiment bat hangar dock rampe rampa filiale locker fach skr skrytka
    autobahn route highway hwy road rd postfach pf cod kod tel telefon phone nip id plz flat stiege top tür
    daire kat кв квартира кор корп офис блок бл вх ет ап бокс
    """
NO_HOUSE = frozenset(_NO_HOUSE.split())

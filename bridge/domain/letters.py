"""Letters as people write them who lack them: for files whose encoding has no place for the letter itself.

Sources: German spelling (Duden, ae for ä), Scandinavian use (aa, oe, ae), ICAO Doc 9303 part 3 section 6 for Cyrillic,
ELOT 743 for single Greek letters. Chinese, Japanese, Korean, Arabic, Hebrew and other scripts are left out on purpose:
a sound of theirs in Latin letters is somebody else's name. They wait for a person.
"""

# ruff: noqa: RUF001 - letters of many scripts, looked for as they are written

from __future__ import annotations

from collections.abc import Mapping

_LATIN = """
    ä ae  ö oe  ü ue  ß ss  å aa  ø oe  æ ae  œ oe  þ th  ð d  đ d  ł l  ı i  ħ h  ŧ t  ŋ ng  ĸ k  ƒ f  ə e  ĳ ij  ŀ l
    """
_CYRILLIC = """
    а a  б b  в v  г g  д d  е e  ё e  ж zh  з z  и i  й i  к k  л l  м m  н n  о o  п p  р r  с s  т t  у u  ф f  х kh
    ц ts  ч ch  ш sh  щ shch  ъ ie  ы y  э e  ю iu  я ia  є ie  і i  ї i  ґ g  ў u  ђ d  ѓ g  ѕ dz  ј j  љ lj  њ nj
    ћ c  ќ k  џ dz
    """
_GREEK = """
    α a  β v  γ g  δ d  ε e  ζ z  η i  θ th  ι i  κ k  λ l  μ m  ν n  ξ x  ο o  π p  ρ r  σ s  ς s  τ t  υ y  φ f  χ ch
    ψ ps  ω o
    """
# Signs that have a plain twin, and the soft sign, which has no sound.
_SIGNS: dict[str, str] = {
    "ь": "", "Ь": "", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "‘": "'", "’": "'",
    "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‹": "'", "›": "'", "…": "...", "×": "x",
    "€": "EUR", "№": "No", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "•": "-",
}  # fmt: skip


def _both_cases(table: str) -> dict[str, str]:
    words = table.split()
    small = dict(zip(words[::2], words[1::2], strict=True))
    large = {one.upper(): other.capitalize() for one, other in small.items() if len(one.upper()) == 1}
    return {**large, **small}


WRITTEN_OTHERWISE: Mapping[str, str] = {
    **_SIGNS,
    **_both_cases(_LATIN),
    **_both_cases(_CYRILLIC),
    **_both_cases(_GREEK),
    "ẞ": "SS",
    "İ": "I",
}

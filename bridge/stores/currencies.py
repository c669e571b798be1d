"""How many digits a currency has behind the point where the store itself does not say (ISO 4217)."""

from __future__ import annotations

_NONE = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THREE = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])


def usual_digits(currency: str) -> int:
    """JPY 0, KWD 3, and 2 for all others."""
    if currency in _NONE:
        return 0
    return 3 if currency in _THREE else 2

"""What a manifest tells the ERP of a sealed file, from the ledger: the same words at each attempt."""

from __future__ import annotations

from bridge.flow.site import Held
from bridge.ledger import FileTold


def manifest_words(sequence_number: int, facts: FileTold, held: Held) -> dict[str, str]:
    """The words of a manifest but those of the bytes. gross: of a file of one currency; else empty."""
    zone = held.site.deployment.timezone
    totals = sorted(facts.totals.items())
    return {
        "sequence": str(held.profile_of(facts.purpose).number_of(sequence_number)),
        "orders": str(facts.orders),
        "totals": "|".join(f"{currency}={amount}" for currency, amount in totals),
        "gross": totals[0][1] if len(totals) == 1 else "",
        "day": facts.business_day.isoformat(),
        "time": facts.sealed_at.astimezone(zone).strftime("%H:%M:%S"),
    }

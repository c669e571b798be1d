"""The sealed bytes' way from `incoming/` to the day's folder, beside their record. Repeated by settle after a kill."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.archive import Placement
from bridge.flow.site import Held
from bridge.ledger import SealedFile


def keep_in_place(files: Sequence[SealedFile], held: Held) -> int:
    """Put each sealed file's bytes in their place, never overwriting; then say so in one commit."""
    if not files:
        return 0
    members = held.ledger.members([file.file_id for file in files])
    held.archive.place([placement_of(file, members[file.file_id], held) for file in files])
    held.ledger.in_place([file.file_id for file in files])
    return len(files)


def placement_of(file: SealedFile, external_ids: Sequence[str], held: Held) -> Placement:
    """Where the file belongs and what its record says: ids, counts and digests only, no personal data."""
    record = {
        "why": "export file",
        "endpoint": held.endpoint.name,
        "sequence_number": file.sequence_number,
        "name": file.name,
        "sha256": file.sha256,
        "size": file.size,
        "sealed_at": file.sealed_at.isoformat(),
        "contract": file.contract_digest,
        "profile": held.profile.name,
        "purpose": file.purpose.value,
        "orders": list(external_ids),
    }
    return Placement(file.sha256, file.business_day, held.endpoint.name, "out", file.name, record)

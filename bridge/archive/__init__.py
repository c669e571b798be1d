"""Every byte that is sent and received: kept, indexed, chained, verified. The format is docs/archive-format.md."""

from bridge.archive.archive import Archive
from bridge.archive.damage import Damage, ExpectedFile
from bridge.archive.errors import ArchiveDamaged, ArchivePathRefused, ArchiveUnavailable
from bridge.archive.incoming import IncomingWriter, Kept
from bridge.archive.records import Placement
from bridge.archive.search import ArchivedFile

__all__ = [
    "Archive",
    "ArchiveDamaged",
    "ArchivePathRefused",
    "ArchiveUnavailable",
    "ArchivedFile",
    "Damage",
    "ExpectedFile",
    "IncomingWriter",
    "Kept",
    "Placement",
]

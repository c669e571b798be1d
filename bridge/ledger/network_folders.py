"""A SQLite ledger is refused on network file systems, whose locks and fsync cannot be trusted."""

from __future__ import annotations

from pathlib import Path

from bridge.ledger.errors import LedgerFolderRefused

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "lustre", "9p", "fuse.sshfs"}
    | {"fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "davfs", "fuse.davfs2", "beegfs", "gpfs", "orangefs", "coda"}
)
MOUNTS = Path("/proc/mounts")


def file_system_of(folder: Path, mounts: str) -> str:
    """The type of the file system that holds the folder, by the longest mount point; empty when unknown."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].encode().decode("unicode_escape")  # spaces are written as \040
        inside = folder == Path(point) or Path(point) in folder.parents
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def refuse_network_folder(folder: Path) -> None:
    """Raise LedgerFolderRefused when the folder lies on a network file system."""
    if not MOUNTS.exists():  # not Linux: the manual says what to take care of
        return
    kind = file_system_of(folder, MOUNTS.read_text("utf-8", errors="replace"))
    if kind in NETWORK_FILE_SYSTEMS:
        raise LedgerFolderRefused(
            place="the ledger's folder",
            what=f"SQLite cannot be used on a network file system ({kind})",
            cure="Put the deployment's state/ on a local disk, or use a PostgreSQL ledger.",
        )

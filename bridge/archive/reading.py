"""Reading archived files by a path that may come from anywhere: it never leads out of the archive, nor over a link."""

from __future__ import annotations

import errno
import os
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from bridge.archive.effects import disk
from bridge.archive.errors import ArchiveDamaged, ArchivePathRefused
from bridge.archive.names import checked_relative
from bridge.domain.errors import Missing

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def open_file(archive: Path, relative: Path | PurePosixPath | str) -> BinaryIO:
    """The file, open for reading. Raises Missing, ArchivePathRefused, ArchiveUnavailable."""
    path = checked_relative(relative)
    try:
        with disk("open an archived file", FileNotFoundError, NotADirectoryError):
            return os.fdopen(opened_below(archive, path), "rb")
    except FileNotFoundError:
        raise Missing(what=f"{path} in the archive") from None
    except NotADirectoryError:
        raise ArchivePathRefused(name=ascii(str(path)), why="it leads over a link or through a file") from None


def opened_below(archive: Path, path: PurePosixPath) -> int:
    """A descriptor of the file, each step of the way opened without following a link."""
    folder = os.open(archive, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for step in path.parts[:-1]:
            below = os.open(step, FOLDER_FLAGS, dir_fd=folder)
            os.close(folder)
            folder = below
        return os.open(path.name, FILE_FLAGS, dir_fd=folder)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotADirectoryError(error.errno, "a link") from error
        raise
    finally:
        os.close(folder)


def read_line(archive: Path, relative: Path | PurePosixPath | str, line_number: int) -> bytes:
    """One line without its end; the first is number 1. Raises Missing, ArchivePathRefused, ArchiveDamaged."""
    with open_file(archive, relative) as content:
        for number, line in enumerate(content, start=1):
            if number == line_number:
                return line.removesuffix(b"\n")
    raise ArchiveDamaged(path=str(relative), what=f"it has no line {line_number}")

"""Acknowledgement style `sibling`: NAME.ok or NAME.err, which speaks of all orders of our file by being there.

An empty NAME.ok says that all were accepted, without their numbers; what NAME.err holds is the reason.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from bridge.domain.answers import FileReference, Result
from bridge.profiles.acknowledgements.base import MEANINGS, Answer, named_file
from bridge.profiles.answer_settings import SiblingSettings
from bridge.profiles.settings import AnswerRuleSettings

READ_BYTES_MAX = 64_000  # of a reason; the whole file is kept in the archive
REASON_MAX = 2_000


class SiblingAcknowledgements:
    """One suffix and what it says."""

    def __init__(self, settings: AnswerRuleSettings, sibling: SiblingSettings, extension: str) -> None:
        self._settings, self._sibling, self._extension = settings, sibling, extension

    def read(self, path: Path, name: str, from_row: int) -> Answer:  # noqa: ARG002  # it does not grow
        """One result for the whole file."""
        files: list[FileReference] = named_file(name, self._settings, self._extension)
        answer = Answer(files, iter(()))
        answer.results = self._results(path, name, answer)
        return answer

    def _results(self, path: Path, name: str, answer: Answer) -> Iterator[Result]:
        level, verdict = MEANINGS[self._sibling.says]
        reason = self._reason(path)
        answer.rows_read = 1
        yield Result("", verdict, level=level, reason=reason, place=name, whole_file=True)

    def _reason(self, path: Path) -> str:
        """The text in it, in one line; cut where it is longer than a person reads.

        What is not in the encoding is shown as a replacement character: that the file is there says what it says.
        """
        with path.open("rb") as content:
            some = content.read(READ_BYTES_MAX)
            whole = not content.read(1)
        text = codecs.getincrementaldecoder(self._sibling.encoding)("replace").decode(some, final=whole)
        return " ".join(text.replace("\x00", "\ufffd").split())[:REASON_MAX]

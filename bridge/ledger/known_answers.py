"""What collect asks the ledger before it applies anything: which answers are known, which files wait for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bridge.domain.answers import FileNaming, FileReference
from bridge.domain.states import FileState, SendingState
from bridge.ledger.answers_again import AnswerToReadAgain, open_answers, to_read_again
from bridge.ledger.columns import look, one_of
from bridge.ledger.database import Database
from bridge.ledger.joining import JoinedFile, joined_files
from bridge.ledger.tables import endpoints, export_files, sendings
from bridge.ledger.tables_told import answers
from bridge.ledger.values import LogReadBefore
from bridge.ledger.work import chunks


@dataclass(frozen=True, slots=True)
class AwaitingFile:
    """A file of which an order has no verdict yet, or one that the ERP can take back."""

    file_id: int
    sequence_number: int
    name: str
    sha256: str
    size: int
    placed_at: datetime | None


class KnownAnswers:
    """Looks without changing anything; one endpoint's."""

    def __init__(self, database: Database, endpoint_id: int) -> None:
        self._database, self._endpoint_id = database, endpoint_id

    def applied(self, found: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Of these (name, sha256), the ones that were applied under this name."""
        known: set[tuple[str, str]] = set()
        with self._database.reading() as connection:
            for some in chunks(found):
                query = sa.select(answers.c.name, answers.c.sha256).where(
                    answers.c.endpoint_id == self._endpoint_id, answers.c.name.in_([name for name, _ in some])
                )
                known.update((row.name, row.sha256) for row in look(connection, query))
        return known.intersection(found)

    def unsettled(self, names: Sequence[str]) -> dict[tuple[str, str], int]:
        """Of the answers with these names, those that an open exception is about: (name, sha256) -> answer."""
        found: dict[tuple[str, str], int] = {}
        with self._database.reading() as connection:
            for some in chunks(names):
                found |= open_answers(connection, self._endpoint_id, some)
        return found

    def to_read_again(self, limit: int) -> list[AnswerToReadAgain]:
        """Kept answers that a person wants read again, oldest first."""
        with self._database.reading() as connection:
            return to_read_again(connection, self._endpoint_id, limit)

    def log_read_before(self, name: str) -> LogReadBefore | None:
        """How a log that grows was read last: what it goes on from."""
        query = (
            sa.select(answers.c.rows_read, answers.c.size, answers.c.sha256, answers.c.archive_path)
            .where(answers.c.endpoint_id == self._endpoint_id, answers.c.name == name, answers.c.quarantined.is_(None))
            .order_by(answers.c.rows_read.desc(), answers.c.id.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = look(connection, query).one_or_none()
        return LogReadBefore(*row) if row else None

    def sizes(self, names: Sequence[str]) -> dict[str, int]:
        """The largest size under which each of these answers was read: what stays in its folder is news when larger."""
        found: dict[str, int] = {}
        with self._database.reading() as connection:
            for some in chunks(names):
                query = (
                    sa.select(answers.c.name, sa.func.max(answers.c.size))
                    .where(answers.c.endpoint_id == self._endpoint_id, answers.c.name.in_(some))
                    .group_by(answers.c.name)
                )
                found.update({row[0]: row[1] for row in look(connection, query)})
        return found

    def joined_files(self, told: Sequence[tuple[FileReference, ...]], naming: FileNaming) -> list[JoinedFile]:
        """The export file that each answer's references mean, or what of them does not agree."""
        with self._database.reading() as connection:
            return joined_files(connection, self._endpoint_id, told, naming)

    def awaiting(self, limit: int) -> list[AwaitingFile]:
        """Placed files that wait for an answer, those due first."""
        query = (
            _FILE.where(
                export_files.c.endpoint_id == self._endpoint_id,
                one_of(export_files.c.state, [FileState.PLACED]),
                export_files.c.answer_due_at.is_not(None),
            )
            .order_by(export_files.c.answer_due_at)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [AwaitingFile(*row) for row in look(connection, query)]

    def refused(self, limit: int) -> list[AwaitingFile]:
        """Of the latest files of the endpoint those of which an order was refused or withdrawn: it can be mended in
        the ERP, and taken after all."""
        last = sa.select(endpoints.c.next_sequence_number).where(endpoints.c.id == self._endpoint_id).scalar_subquery()
        refused = sa.select(sendings.c.id).where(
            sendings.c.export_file_id.is_not(None),
            sendings.c.export_file_id == export_files.c.id,
            one_of(sendings.c.state, [SendingState.REJECTED, SendingState.WITHDRAWN]),
        )
        query = _FILE.where(
            export_files.c.endpoint_id == self._endpoint_id,
            export_files.c.sequence_number >= last - limit,
            one_of(export_files.c.state, [FileState.ANSWERED, FileState.WITHDRAWN]),
            refused.exists(),
        )
        with self._database.reading() as connection:
            return [AwaitingFile(*row) for row in look(connection, query)]

    def told_of(self, file_ids: Sequence[int], rule: str) -> dict[int, list[str]]:
        """The names of what this rule has read of each of these files, in its order."""
        found: dict[int, list[str]] = {}
        with self._database.reading() as connection:
            for some in chunks(file_ids):
                query = (
                    sa.select(answers.c.export_file_id, answers.c.name)
                    .where(
                        answers.c.export_file_id.is_not(None),
                        answers.c.export_file_id.in_(some),
                        answers.c.rule == rule,
                    )
                    .order_by(answers.c.id)
                )
                for row in look(connection, query):
                    found.setdefault(row.export_file_id, []).append(row.name)
        return found


_FILE = sa.select(
    export_files.c.id,
    export_files.c.sequence_number,
    export_files.c.name,
    export_files.c.sha256,
    export_files.c.size,
    export_files.c.placed_at,
)

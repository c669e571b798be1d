"""What an answer repeats of every line, held against the lines as they were sent: only what differs is a difference.

Formats without a word for "changed" (openTRANS) list all lines with the quantity and price that will be delivered. A
product that the list leaves out will not come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
import sqlalchemy as sa

from bridge.domain.answers import Difference, Result
from bridge.domain.maps import WITH_ARTICLE
from bridge.domain.states import Purpose
from bridge.ledger.standings import Standing
from bridge.ledger.tables import flows, revisions, sendings
from bridge.ledger.work import Work, chunks

FIELDS = {"quantity": "quantity", "unit price": "unit_net"}  # in an answer's words -> of the canonical line
Line = Mapping[str, Any]
Changed = tuple[Standing, Result]


def really_changed(work: Work, changed: Sequence[Changed]) -> list[Changed]:
    """The results that say something else than what was sent, each with only those differences."""
    asked = [standing for standing, result in changed if any(one.of_all for one in result.differences)]
    sent = _lines_as_sent(work, [standing.sending_id for standing in asked])
    told = []
    for standing, result in changed:
        lines = sent.get(standing.sending_id) if standing.purpose is Purpose.NEW else None
        differences = tuple(_differing(result.differences, lines))
        if differences:
            told.append((standing, result._replace(differences=differences)))
    return told


def _differing(differences: Sequence[Difference], lines: Mapping[str, Line] | None) -> Iterator[Difference]:
    """What a list of all lines cannot be held against says nothing; other differences say what they say."""
    listed = [one for one in differences if one.of_all]
    for one in differences:
        if not one.of_all:
            yield one
        elif lines is not None and (line := lines.get(one.line.lstrip("0"))) is not None:
            was = line[FIELDS[one.field]]
            if not _equal(was, one.confirmed):
                yield one._replace(sent=was)
    if listed and lines is not None:
        named = {one.line.lstrip("0") for one in listed}
        for position, line in lines.items():
            if position not in named and line["kind"] in WITH_ARTICLE:
                yield Difference("is not in the ERP's answer", position)


def _equal(sent: str, confirmed: str) -> bool:
    try:
        return Decimal(sent) == Decimal(confirmed)
    except InvalidOperation:
        return False


def _lines_as_sent(work: Work, sending_ids: Sequence[int]) -> dict[int, dict[str, Line]]:
    """The lines of the revisions that these sendings told, by position: in parts and quantities of the ERP's."""
    found: dict[int, dict[str, Line]] = {}
    for some in chunks(sending_ids):
        query = (
            sa.select(sendings.c.id, revisions.c.content, flows.c.name)
            .join_from(sendings, revisions, revisions.c.id == sendings.c.revision_id)
            .join(flows, flows.c.id == sendings.c.flow_id)
            .where(sendings.c.id.in_(some))
        )
        for row in work.changes.select(query):
            if work.travelled is not None:
                lines = work.travelled(row.name, row.content)
            else:
                lines = orjson.loads(row.content).get("lines", ())
            found[row.id] = {str(line["position"]): line for line in lines}
    return found

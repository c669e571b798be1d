"""Settle: every doubt of an earlier pass is resolved by looking, never by guessing (DESIGN, section 5).

What a kill left half-indexed in the archive is mended. Sealed but not in the archive's place: the move is repeated.
Announced only: nothing was visible, a new attempt. Staged: the transport looks; the temporary name of a rename that may
still fire is put out of the way first.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.config.values import EndpointSettings
from bridge.domain.errors import Refused
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.states import FileState
from bridge.flow.places import is_away
from bridge.flow.placing import keep_in_place
from bridge.flow.site import Held
from bridge.flow.telling import manifest_words
from bridge.ledger import InDoubt, Placed
from bridge.transports import FileFacts, Look, SettleFinding, remove_leftovers, settle_file


class StrangerInPlace(Refused):
    """The final name holds bytes that are not ours."""

    kind = ProblemKind(
        code="stranger-in-place",
        title="{name} in the folder of {endpoint} is not our file",
        message="{name} is in the folder of {endpoint} with other bytes ({detail}). Ours is not placed; the file there "
        "is untouched.",
        action="Ask the owner of {endpoint} who wrote it. When it is gone: bridge files retry {endpoint} {number} "
        "--reason TEXT.",
        cause="file:{endpoint}/{number}",
        meaning="A file of another size or digest has the name that ours must get.",
    )


class StillInDoubt(Refused):
    """Looking was refused or its answer decides nothing."""

    kind = ProblemKind(
        code="still-in-doubt",
        title="Whether {endpoint} has {name} is not known",
        message="It is not known whether {name} reached {endpoint}: {detail}. Nothing is sent again until it is known.",
        action="Look in the ERP for the orders of this file. Then: bridge files settle {endpoint} {number} --placed "
        "(or --not-placed) --reason TEXT.",
        cause="file:{endpoint}/{number}",
        meaning="The line died during the rename, and the server does not let us look.",
    )


def settle(endpoint: EndpointSettings, held: Held) -> int:
    """Resolve what an earlier pass left open. Gives how many files were settled."""
    held.archive.mend()
    settled = keep_in_place(held.ledger.not_in_place(), held)
    doubts = held.ledger.doubts()
    if not doubts or is_away(held):  # an empty mount point would look as if the ERP had taken them
        return settled
    announced = [doubt for doubt in doubts if doubt.state is FileState.ANNOUNCED]
    settled += settle_announced(endpoint, announced, held)
    for doubt in doubts:
        if doubt.state is FileState.STAGED:
            settled += settle_staged(endpoint, doubt, held)
    return settled


def settle_announced(endpoint: EndpointSettings, files: Sequence[InDoubt], held: Held) -> int:
    """No rename was ever sent for these: the next attempt gets a new name, and the old leftovers are removed."""
    if not files:
        return 0
    remove_leftovers([facts_of(file, held) for file in files], held.transport(), endpoint.transport.inbound)
    held.ledger.back_to_sealed([file.file_id for file in files], "killed before the rename; nothing was visible")
    return len(files)


def settle_staged(endpoint: EndpointSettings, file: InDoubt, held: Held) -> int:
    """Look where one file is, commit what that means, then tidy up. Gives 1 when the doubt is over."""
    facts = facts_of(file, held)
    finding = settle_file(facts, held.transport(), endpoint.transport.inbound, held.handover(file.facts.purpose))
    match finding.look:
        case Look.PLACED | Look.TAKEN:
            inferred = finding.look is Look.TAKEN
            held.ledger.confirm([Placed(file.file_id, held.site.clock(), inferred=inferred)])
        case Look.NOT_PLACED:
            held.ledger.back_to_sealed([file.file_id], "the rename had not happened; its temporary name is void")
        case Look.STRANGER | Look.UNSURE:
            held.ledger.file_failed(file.file_id, problem_of(endpoint, file, finding), None)
            return 0
    remove_leftovers([facts], held.transport(), endpoint.transport.inbound)
    return 1


def problem_of(endpoint: EndpointSettings, file: InDoubt, finding: SettleFinding) -> Problem:
    kind = StrangerInPlace.kind if finding.look is Look.STRANGER else StillInDoubt.kind
    return kind.problem(endpoint=endpoint.name, name=file.name, number=file.sequence_number, detail=finding.detail)


def facts_of(file: InDoubt, held: Held) -> FileFacts:
    return FileFacts(
        name=file.name,
        size=file.size,
        sha256=file.sha256,
        attempt=file.attempt,
        source=held.archive.folder / file.archive_path,
        words=manifest_words(file.sequence_number, file.facts, held),
    )

"""From `[handover]` to the way in which files become visible; what is wrong is noted with its key."""

from __future__ import annotations

from datetime import UTC, datetime

from bridge.domain.handover import (
    MANIFEST_WORDS,
    CompanionRefused,
    Handover,
    Manifest,
    Role,
    companion_content,
    companion_name,
    is_hidden,
)
from bridge.domain.naming import NameFacts, NamePattern, NameShape, is_dos_name, is_safe_name
from bridge.profiles.answering import Wrong
from bridge.profiles.formats.csv_rows import LINE_ENDS
from bridge.profiles.settings import HandoverSettings, ProfileSettings

ANY_MOMENT = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
KEYS = {Role.CHECKSUM: ("checksum_name",), Role.MANIFEST: ("manifest", "name"), Role.TRIGGER: ("trigger",)}


def handover_of(settings: ProfileSettings, naming: NamePattern | None, wrong: Wrong) -> Handover:
    """The handover that the profile asks for."""
    given = settings.handover
    made = Handover(
        checksum=None if given.checksum == "none" else given.checksum,
        checksum_name=given.checksum_name or f"{{file}}.{given.checksum}",
        manifest=_manifest(settings),
        trigger=given.trigger,
        order=tuple(Role(role) for role in given.order),
        temporary=given.temporary,
    )
    _check_order(given, made, wrong)
    if naming is not None:
        _check_names(made, naming, wrong)
    _check_manifest(made, wrong)
    return made


def _manifest(settings: ProfileSettings) -> Manifest | None:
    given = settings.handover.manifest
    if given is None:
        return None
    end = LINE_ENDS[settings.file.line_end] or "\n"
    return Manifest(given.name, given.lines, end, settings.file.encoding)


def _check_order(given: HandoverSettings, made: Handover, wrong: Wrong) -> None:
    if len(set(given.order)) != len(given.order) or Role.FILE not in made.order:
        wrong(("handover", "order"), "handover.order names the file and each companion once")
    wanted = {Role.CHECKSUM: made.checksum, Role.MANIFEST: made.manifest, Role.TRIGGER: made.trigger}
    for role, there in wanted.items():
        if there is not None and role not in made.order:
            wrong(("handover", "order"), f"handover.order does not say when the {role} is placed")
    if made.trigger is not None and Role.TRIGGER in made.order and made.order[-1] is not Role.TRIGGER:
        wrong(("handover", "order"), "the trigger says that all is there, so it must be the last")


def _check_names(made: Handover, naming: NamePattern, wrong: Wrong) -> None:
    """Each companion's name is safe, is its own, and can be held where the file's name can."""
    file_name = naming.name(NameFacts(1, ANY_MOMENT.date(), ANY_MOMENT, "endpoint", 1))
    taken = {file_name.casefold()}
    for role, pattern in made.companions().items():
        path = ("handover", *KEYS[role])
        try:
            name = companion_name(pattern, file_name)
        except CompanionRefused as refused:
            wrong(path, str(refused))
            continue
        if "{file}" not in pattern and "{stem}" not in pattern:
            wrong(path, f"{pattern} would be the same for each file; use {{file}} or {{stem}}")
        elif not is_safe_name(name) or is_hidden(name):
            wrong(path, f"{name} is no safe name for a file")
        elif name.casefold() in taken:
            wrong(path, f"{name} is the name of the file or of another companion")
        elif naming.shape is NameShape.DOS and not is_dos_name(name):
            wrong(path, f"{name} is no 8.3 name; use {{stem}}.EXT")
        taken.add(name.casefold())


def _check_manifest(made: Handover, wrong: Wrong) -> None:
    if made.manifest is None:
        return
    try:
        companion_content(made, Role.MANIFEST, "", dict.fromkeys(MANIFEST_WORDS, "1"))
    except (CompanionRefused, UnicodeEncodeError) as error:
        wrong(("handover", "manifest", "lines"), f"handover.manifest.lines: {error}")

"""Finds a profile's folder and loads it: an own one first, then the built-in ones, both in the same way.

All mistakes are found at once. Templates and columns are tried with the smallest and the fullest order, so that a
profile that loads also renders.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from bridge.config.shipped import templates_folder
from bridge.domain.characters import first_refused
from bridge.domain.errors import ConfigurationRefused
from bridge.domain.states import Purpose
from bridge.profiles.building import Building
from bridge.profiles.errors import (
    CharacterRefused,
    FieldTooLong,
    Mistake,
    OrderNotWritten,
    ProfileRefused,
    RenderRefused,
)
from bridge.profiles.formats.schema import safe_parser
from bridge.profiles.formats.text import json_fault
from bridge.profiles.installation import Installation, chosen_parameters, unknown_places, with_parameters
from bridge.profiles.profile import Profile
from bridge.profiles.reading import Source, read_settings, suggestion
from bridge.profiles.template_hints import with_hint
from bridge.profiles.trial import TRIAL_CONTEXT, trial_changes, trial_orders

SETTINGS_FILE = "profile.toml"
FILES_MAX = 500
FILE_BYTES_MAX = 20 << 20
LOADED_KEPT = 16
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def load_profile(name: str, own_folder: Path | None, installation: Installation = Installation()) -> Profile:
    """The profile of this name. own_folder: the deployment's `profiles/`, asked before the built-in ones.

    Raises ConfigurationRefused with file:line, what is wrong and what is allowed; ProfileRefused has all mistakes.
    """
    folder = _folder_of(name, own_folder)
    return _loaded(_Asked(name, folder, tuple(_contents_of(folder).items()), repr(installation), installation))


@dataclass(frozen=True, slots=True)
class _Asked:
    """All that a loaded profile depends on; two that are equal are one profile."""

    name: str
    folder: Path
    contents: tuple[tuple[str, bytes], ...]
    installed: str
    installation: Installation = field(compare=False)


@lru_cache(maxsize=LOADED_KEPT)
def _loaded(asked: _Asked) -> Profile:
    """Kept by the bytes themselves: templates are compiled anew only where a file or a setting has changed."""
    loading = _Loading(asked.name, asked.folder, dict(asked.contents), asked.installation)
    further = {}
    for purpose in (Purpose.CHANGE, Purpose.CANCEL):
        if loading.overlays(purpose):
            further[purpose] = loading.profile(purpose, {})
    return loading.profile(Purpose.NEW, further)


class _Loading:
    """One folder with what the installation sets, made into a profile for each purpose that it has files for."""

    def __init__(self, name: str, folder: Path, contents: dict[str, bytes], installation: Installation) -> None:
        self.name, self.folder, self.contents, self.installation = name, folder, contents, installation
        self.shown = f"{folder.parent.name}/{folder.name}"
        base = Source(f"{self.shown}/{SETTINGS_FILE}", contents[SETTINGS_FILE])
        self.parameters = chosen_parameters(base, base.table, installation)
        chooser = base.table.get("variant")
        self.variant = self.parameters.get(chooser) if isinstance(chooser, str) else None
        if chooser is not None and self.variant is None:
            raise ProfileRefused([base.mistake(("variant",), f"variant = {chooser!r} is no parameter of the profile")])

    def overlays(self, purpose: Purpose) -> list[str]:
        """The files that are laid over profile.toml for a purpose alone."""
        names = [f"profile.{purpose}.toml", f"profile.{self.variant}.{purpose}.toml"]
        return [name for name in names if name in self.contents]

    def source(self, purpose: Purpose) -> Source:
        """profile.toml with the variant's and the purpose's files over it."""
        names = [f"profile.{self.variant}.toml"] if f"profile.{self.variant}.toml" in self.contents else []
        names += self.overlays(purpose) if purpose is not Purpose.NEW else []
        over = [(f"{self.shown}/{name}", self.contents[name]) for name in names]
        return Source(f"{self.shown}/{SETTINGS_FILE}", self.contents[SETTINGS_FILE], *over)

    def profile(self, purpose: Purpose, further: Mapping[Purpose, Profile]) -> Profile:
        """Build it, and try it. Raises ProfileRefused."""
        source = self.source(purpose)
        table = with_parameters(source.table, self.parameters)
        lost = [source.mistake(path, f"there is no parameter {word}") for path, word in unknown_places(table)]
        if lost:
            raise ProfileRefused(lost)
        settings = read_settings(source, table)
        building = Building(self.name, source, settings, self.contents, self.installation, self.parameters)
        naming, sequence_last = building.naming()
        characters, limits = building.characters(), building.limits()
        format_ = building.format(characters)
        acknowledgements = building.acknowledgements(Path(settings.file.name).suffix)
        building.check_register()
        handover = building.handover(naming)
        if building.mistakes or naming is None or format_ is None:
            raise ProfileRefused(building.mistakes)
        profile = Profile(
            name=self.name,
            folder=self.folder,
            digest=_digest_of(self.contents, self.installation),
            installed=self.installation,
            settings=settings,
            naming=naming,
            sequence_last=sequence_last,
            characters=characters,
            limits=limits,
            handover=handover,
            format=format_,
            acknowledgements=acknowledgements,
            contents=self.contents,
            parameters=self.parameters,
            purpose=purpose,
            further=further,
        )
        _try(profile, source)
        return profile


def profile_names(own_folder: Path | None) -> list[str]:
    """Every profile that can be loaded by name, own ones first, each name once."""
    found: dict[str, None] = {}
    for folder in _folders(own_folder):
        found.update(dict.fromkeys(sorted(one.parent.name for one in folder.glob(f"*/{SETTINGS_FILE}"))))
    return list(found)


def _folders(own_folder: Path | None) -> list[Path]:
    return [folder for folder in (own_folder, templates_folder()) if folder is not None and folder.is_dir()]


def _folder_of(name: str, own_folder: Path | None) -> Path:
    if _NAME.fullmatch(name):
        for folder in _folders(own_folder):
            if (folder / name / SETTINGS_FILE).is_file():
                return folder / name
            if (folder / name).is_dir():  # never pass over an own folder in silence and take the built-in one
                place, cure = f"{folder.name}/{name}", f"Add {SETTINGS_FILE}, or rename the folder."
                raise ProfileRefused([Mistake(place, f"there is no {SETTINGS_FILE} in it", cure)])
    known = profile_names(own_folder)
    raise ConfigurationRefused(
        place=f"profile {name}",
        what=f"there is no such profile{suggestion(name, known)}",
        cure=f"Known are {', '.join(known)}. An own one is a folder profiles/NAME with a {SETTINGS_FILE}.",
    )


def _contents_of(folder: Path) -> dict[str, bytes]:
    """Every file of the profile by its path inside the folder; hidden files and links are no part of it."""
    contents: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or any(part.startswith(".") for part in inside.parts):
            continue
        if len(contents) == FILES_MAX or path.stat().st_size > FILE_BYTES_MAX:
            what = f"a profile has at most {FILES_MAX} files of {FILE_BYTES_MAX} bytes"
            raise ProfileRefused([Mistake(f"{folder.name}/{inside}", what, "Move what is no part of it elsewhere.")])
        contents[inside.as_posix()] = path.read_bytes()
    return contents


def _digest_of(contents: Mapping[str, bytes], installation: Installation) -> str:
    """Over names and bytes, with lengths, so that no two folders give the same; and over what bridge.toml sets."""
    digest = hashlib.sha256()
    if installation.parameters or installation.lengths:
        digest.update(installation.digest_words().encode())
    for name, content in contents.items():
        digest.update(f"{name}\x00{len(content)}\x00".encode())
        digest.update(content)
    return digest.hexdigest()


def _tried_with(profile: Profile) -> list[dict[str, Any]]:
    if profile.purpose is Purpose.NEW:
        return trial_orders(profile.limits, profile.characters)
    return trial_changes(profile.limits, profile.characters, profile.purpose, profile.delta)


def _refuse_malformed(profile: Profile, source: Source, order: Mapping[str, Any], content: bytes) -> None:
    """Raise ProfileRefused where the templates make no XML or JSON: the ERP would be the first that looks at it."""
    if profile.settings.text is not None and profile.settings.text.values == "json":
        fault = json_fault(content, profile.encoding)
        if fault is not None:
            place = f"{source.shown.removesuffix(SETTINGS_FILE)}{profile.settings.text.template}"
            what = f"what it writes is no JSON: {fault} (tried with order {order.get('number', '-')})"
            raise ProfileRefused([Mistake(place, what, f"Mend {place}, or text.head and text.tail.")])
    if profile.settings.xml is None:
        return
    try:
        etree.fromstring(content, safe_parser())
    except etree.XMLSyntaxError as error:
        place = f"{source.shown.removesuffix(SETTINGS_FILE)}{profile.settings.xml.template}"
        what = f"what it writes is not well-formed XML: {error.msg} (tried with order {order.get('number', '-')})"
        raise ProfileRefused([Mistake(place, what, f"Mend {place}, or xml.head and xml.tail.")]) from None


def _unfit_parameters(profile: Profile, source: Source) -> list[Mistake]:
    """The parameters whose value the file cannot carry: told where the installation sets them."""
    found = []
    for name, value in profile.parameters.items():
        refused = first_refused(value, profile.characters)
        if refused is not None:
            is_set = name in profile.installed.parameters and profile.installed.place
            place = profile.installed.place if is_set else source.place("parameters", name)
            medium = profile.characters.medium or profile.encoding
            what = f"parameter {name} holds {refused.code_point} at position {refused.position}"
            cure = f"Set {name} to a value that it can, under [endpoints.NAME.parameters] in bridge.toml."
            found.append(Mistake(str(place), f"{what}, which a file in {medium} cannot carry", cure))
    return found


def _try(profile: Profile, source: Source) -> None:
    """Render the trial orders; what fails is a mistake of the profile, with the line of its template or column."""
    refused = 0
    try:
        tried = _tried_with(profile)
        for order in tried:
            count = min(profile.orders_per_file_max, 2)
            renderer = profile.renderer(replace(TRIAL_CONTEXT, count=count))
            try:
                pieces = [renderer.head(), *(renderer.order(order) for _ in range(count)), renderer.tail()]
            except OrderNotWritten:  # the template's own word; but one that refuses all of them is a mistake
                refused += 1
                if refused == len(tried):
                    raise
                continue
            _refuse_malformed(profile, source, order, b"".join(pieces))
    except RenderRefused as error:
        if unfit := _unfit_parameters(profile, source):
            raise ProfileRefused(unfit) from error
        place = str(error.subject["place"])
        if not place.startswith(source.shown):
            place = f"{source.shown.removesuffix(SETTINGS_FILE)}{place}"
        what = f"{with_hint(str(error.subject['what']))} (tried with order {error.subject['order']})"
        raise ProfileRefused([Mistake(place, what, f"Mend {place}.")]) from error
    except FieldTooLong as error:
        cure = "Widen the column, or state limits of the fields that are joined in it."
        raise ProfileRefused([Mistake(str(error.subject["column"]), error.problem.message, cure)]) from error
    except CharacterRefused as error:
        what = f"the profile cannot write plain letters: {error.problem.message}"
        raise ProfileRefused([Mistake(source.place("file", "encoding"), what, "Choose another encoding.")]) from error

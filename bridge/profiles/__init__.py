"""Profiles: order to bytes, bytes to results, names and limits. A new ERP is a folder; this room reads it."""

from bridge.profiles.acknowledgements.base import Answer
from bridge.profiles.acknowledgements.places import PlaceNote
from bridge.profiles.contract_table import contract_table
from bridge.profiles.drafting import learned_profile, new_profile
from bridge.profiles.errors import (
    AnswerMalformed,
    CharacterRefused,
    FieldTooLong,
    Mistake,
    ProfileRefused,
    RegisterMalformed,
    RenderRefused,
    SchemaRefused,
)
from bridge.profiles.formats.base import FileContext, FileRenderer
from bridge.profiles.installation import Installation
from bridge.profiles.loader import load_profile, profile_names
from bridge.profiles.profile import Profile
from bridge.profiles.proof import test_profile
from bridge.profiles.register import RegisterEntry
from bridge.profiles.rows import NUMBER_MAX
from bridge.profiles.settings import AnswerRuleSettings, AnswerSettings, RegisterSettings

__all__ = [
    "NUMBER_MAX",
    "Answer",
    "AnswerMalformed",
    "AnswerRuleSettings",
    "AnswerSettings",
    "CharacterRefused",
    "FieldTooLong",
    "FileContext",
    "FileRenderer",
    "Installation",
    "Mistake",
    "PlaceNote",
    "Profile",
    "ProfileRefused",
    "RegisterEntry",
    "RegisterMalformed",
    "RegisterSettings",
    "RenderRefused",
    "SchemaRefused",
    "contract_table",
    "learned_profile",
    "load_profile",
    "new_profile",
    "profile_names",
    "test_profile",
]

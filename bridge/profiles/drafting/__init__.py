"""A first profile for a new ERP: a copy of a starter, or a draft from one sample file. A person reviews it."""

from bridge.profiles.drafting.making import STARTERS, learned_profile, new_profile

__all__ = ["STARTERS", "learned_profile", "new_profile"]

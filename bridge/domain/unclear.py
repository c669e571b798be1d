"""What is raised, deep in taking refunds off an order, where that would be a guess."""

from __future__ import annotations


class CannotTell(Exception):
    """A refund cannot be taken off without guessing. Its text says why, for the message of `refund-unclear`.

    Raised below `refunds.reduced` alone, and becomes its `Unclear`.
    """

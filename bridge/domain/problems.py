"""A problem: what is wrong, in business words, and what to do about it.

A check returns problems, an error carries one, the ledger opens an exception from one. A problem never holds
personal data: its words name orders, fields, lengths, files and codes, never the value of a personal field.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one subject (an order, a file, an endpoint, a store)."""

    code: str  # stable, documented in docs/exceptions.md
    message: str  # business words; names the order or file
    action: str  # imperative; names the file, page or person
    cause: str  # what one cure fixes: many orders, one cause (`sku:ABC-123`)
    title: str  # the headline of the exception, made from the cause (`Missing SKU mapping for ABC-123`)
    temporary: bool = False  # tried again by itself; else a person is needed
    field: str | None = None  # canonical field path (`lines[3].sku`), where there is one


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """The wording of one code. `message`, `action`, `cause` and `title` are str.format templates over the subject."""

    code: str
    title: str
    message: str
    action: str
    cause: str
    meaning: str  # one sentence for docs/exceptions.md: when this opens
    temporary: bool = False

    def problem(self, field: str | None = None, **subject: object) -> Problem:
        """The problem of one subject. Raises KeyError when the subject lacks a word that the templates use."""
        subject = {name: storable(word) if isinstance(word, str) else word for name, word in subject.items()}
        return Problem(
            code=self.code,
            message=self.message.format(**subject),
            action=self.action.format(**subject),
            cause=self.cause.format(**subject),
            title=self.title.format(**subject),
            temporary=self.temporary,
            field=field,
        )


def storable(text: str) -> str:
    """A text of a shop or an ERP with `?` for what no database holds: half a character, or the NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")

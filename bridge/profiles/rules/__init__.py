"""Business rules of a rendered file: what a schema cannot see, such as a sum that is wrong. Named in `[xml] rules`.

The rules of Peppol BIS 3 are ours in word and code; each bears the number that it has in the published set, so that
people can look it up. Only what makes a document invalid is asked, not what is recommended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lxml import etree

from bridge.profiles.errors import RulesRefused
from bridge.profiles.formats.schema import not_well_formed, safe_parser
from bridge.profiles.rules.allowances import ALLOWANCES_AND_TAXES
from bridge.profiles.rules.document import TEMPLATE_CURE, Document, Found, NoNumber, Rule, line_of, text
from bridge.profiles.rules.every_document import EVERY_DOCUMENT
from bridge.profiles.rules.order_lines import ORDER_LINES
from bridge.profiles.rules.structure import misplaced
from bridge.profiles.rules.sums import SUMS

_SPECIFICATIONS = {"T01": "order", "T114": "order_change", "T115": "order_cancellation"}
_PROCESSES = {"T01": ("order_only", "ordering", "advanced_ordering")}
ORDER = (*SUMS, *ORDER_LINES, *ALLOWANCES_AND_TAXES)
_BIS = "urn:fdc:peppol.eu:poacc"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one document type."""

    published: str  # where the rules come from, for people
    transaction: str
    rules: tuple[Rule, ...]


def hold_against(path: Path, name: str, profile: str) -> None:
    """Hold a rendered file against a set of rules. Raises RulesRefused for the first that it breaks, with how many."""
    rules = RULE_SETS[name]
    try:
        root = etree.parse(path, safe_parser()).getroot()
    except etree.XMLSyntaxError as error:
        raise not_well_formed(error, profile) from None
    broken = list(_broken(Document(root, rules.transaction), rules))
    if not broken:
        return
    rule, found = broken[0]
    others = ", ".join(dict.fromkeys(other.number for other, _ in broken[1:] if other is not rule))
    raise RulesRefused(
        profile=profile,
        order=text(root, "cac:OrderReference/cbc:ID") or text(root, "cbc:ID") or "-",
        line=found.line,
        what=found.what,
        published=rules.published,
        rule=rule.number,
        asks=rule.asks,
        others=f" It breaks {others} too." if others else "",
        cure=rule.cure,
    )


def _broken(document: Document, rules: RuleSet) -> Iterator[tuple[Rule, Found]]:
    for rule in rules.rules:
        try:
            for found in rule.places(document):
                yield rule, found
        except NoNumber as error:
            yield rule, Found(error.line, str(error))


def _wrong_process(transaction: str, document: Document) -> Iterator[Found]:
    said = text(document.root, "cbc:ProfileID")
    processes = _PROCESSES.get(transaction, ("advanced_ordering",))
    if said not in [f"{_BIS}:bis:{process}:3" for process in processes]:
        yield Found(line_of(document.root), "ProfileID is no process of this document")


def _wrong_specification(transaction: str, document: Document) -> Iterator[Found]:
    wanted = f"{_BIS}:trns:{_SPECIFICATIONS[transaction]}:3"
    if not text(document.root, "cbc:CustomizationID").startswith(wanted):
        yield Found(line_of(document.root), f"CustomizationID does not begin with {wanted}")


def _peppol(transaction: str, own: tuple[Rule, ...]) -> RuleSet:
    head = (
        Rule("R031", "the process is one that has this document", TEMPLATE_CURE, partial(_wrong_process, transaction)),
        Rule("R034", "the specification is this document's", TEMPLATE_CURE, partial(_wrong_specification, transaction)),
        *own,
        Rule("B", "every element has its place", TEMPLATE_CURE, misplaced),
    )
    numbered = (Rule(f"{transaction}-{one.number}", one.asks, one.cure, one.places) for one in head)
    return RuleSet("Peppol BIS Ordering 3", transaction, (*EVERY_DOCUMENT, *numbered))


RULE_SETS = {
    "peppol-order-3": _peppol("T01", ORDER),
    "peppol-order-change-3": _peppol("T114", ORDER),
    "peppol-order-cancellation-3": _peppol("T115", ()),
}

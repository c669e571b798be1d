"""What goes wrong in profiles: a template, a character, a schema, an answer, a register. No text holds a value."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from bridge.domain.checks import character_refused, field_too_long
from bridge.domain.errors import ConfigurationRefused, Refused
from bridge.domain.problems import ProblemKind


class Mistake(NamedTuple):
    """One mistake of a profile: where, what is wrong, what to do."""

    place: str
    what: str
    cure: str


class ProfileRefused(ConfigurationRefused):
    """A profile cannot be used; `mistakes` has all that was found, the message begins with the first."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        first, *others = mistakes
        further = "".join(f"\n{mistake.place}: {mistake.what}" for mistake in others)
        super().__init__(place=first.place, what=first.what + further, cure=first.cure)
        self.mistakes = tuple(mistakes)


class _NoOrder(str):
    """Told from the number of an order that a store calls "-"."""


NO_ORDER = _NoOrder("-")  # the order of what stands at the head or the end of a file


class _OrderOrFile(Refused):
    """What is wrong with an order's part of a file; at the head or the end of the file it is the file's own."""

    def __init__(self, *, field: str | None = None, **subject: object) -> None:
        super().__init__(field=field, **subject)
        if subject.get("order") is NO_ORDER:
            title, message = _of_file(self.problem.title), _of_file(self.problem.message)
            self.problem = replace(self.problem, title=title, message=message)
            self.args = (self.problem.message,)


def _of_file(text: str) -> str:
    before = f"Order {NO_ORDER}: "
    return f"The file as a whole: {text.removeprefix(before)}" if text.startswith(before) else text


class RenderRefused(_OrderOrFile):
    """A template or a column could not give an order's bytes."""

    kind = ProblemKind(
        code="render-refused",
        title="Profile {profile} cannot render, {place}",
        message="Order {order}: profile {profile} cannot render it. {place}: {what}",
        action="Mend {place}, then: bridge profile test {profile}. The order then goes on by itself.",
        cause="render:{profile}/{place}",
        meaning="A template or a column of the profile asks for something that the order does not have.",
    )


class OrderNotWritten(RenderRefused):
    """A template says itself that it does not write such an order. Its words hold no value."""

    kind = ProblemKind(
        code="order-not-written",
        title="Profile {profile} refuses an order: {what}",
        message="Order {order}: {what}. Profile {profile} does not write such an order ({place}).",
        action="Correct it in the store, or let the profile write it if the ERP can take it.",
        cause="refused:{profile}/{what}",
        meaning="The profile's template says in refuse(...) that the ERP cannot take an order like this one.",
    )


class CharacterRefused(_OrderOrFile):
    """A character of an order cannot be held by the file, however it is escaped."""

    kind = character_refused.KIND  # the check finds it before; one wording for both


class FieldTooLong(_OrderOrFile):
    """A value is longer than the column of the file that holds it. No file cuts it."""

    kind = field_too_long.KIND  # a limit on the field finds it before; one wording for both


class SchemaRefused(Refused):
    """A rendered file does not validate against the profile's schema."""

    kind = ProblemKind(
        code="schema-refused",
        title="Profile {profile} made a file that its schema refuses: {what}",
        message="Line {line} of the file: {what}. It was not sealed.",
        action="Mend the template of profile {profile} or the order's data, then: bridge profile test {profile}.",
        cause="schema:{profile}/{what}",
        meaning="A rendered file does not validate against the schema that the profile names.",
    )


class RulesRefused(SchemaRefused):
    """A rendered file breaks a business rule that the profile names: a sum, a sign, an empty element."""

    kind = ProblemKind(
        code="rule-broken",
        title="Profile {profile}, rule {rule}: {asks}",
        message="Order {order}: {what}. {published}, rule {rule}: {asks}.{others} "
        "Line {line} of the file shows it; the file was not sealed.",
        action="{cure}",
        cause="rule:{profile}/{rule}",
        meaning="A rendered file breaks one of the business rules that its profile names, which no schema can see.",
    )


class AnswerMalformed(Refused):
    """An acknowledgement cannot be understood, or is hostile. It is kept and read no further."""

    kind = ProblemKind(
        code="answer-malformed",
        title="Answer {name} cannot be read",
        message="{name}, {place}: {what}.",
        action="If the ERP writes it so, mend the profile, then: bridge exceptions retry ID --reason TEXT, which reads "
        "the archive's bytes again. Else ask the ERP's owner for the answer again under a new name, then: bridge "
        "exceptions dismiss ID --reason TEXT.",
        cause="answer:{name}",
        meaning="An acknowledgement breaks its own format, has the wrong encoding, or is an attack on the reader.",
    )


class AnswerMisdirected(AnswerMalformed):
    """An answer names another sender than the ERP, or another receiver than us."""

    kind = ProblemKind(
        code="answer-misdirected",
        title="{name} is not an answer of this partner to us",
        message="{name}, {place}: {what}. Nothing of it was applied.",
        action="Ask who wrote it, and how it came into the answer folder. If it is right, mend {key} of the profile's "
        "rule or the parameter that it takes, then: bridge exceptions retry ID --reason TEXT. Else: bridge exceptions "
        "dismiss ID --reason TEXT.",
        cause="misdirected:{name}",
        meaning="An answer says itself that another party wrote it, or that it is for another: forged, or misrouted.",
    )


class RegisterMalformed(Refused):
    """The ERP's register cannot be understood. Nothing of it is used."""

    kind = ProblemKind(
        code="register-malformed",
        title="The register of profile {profile} cannot be read",
        message="Register, {place}: {what}.",
        action="Ask the ERP's owner to write the register anew; first exports wait if it becomes too old.",
        cause="register:{profile}",
        meaning="The ERP's list of orders that it already holds breaks its format.",
    )

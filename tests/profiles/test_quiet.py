"""No error of this room tells a value of a personal field, in its words or in the traceback that a log prints."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.domain.contract import Party
from bridge.domain.errors import Refused
from bridge.profiles import load_profile
from tests.profiles.making import XML, file_of, made, sent

PERSONAL = [f"{owner}.{name}" for owner in ("billing", "delivery") for name in Party.model_fields if name != "country"]
SCHEMA = (
    """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:integer"/></xs:schema>"""
)


def told(work: Callable[[], object]) -> str:
    """All that anybody could see of the error."""
    with pytest.raises(Refused) as caught:
        work()
    problem = caught.value.problem
    shown = [repr(caught.value), problem.message, problem.title, problem.action, problem.cause]
    return "\n".join([*shown, *traceback.format_exception(caught.value)])


@pytest.fixture
def canary() -> tuple[dict[str, str], list[str]]:
    """Changes that give each personal field, and the note, a random marker of its own; and the markers."""
    markers = {path: secrets.token_hex(8) for path in (*PERSONAL, "customer_note")}
    return markers, list(markers.values())


def test_a_refused_character(canary: tuple[dict[str, str], list[str]]) -> None:
    changes, markers = canary
    for name in ("csv-orders", "ubl-order-2.1"):
        for path in (*PERSONAL, "customer_note"):
            profile = load_profile(name, None)
            order = sent(profile, {**changes, path: f"{changes[path]}\x00"})
            try:
                file_of(profile, order)
            except Refused as refused:
                shown = "".join(traceback.format_exception(refused)) + repr(refused.problem)
                assert [marker for marker in markers if marker in shown] == []


@pytest.mark.parametrize(
    "expression",
    [
        "order.customer_note | money",
        "order.customer_note | date",
        "order.customer_note | percent",
        "{}[order.customer_note]",
        "order[order.customer_note]",
        "order.customer_note + 1",
        "order.customer_note | sum",
        "order.customer_note[order.delivery.street]",
        "order | attr(order.customer_note)",
    ],
)
def test_a_template_that_fails(expression: str, canary: tuple[dict[str, str], list[str]], tmp_path: Path) -> None:
    changes, markers = canary
    template = f"<a>{{% if order.number == '10452' %}}\n{{{{ {expression} }}}}{{% endif %}}</a>"
    profile = made(tmp_path, XML, {"order.xml.j2": template})
    shown = told(lambda: file_of(profile, sent(profile, changes)))
    assert [marker for marker in markers if marker in shown] == []
    assert "order.xml.j2:2" in shown


def test_a_column_that_fails() -> None:
    profile = load_profile("csv-orders", None)
    marker = secrets.token_hex(8)
    for owner, name in (("totals", "gross"), ("lines", "tax_rate"), ("lines", "quantity"), ("", "created_at")):
        order = sent(profile)
        part = order["lines"][0] if owner == "lines" else order[owner] if owner else order
        part[name] = f"1E{marker}"
        shown = told(lambda order=order: file_of(profile, order))  # type: ignore[misc]  # bound, not called later
        assert marker not in shown
        assert name in shown


def test_a_file_that_its_schema_refuses(canary: tuple[dict[str, str], list[str]], tmp_path: Path) -> None:
    changes, markers = canary
    files = {"order.xml.j2": "<a>{{ order.customer_note }}</a>", "a.xsd": SCHEMA}
    profile = made(tmp_path, XML + 'schema = "a.xsd"\n', files)
    path = tmp_path / "a.xml"
    path.write_bytes(file_of(profile, sent(profile, changes)))
    shown = told(lambda: profile.validate(path))
    assert [marker for marker in markers if marker in shown] == []
    path.write_bytes(b"\n" * 5_000_000 + path.read_bytes())
    shown = told(lambda: profile.validate(path))
    assert [marker for marker in markers if marker in shown] == []

"""`refuse("words")`: a template says that the ERP cannot take an order, which waits with these words."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bridge.config.shipped import templates_folder
from bridge.domain.errors import ConfigurationRefused
from bridge.domain.outgoing import outgoing
from bridge.profiles import Profile, RenderRefused, load_profile
from bridge.profiles.installation import Installation
from bridge.profiles.trial import trial_rules
from tests.domain.orders import order as good_order
from tests.profiles.making import TEMPLATE, file_of, made, sent, xml_profile
from tests.profiles.test_text_files import SETTINGS, files

STOP = '{% if order.customer_note == "stop" %}\n{{ refuse("the note says stop") }}\n{% endif %}\n'
SYNTAXES = {
    "ubl-order-2.1": {},
    "sap-idoc-orders05": {"form": "flat-4x"},
    "edifact-orders-d96a": {"syntax": "UNOW"},
    "x12-850": {"charset": "extended"},
}
CODES = {"shipping_method": "02", "buyer_order_number": "", **{f"lines.{at}.tax_code": "A1" for at in range(4)}}


def with_stop(folder: Path, name: str, parameters: dict[str, str]) -> Profile:
    """A built-in profile whose template of an order begins with one more condition."""
    own = folder / name
    shutil.copytree(templates_folder() / name, own)
    for template in own.glob("order.*.j2"):
        text = template.read_text(encoding="utf-8")
        template.write_text(text + STOP, encoding="utf-8")
    return load_profile(name, folder, Installation(parameters=parameters, sample=True))


def tree(profile: Profile, note: str) -> dict[str, Any]:
    order = good_order({**CODES, "customer_note": note})
    return outgoing(order, trial_rules(profile.limits, profile.characters), "10452")


@pytest.mark.parametrize("name", SYNTAXES)
def test_a_template_of_any_format_refuses_an_order_in_its_own_words(name: str, tmp_path: Path) -> None:
    built_in = load_profile(name, None, Installation(parameters=SYNTAXES[name], sample=True))
    own = with_stop(tmp_path, name, SYNTAXES[name])
    with pytest.raises(RenderRefused) as caught:
        file_of(own, tree(own, "stop"))
    problem = caught.value.problem
    assert problem.message.startswith(f"Order 10452: the note says stop. Profile {name} does not write such an order")
    assert (problem.code, problem.cause) == ("order-not-written", f"refused:{name}/the note says stop")
    assert file_of(own, tree(own, "go on")) == file_of(built_in, tree(built_in, "go on"))


def test_so_does_a_template_of_plain_text(tmp_path: Path) -> None:
    own = made(tmp_path, SETTINGS + 'values = "plain"\n', files("plain", STOP + "ID={{ order.external_id }}\n"))
    assert b"ID=10452" in file_of(own, sent(own, {"customer_note": "go on"}))
    with pytest.raises(RenderRefused, match=r"Order 10452: the note says stop\."):
        file_of(own, sent(own, {"customer_note": "stop"}))


@pytest.mark.parametrize(
    "call", ["refuse(order.customer_note)", 'refuse("a", "b")', "refuse()", 'refuse("a" ~ order.number)']
)
def test_what_it_says_holds_no_value(call: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused, match=r"order\.xml\.j2:2: refuse takes one text that stands there"):
        xml_profile(tmp_path, TEMPLATE + "{{ " + call + " }}")


def test_a_template_that_refuses_every_order_does_not_load(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused, match="never"):
        xml_profile(tmp_path, TEMPLATE + '{{ refuse("never") }}')

"""The settings page is in step with the parser, and the starter is a deployment that loads."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bridge.config.deployment import load_deployment
from bridge.config.maps import load_maps
from bridge.config.settings import SECTIONS
from bridge.config.settings_page import page
from bridge.config.starter import write_starter
from bridge.config.values import Mode
from bridge.domain.checks import ADVISORY
from bridge.domain.contract import Order
from bridge.domain.errors import ConfigurationRefused
from bridge.domain.judgement import Outcome, Rules, judge
from bridge.domain.policies import GiftPolicy, KitPolicy, PaymentPolicy, RefundedBefore
from bridge.domain.scope import RULE_WORDS

DOCS = Path(__file__).parents[2] / "docs"


REHEARSED = ("1-normal", "2-discounted", "3-international", "4-invalid-address", "5-many-lines", "6-missing-sku")


def test_the_settings_page_says_what_the_parser_reads() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert text == page(), "write it anew: make docs"
    for section in SECTIONS:
        assert f"## {section.heading}" in text
        for setting in section.settings:
            assert f"| `{setting.key}` |" in text


def test_the_starter_loads_and_sends_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    written = {path.relative_to(folder).as_posix() for path in write_starter(folder)}
    assert written == {
        "README.md",
        "bridge.toml",
        "examples/order.json",
        "maps/payment.csv",
        "maps/shipping.csv",
        "maps/sku.csv",
        "maps/tax.csv",
        *(f"rehearsal/{name}.toml" for name in REHEARSED),
    }
    deployment = load_deployment(folder, {})
    assert [flow.mode for flow in deployment.flows] == [Mode.TEST]
    assert load_maps(deployment.maps_folder).tax.codes == {"23%": "A", "8%": "B", "0%": "Z"}
    assert (folder / "orders").is_dir()
    assert (folder / "profiles").is_dir()


def test_what_the_starter_only_suggests_can_be_switched_on_as_it_stands(tmp_path: Path) -> None:
    write_starter(tmp_path)
    file = tmp_path / "bridge.toml"
    file.write_text(re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", file.read_text(encoding="utf-8")), encoding="utf-8")
    deployment = load_deployment(tmp_path, {})
    watch, (flow,) = deployment.stores["shop"].watch, deployment.flows
    assert watch is not None
    assert watch.silence_hours == 8
    assert [rule.name for rule in flow.selection] == ["large-orders"]


def test_the_starters_order_waits_for_one_line_of_a_map_as_its_page_says(tmp_path: Path) -> None:
    write_starter(tmp_path)
    order = Order.model_validate({"store": "shop", **json.loads((tmp_path / "examples" / "order.json").read_bytes())})
    (flow,) = load_deployment(tmp_path, {}).flows
    held = judge(order, Rules(flow.rules(), load_maps(tmp_path / "maps")), "1001")
    assert [problem.title for problem in held.problems] == ["Missing SKU mapping for KETTLE-1"]
    assert "Missing SKU mapping for KETTLE-1" in (tmp_path / "README.md").read_text(encoding="utf-8")
    with (tmp_path / "maps" / "sku.csv").open("a", encoding="utf-8") as sku_map:
        sku_map.write("KETTLE-1,40017,\n")
    assert judge(order, Rules(flow.rules(), load_maps(tmp_path / "maps")), "1001").outcome is Outcome.READY


def test_the_starter_is_never_written_over_what_is_there(tmp_path: Path) -> None:
    mine = tmp_path / "bridge.toml"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigurationRefused) as caught:
        write_starter(tmp_path)
    assert str(caught.value) == f"{tmp_path}: is not empty; nothing was written"
    assert [path.name for path in tmp_path.iterdir()] == ["bridge.toml"]
    assert mine.read_text(encoding="utf-8") == "mine"
    with pytest.raises(ConfigurationRefused):
        write_starter(mine)


def test_the_configuration_page_names_every_rule_policy_and_check_that_can_be_switched_off() -> None:
    pages = ("configuration.md", "products.md", "which-orders.md")
    text = "".join((DOCS / name).read_text(encoding="utf-8") for name in pages)
    words = [*RULE_WORDS, *ADVISORY, *PaymentPolicy, *RefundedBefore, *KitPolicy, *GiftPolicy, *Mode]
    assert [word for word in words if f"`{word}`" not in text and f"`{word}:" not in text] == []


def test_every_toml_example_of_the_configuration_pages_is_read_without_a_mistake(tmp_path: Path) -> None:
    text = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("which-orders.md", "configuration.md"))
    examples = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 6
    folder = tmp_path / "new"
    write_starter(folder)
    starter = (folder / "bridge.toml").read_text(encoding="utf-8").partition("[flows.shop-erp.payment]")[0]
    (folder / "bridge.toml").write_text("\n".join([starter, *examples]), encoding="utf-8")
    deployment = load_deployment(folder, {})
    (flow,) = deployment.flows
    assert [rule.name for rule in flow.selection] == ["marketplace-ships-itself", "large-orders", "not-picked-yet"]
    watch = deployment.stores["shop"].watch
    assert watch is not None
    assert watch.silence_hours == 8
    assert flow.payment["bacs"] is PaymentPolicy.BANK_TRANSFER
    assert flow.unmapped == {"sku": "same"}

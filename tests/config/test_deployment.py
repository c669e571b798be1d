"""bridge.toml becomes values, or every mistake is shown at once with its line and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.config.deployment import load_deployment
from bridge.config.mistakes import DeploymentRefused
from bridge.config.values import Deployment, Mode, PaymentPolicy, Secret
from bridge.domain.errors import EXIT_CONFIGURATION

GOOD = """\
timezone = "Europe/Warsaw"

[stores.shop]
type = "woocommerce"
url = "https://shop.example.com"
key = "env:SHOP_KEY"
secret = "file:secrets/shop"

[endpoints.acme]
profile = "csv-orders"
sequence_first = 318
batch_wait_s = 900

[endpoints.acme.transport]
type = "sftp"
host = "sftp.example.com"
user = "bridge"
private_key = "keys/id_ed25519"
host_keys = ["SHA256:aaa"]
inbound = "in"
outbound = "out"

[flows.shop-acme]
store = "shop"
endpoint = "acme"
orders_from = 2026-11-01
mode = "selected"
statuses = ["processing"]
select = { "delivery.country" = ["PL"] }

[flows.shop-acme.payment]
"*" = "prepaid"
cod = "cash_on_delivery"

[flows.shop-acme.fields]
"delivery.street" = "abbreviate"
"""
STATUSES = 'statuses = ["processing"]'
ENVIRON = {"SHOP_KEY": "ck_value"}


def written(folder: Path, text: str) -> Path:
    """A deployment folder with this bridge.toml and the secret file of the good one."""
    (folder / "bridge.toml").write_text(text, encoding="utf-8")
    (folder / "secrets").mkdir(exist_ok=True)
    (folder / "secrets" / "shop").write_text("cs_value\n", encoding="utf-8")
    return folder


def loaded(folder: Path, text: str = GOOD, environ: Mapping[str, str] = ENVIRON) -> Deployment:
    """The deployment of this bridge.toml."""
    return load_deployment(written(folder, text), environ)


def refused(folder: Path, text: str, environ: Mapping[str, str] = ENVIRON) -> list[str]:
    """Every mistake of this bridge.toml, as people read them."""
    with pytest.raises(DeploymentRefused) as caught:
        loaded(folder, text, environ)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_good_folder_becomes_values(tmp_path: Path) -> None:
    deployment = loaded(tmp_path)
    assert str(deployment.timezone) == "Europe/Warsaw"
    assert deployment.ledger_url == f"sqlite:///{tmp_path}/state/ledger.sqlite"
    endpoint = deployment.endpoints["acme"]
    assert (endpoint.profile, endpoint.sequence_first, endpoint.batch_wait_s) == ("csv-orders", 318, 900)
    assert (endpoint.transport.inbound, endpoint.transport.outbound, endpoint.transport.taken) == ("in", "out", None)
    assert endpoint.transport.options["host"] == "sftp.example.com"
    assert endpoint.place == "bridge.toml:9"
    (flow,) = deployment.flows
    assert (flow.name, flow.mode, flow.every_s, flow.external_id) == (
        "shop-acme",
        Mode.SELECTED,
        60,
        "{store_order_id}",
    )
    assert flow.orders_from == datetime(2026, 10, 31, 23, 0, tzinfo=UTC)  # midnight in Warsaw
    assert flow.payment == {"*": PaymentPolicy.PREPAID, "cod": PaymentPolicy.CASH_ON_DELIVERY}
    assert flow.field_policies == {"delivery.street": "abbreviate"}
    assert flow.select == {"delivery.country": ("PL",)}
    assert flow.rules().payment_policy("blik") is PaymentPolicy.PREPAID


def test_secrets_are_resolved_and_never_shown(tmp_path: Path) -> None:
    options = loaded(tmp_path).stores["shop"].options
    key, secret = options["key"], options["secret"]
    assert isinstance(key, Secret)
    assert isinstance(secret, Secret)
    assert (key.value, secret.value) == ("ck_value", "cs_value")
    assert "ck_value" not in f"{options!r} {key} {key!r}"
    assert "cs_value" not in f"{options!r} {secret} {secret!r}"


def test_a_credential_of_systemd_is_read_from_its_folder(tmp_path: Path) -> None:
    passed = tmp_path / "credentials"
    passed.mkdir()
    (passed / "shop-key").write_text("ck_passed", encoding="utf-8")
    text = GOOD.replace('"env:SHOP_KEY"', '"credential:shop-key"')
    key = loaded(tmp_path, text, {"CREDENTIALS_DIRECTORY": str(passed)}).stores["shop"].options["key"]
    assert key.value == "ck_passed"
    (mistake,) = refused(tmp_path, text)
    assert mistake.startswith(
        "bridge.toml:6: stores.shop.key is 'credential:shop-key', but no credentials were passed."
    )
    (mistake,) = refused(tmp_path, text.replace("shop-key", "../shop"), {"CREDENTIALS_DIRECTORY": str(passed)})
    assert "which is not a plain name" in mistake


def test_relative_paths_lie_in_the_deployment_folder_wherever_bridge_is_started(tmp_path: Path) -> None:
    assert loaded(tmp_path).endpoints["acme"].transport.options["private_key"] == str(tmp_path / "keys/id_ed25519")
    text = GOOD.replace('type = "woocommerce"', 'type = "folder"\npath = "orders"')
    assert loaded(tmp_path, text).stores["shop"].options["path"] == str(tmp_path / "orders")


def test_a_literal_secret_is_refused_and_not_repeated(tmp_path: Path) -> None:
    text = GOOD.replace('"env:SHOP_KEY"', '"ck_live_0123"').replace(
        'private_key = "keys/id_ed25519"', 'password = "hunter2"'
    )
    mistakes = refused(tmp_path, text)
    how = 'Write "env:NAME", "file:PATH" or "credential:NAME", and keep the secret itself there.'
    assert mistakes == [
        f"bridge.toml:6: stores.shop.key is a secret written into the file. {how}",
        f"bridge.toml:18: endpoints.acme.transport.password is a secret written into the file. {how}",
    ]
    assert not [word for word in ("ck_live_0123", "hunter2") if word in "".join(mistakes)]


def test_a_private_key_pasted_into_the_file_is_refused_under_any_name(tmp_path: Path) -> None:
    pasted = "private_key = '''\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n'''"
    (mistake,) = refused(tmp_path, GOOD.replace('private_key = "keys/id_ed25519"', pasted))
    assert mistake.startswith("bridge.toml:18: endpoints.acme.transport.private_key is a secret written into the file.")


def test_a_secret_that_is_not_there_is_named_by_its_reference(tmp_path: Path) -> None:
    mistakes = refused(tmp_path, GOOD.replace("file:secrets/shop", "file:secrets/other"), {})
    assert mistakes == [
        "bridge.toml:6: stores.shop.key needs the environment variable SHOP_KEY, which is not set. "
        "Set SHOP_KEY for erp-bridge.",
        "bridge.toml:7: stores.shop.secret is 'file:secrets/other', and that file is not there. "
        "Put the secret into that file, readable for erp-bridge (No such file or directory).",
    ]


def test_all_mistakes_are_shown_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        GOOD.replace('"Europe/Warsaw"', '"Europe/Warsawa"')
        .replace("sequence_first = 318", 'sequence_frist = 318\nanswer_within_s = "1h"')
        .replace('mode = "selected"', 'mode = "selcted"')
        .replace('endpoint = "acme"', 'endpoint = "acmee"')
        .replace('cod = "cash_on_delivery"', 'cod = "cod"')
    )
    assert refused(tmp_path, text) == [
        'bridge.toml:1: timezone is not a time zone. Write a name of the IANA list, as "Europe/Warsaw".',
        "bridge.toml:11: endpoints.acme.sequence_frist is unknown. Did you mean sequence_first? Allowed: profile, "
        "sequence_first, batch_wait_s, answer_within_s, register_age_max_s, parameters, limits, transport.",
        "bridge.toml:12: endpoints.acme.answer_within_s is no number; it must be a whole number of seconds. "
        "Write a number from 1 to 2592000.",
        "bridge.toml:26: flows.shop-acme.endpoint is 'acmee', which is not in the file. Did you mean acme? "
        "Known endpoints: acme.",
        "bridge.toml:28: flows.shop-acme.mode is 'selcted', which is unknown. Did you mean selected? "
        "Allowed: test, selected, full.",
        "bridge.toml:34: flows.shop-acme.payment.cod is 'cod', which is unknown. "
        "Allowed: prepaid, authorized, cash_on_delivery, bank_transfer, on_account, skip.",
    ]


def test_the_error_of_several_mistakes_lists_them_and_ends_with_exit_code_two(tmp_path: Path) -> None:
    with pytest.raises(DeploymentRefused) as caught:
        loaded(tmp_path, 'timezone = "Mars"\n')
    error = caught.value
    assert error.exit_code == EXIT_CONFIGURATION
    assert error.problem.message.splitlines() == [
        "bridge.toml: 4 mistakes.",
        '  bridge.toml:1: timezone is not a time zone. Write a name of the IANA list, as "Europe/Warsaw".',
        "  bridge.toml:1: stores are missing. Add at least one section [stores.NAME].",
        "  bridge.toml:1: endpoints are missing. Add at least one section [endpoints.NAME].",
        "  bridge.toml:1: flows are missing. Add at least one section [flows.NAME].",
    ]


@pytest.mark.parametrize(
    ("before", "after", "mistake"),
    [
        ('timezone = "Europe/Warsaw"\n', "", "bridge.toml:1: timezone is missing. Gives the business day"),
        ("orders_from = 2026-11-01\n", "", "bridge.toml:23: flows.shop-acme.orders_from is missing."),
        (
            "orders_from = 2026-11-01",
            'orders_from = "2026-11-01"',
            "bridge.toml:26: flows.shop-acme.orders_from must be a day or a time.",
        ),
        ("[endpoints.acme]", "[endpoints.Acme_1]", "bridge.toml:9: endpoints.Acme_1 has a name that files and folders"),
        (
            "[endpoints.acme]",
            "[endpoints.acme]\nprofil = 1",
            "bridge.toml:10: endpoints.acme.profil is unknown. Did you",
        ),
        ("[flows.shop-acme]", "[flow.shop-acme]", "bridge.toml:23: flow is unknown. Did you mean flows?"),
        ('inbound = "in"\n', "", "bridge.toml:14: endpoints.acme.transport.inbound is missing."),
        ('profile = "csv-orders"\n', "", "bridge.toml:9: endpoints.acme.profile is missing."),
        (
            "sequence_first = 318",
            "sequence_first = 0",
            "bridge.toml:11: endpoints.acme.sequence_first is 0; it must be",
        ),
        ("sequence_first = 318", "sequence_first = true", "bridge.toml:11: endpoints.acme.sequence_first is True; it"),
        (
            '"delivery.country" =',
            '"deliveri.country" =',
            "bridge.toml:29: flows.shop-acme.select.deliveri.country is no",
        ),
        (STATUSES, 'statuses = "processing"', "bridge.toml:28: flows.shop-acme.statuses must be a list of texts."),
        (
            STATUSES,
            'checks_off = ["sums-disagree"]',
            "bridge.toml:28: flows.shop-acme.checks_off holds 'sums-disagree'",
        ),
        (STATUSES, 'external_id = "X{number}"', "bridge.toml:28: flows.shop-acme.external_id holds {number}, which"),
        (STATUSES, 'external_id = "{store}"', "bridge.toml:28: flows.shop-acme.external_id lacks {store_order_id}, so"),
        (STATUSES, 'external_id = "{x"', "bridge.toml:28: flows.shop-acme.external_id has a brace that is not closed."),
        (STATUSES, 'unmapped = { skus = "same" }', "bridge.toml:28: flows.shop-acme.unmapped.skus is unknown. Did you"),
    ],
)
def test_each_mistake_is_found_on_its_line(tmp_path: Path, before: str, after: str, mistake: str) -> None:
    assert before in GOOD
    assert [found for found in refused(tmp_path, GOOD.replace(before, after)) if found.startswith(mistake)]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("timezone = \n", "bridge.toml:1: is no TOML: Invalid value."),
        ("a = 1\n\nb = [\n1,\n", "bridge.toml:5: is no TOML: Invalid value (at end of document)."),
        ("[stores.a]\n[stores.a]\n", "bridge.toml:2: is no TOML: Cannot declare ('stores', 'a') twice."),
    ],
)
def test_a_file_that_is_no_toml_is_shown_with_its_line(tmp_path: Path, text: str, mistake: str) -> None:
    (found,) = refused(tmp_path, text)
    assert found.startswith(mistake)


def test_a_file_that_is_not_utf8_is_shown_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_bytes(b'timezone = "UTC"\n# \xa3\n')
    with pytest.raises(DeploymentRefused) as caught:
        load_deployment(tmp_path, {})
    assert str(caught.value) == "bridge.toml:2: is not UTF-8."


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    (tmp_path / "bridge.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_deployment(tmp_path, ENVIRON).endpoints["acme"].place == "bridge.toml:9"


def test_a_folder_without_bridge_toml_is_told_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(DeploymentRefused) as caught:
        load_deployment(tmp_path, {})
    assert caught.value.problem.message == f"bridge.toml: {tmp_path}/bridge.toml is not there."
    assert caught.value.problem.action == (
        f"Name the deployment folder with --config, or make one: bridge init {tmp_path}."
    )


SECOND = """
[stores.outlet]
type = "folder"
path = "outlet"

[flows.outlet-acme]
store = "outlet"
endpoint = "acme"
orders_from = 2026-11-01
"""


def with_ids(first: str, second: str) -> str:
    """Two stores on one endpoint, each with its pattern of external ids."""
    one = GOOD.replace('mode = "selected"', f'mode = "selected"\nexternal_id = "{first}"')
    return one + SECOND + f'external_id = "{second}"\n'


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{store_order_id}", "{store_order_id}"),
        ("{store_order_id}", "B-{store_order_id}"),  # an order of the first may be called B-10
        ("A{store_order_id}", "a{store_order_id}"),  # ids are unique case-blind
        ("A{store_order_id}", "A1{store_order_id}"),
        ("{store_order_id}-{store}", "{store_order_id}-{store}"),
    ],
)
def test_two_stores_on_one_endpoint_whose_ids_could_meet_are_refused(tmp_path: Path, first: str, second: str) -> None:
    (mistake,) = refused(tmp_path, with_ids(first, second))
    assert "flows.outlet-acme.external_id could give an order of outlet the id of an order of shop" in mistake


@pytest.mark.parametrize(
    ("first", "second"),
    [("{store}-{store_order_id}", "{store}-{store_order_id}"), ("A-{store_order_id}", "AB-{store_order_id}")],
)
def test_two_stores_on_one_endpoint_with_beginnings_of_their_own_are_fine(
    tmp_path: Path, first: str, second: str
) -> None:
    assert [flow.name for flow in loaded(tmp_path, with_ids(first, second)).flows] == ["shop-acme", "outlet-acme"]


def test_a_store_and_an_endpoint_cannot_have_one_name(tmp_path: Path) -> None:
    text = GOOD.replace("acme", "shop").replace("flows.shop-shop", "flows.shop-acme")
    assert refused(tmp_path, text) == [
        "bridge.toml:9: endpoints.shop has the name of a store (line 3). Give one of them another name."
    ]


def test_the_ledger_can_be_another_file_or_a_database_whose_address_is_secret(tmp_path: Path) -> None:
    assert (
        loaded(tmp_path, 'ledger = "sqlite:///other.sqlite"\n' + GOOD).ledger_url
        == f"sqlite:///{tmp_path}/other.sqlite"
    )
    environ = {**ENVIRON, "LEDGER": "postgresql+psycopg://bridge:pw@db/bridge"}
    assert loaded(tmp_path, 'ledger = "env:LEDGER"\n' + GOOD, environ).ledger_url == environ["LEDGER"]
    (mistake,) = refused(tmp_path, 'ledger = "postgresql+psycopg://bridge:pw@db/bridge"\n' + GOOD)
    assert mistake.startswith("bridge.toml:1: ledger holds a password.")
    assert "pw" not in mistake.removeprefix("bridge.toml:1: ledger holds a password.")


ODD = ("1", "-1", "true", '""', '"x"', "[]", "[[1]]", "{}", "{ x = 1 }", "1979-01-01", "12:00:00", "nan", '"\\u0000"')
KEYS = [line.partition(" = ")[0] for line in GOOD.splitlines() if " = " in line]


@pytest.mark.parametrize("key", KEYS)
def test_no_odd_value_of_any_key_gives_anything_but_a_deployment_or_its_mistakes(tmp_path: Path, key: str) -> None:
    for odd in ODD:
        lines = [f"{key} = {odd}" if line.startswith(f"{key} = ") else line for line in GOOD.splitlines()]
        written(tmp_path, "\n".join(lines))
        try:
            load_deployment(tmp_path, ENVIRON)
        except DeploymentRefused as error:
            assert all(mistake.place.startswith("bridge.toml:") for mistake in error.mistakes)


@pytest.mark.parametrize(
    "section", ["stores", "endpoints", "flows", "stores.shop", "endpoints.acme", "flows.shop-acme"]
)
@pytest.mark.parametrize("odd", ODD)
def test_no_odd_value_in_place_of_a_section_gives_anything_but_its_mistakes(
    tmp_path: Path, section: str, odd: str
) -> None:
    kept, leaving = [], False
    for line in GOOD.splitlines():
        if line.startswith("["):
            leaving = line.strip("[]") == section or line.strip("[]").startswith(section + ".")
        if not leaving:
            kept.append(line)
    text = "\n".join([f"{section} = {odd}", *kept])
    assert refused(tmp_path, text)

"""The shops that `bridge simulate store` can be: how each is made, and the lines of bridge.toml that connect to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path

from bridge.domain.errors import ConfigurationRefused
from bridge.simulator.magento.keys import LEAST_RIGHTS, MagentoKeys
from bridge.simulator.magento.simulator import MagentoSimulator
from bridge.simulator.prestashop.simulator import DEMO_KEY as PRESTASHOP_KEY
from bridge.simulator.prestashop.simulator import PrestaShopSimulator
from bridge.simulator.shops.served_shop import Address, ServedShop
from bridge.simulator.sql_simulator import SqlSimulator
from bridge.simulator.woocommerce.sample_orders import demo_orders
from bridge.simulator.woocommerce.simulator import WooCommerceSimulator

# What the home-made shop calls its columns.
SQL_COLUMNS = {
    "store_order_id": "id", "number": "order_no", "created_at": "placed", "updated_at": "touched",
    "total_gross": "total", "payment_paid_at": "paid_on", "payment_method": "pay_method", "status": "state",
    "billing_last_name": "last_name", "billing_street": "street", "billing_city": "city",
    "billing_postal_code": "zip", "billing_country": "country", "customer_note": "note",
    "line_position": "place", "line_sku": "sku", "line_name": "title", "line_quantity": "pieces", "line_net": "net",
    "line_tax": "vat", "line_gross": "gross", "line_tax_percent": "vat_percent", "refund_id": "refund_no",
    "refund_at": "given_on", "refund_amount": "amount",
}  # fmt: skip


class Kind(StrEnum):
    """Which kind of shop."""

    WOOCOMMERCE = "woocommerce"
    SHOPIFY = "shopify"
    MAGENTO = "magento"
    PRESTASHOP = "prestashop"
    SQL = "sql"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wants of a simulated shop."""

    kind: Kind
    database: Path
    address: Address
    key: str
    secret: str
    storage: str
    has_samples: bool


@dataclass(frozen=True, slots=True)
class Simulated:
    """A shop, and how a bridge is connected to it. settings: of `[stores.shop]`, where URL is the shop's address."""

    shop: ServedShop
    settings: str
    environ: Mapping[str, str]

    def connection(self, url: str) -> list[str]:
        """Lines to copy: what to set in the shell, and what to write into bridge.toml."""
        exports = [f"export {name}={value}" for name, value in self.environ.items()]
        toml = ["[stores.shop]", *self.settings.replace("URL", url).splitlines()]
        return ["In the shell of bridge:", *exports, "In bridge.toml:", *toml, "Act in the shop:"]


def simulated(asked: Asked) -> Simulated:
    """The shop that was asked for, with orders in it if it has none. Raises ConfigurationRefused."""
    asked.database.parent.mkdir(parents=True, exist_ok=True)
    return _MAKERS[asked.kind](asked)


def _woocommerce(asked: Asked) -> Simulated:
    host, port = asked.address
    shop = WooCommerceSimulator(asked.database, port, asked.key, asked.secret, asked.storage, host=host)
    if asked.has_samples:
        shop.fill(demo_orders())
    settings = 'type = "woocommerce"\nurl = "URL"\nkey = "env:SHOP_KEY"\nsecret = "env:SHOP_SECRET"'
    return Simulated(shop, settings, {"SHOP_KEY": asked.key, "SHOP_SECRET": asked.secret})


def _shopify(asked: Asked) -> Simulated:
    try:  # graphql-core is no dependency of erp-bridge, and takes its time to load
        simulator = import_module("bridge.simulator.shopify.simulator")
    except ModuleNotFoundError as error:
        cure = "Install what it executes queries with: pip install 'erp-bridge[simulator]'."
        raise ConfigurationRefused(place="--kind shopify", what="graphql-core is not installed", cure=cure) from error
    host, port = asked.address
    shop = simulator.ShopifySimulator(port, host=host)
    if asked.has_samples:
        shop.stock()
    settings = 'type = "shopify"\nurl = "URL"\ntoken = "env:SHOP_TOKEN"'
    return Simulated(shop, settings, {"SHOP_TOKEN": simulator.DEMO_TOKEN})


def _magento(asked: Asked) -> Simulated:
    host, port = asked.address
    keys = MagentoKeys(rights=LEAST_RIGHTS)
    shop = MagentoSimulator(asked.database, port, host=host, keys=keys)
    if asked.has_samples:
        shop.stock()
    settings = 'type = "magento"\nurl = "URL"\naccess_token = "env:SHOP_TOKEN"'
    return Simulated(shop, settings, {"SHOP_TOKEN": keys.access_token})


def _prestashop(asked: Asked) -> Simulated:
    host, port = asked.address
    shop = PrestaShopSimulator(host=host, port=port)
    if asked.has_samples:
        shop.stock()
    settings = 'type = "prestashop"\nurl = "URL"\nkey = "env:SHOP_KEY"'
    return Simulated(shop, settings, {"SHOP_KEY": PRESTASHOP_KEY})


def _sql(asked: Asked) -> Simulated:
    host, port = asked.address
    shop = SqlSimulator(asked.database, port, host=host)
    if asked.has_samples:
        shop.stock()
    columns = "\n".join(f'{ours} = "{theirs}"' for ours, theirs in SQL_COLUMNS.items())
    settings = (
        'type = "sql"\nurl = "env:SHOP_DATABASE"\norders = "buyer_order"\nlines = "buyer_item"\n'
        f'refunds = "buyer_refund"\ntimezone = "UTC"\nerp_number_column = "erp"\n[stores.shop.columns]\n{columns}'
    )
    return Simulated(shop, settings, {"SHOP_DATABASE": f"sqlite:///{asked.database.absolute()}"})


_MAKERS: Mapping[Kind, Callable[[Asked], Simulated]] = {
    Kind.WOOCOMMERCE: _woocommerce,
    Kind.SHOPIFY: _shopify,
    Kind.MAGENTO: _magento,
    Kind.PRESTASHOP: _prestashop,
    Kind.SQL: _sql,
}

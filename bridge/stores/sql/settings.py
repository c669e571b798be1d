"""The options of a SQL store: whose database, which tables or queries, and which column gets the ERP number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from bridge.config.options import Options
from bridge.config.values import Secret, StoreSettings
from bridge.stores.http_settings import PollSettings, read_poll_settings
from bridge.stores.rows.known import LAYOUTS, OWN
from bridge.stores.rows.layout import KEY, Layout
from bridge.stores.rows.notation import Notation
from bridge.stores.rows.settings import read_overrides, read_timezone

PER_PAGE_MAX = 500
# Longer than a flow waits for money that is on its way: without a time of change only the sweep sees a payment.
SWEEP_DAYS = 45
TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*(?:\.[A-Za-z_][A-Za-z0-9_$]*)?")
_QUERY = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WriteSettings:
    """Where the ERP number goes: one column of one row."""

    url: sa.URL
    table: str
    key: str  # column of the table that holds the order's id
    column: str  # may hold {endpoint}
    status_after: Mapping[str, str]  # status of an order -> the one that it gets together with its ERP number
    status: str  # column of the status; only asked for where `status_after` is set


@dataclass(frozen=True, slots=True)
class SqlSettings:
    """One database of orders."""

    name: str
    url: sa.URL
    orders: str  # a table or view, or a query
    lines: str
    refunds: str  # empty: none
    line_order: str  # column of the lines that holds the order's id
    line_key: str  # column by which the lines of an order are put in order
    refund_order: str
    layout: Layout
    notation: Notation
    poll: PollSettings
    connect_timeout_s: float
    statement_timeout_s: float
    write: WriteSettings | None  # None: numbers are not written back

    @property
    def host(self) -> str:
        """What a message may say of the address: never a user or a password."""
        return self.url.host or self.url.get_backend_name()

    @property
    def writes(self) -> tuple[str, ...]:
        """What a write-back changes."""
        if self.write is None:
            return ()
        return ("erp_number", "status") if self.write.status_after else ("erp_number",)

    @property
    def timezone(self) -> ZoneInfo | None:
        return self.notation.timezone


def read_settings(name: str, settings: StoreSettings) -> SqlSettings:
    """The checked options. Raises ConfigurationRefused naming the key, its place and what is allowed."""
    options = Options(settings)
    layout = read_overrides(options).on(LAYOUTS[OWN])
    url = _url(options, "url")
    result = SqlSettings(
        name=name,
        url=url,
        orders=_source(options, "orders", "orders"),
        lines=_source(options, "lines", "order_lines"),
        refunds=_source(options, "refunds", ""),
        line_order=options.text("line_order", "order_id"),
        line_key=options.text("line_key", "id"),
        refund_order=options.text("refund_order", "order_id"),
        layout=layout,
        notation=Notation(timezone=read_timezone(options), is_typed=True),
        poll=read_poll_settings(options, per_page=200, per_page_max=PER_PAGE_MAX, sweep_days=SWEEP_DAYS),
        connect_timeout_s=options.seconds("connect_timeout_s", 10, least=1),
        statement_timeout_s=options.seconds("statement_timeout_s", 60, least=0.1),
        write=_write(options, url, layout),
    )
    options.finish()
    return result


def _write(options: Options, url: sa.URL, layout: Layout) -> WriteSettings | None:
    column = options.template("erp_number_column", "", ("endpoint",), may_be_empty=True)
    table = options.text("write_table", "", may_be_empty=True)
    orders = options.text("orders", "orders")
    key = options.text("write_key", layout.columns.get(KEY, (KEY,))[0])
    status_after = options.table("status_after", {})
    status = options.text("status_column", layout.columns.get("status", ("status",))[0])
    url = _url(options, "write_url", url)
    if not column:
        return None
    if not table and not TABLE.fullmatch(orders):
        options.wrong("write_table", "is missing, as orders is a query", "Name the table with the column.")
    return WriteSettings(url, table or orders, key, column, status_after, status)


def _source(options: Options, key: str, default: str) -> str:
    """A table or view, as `orders` or `shop.orders`; else a query, without the semicolon that ends it."""
    text = options.text(key, default, may_be_empty=not default).strip().rstrip(";")
    if text and not TABLE.fullmatch(text) and not _QUERY.match(text):
        cure = "Write the name of a table or view, or a query that begins with SELECT or WITH."
        options.wrong(key, "is neither a table nor a query", cure)
    return text


def _url(options: Options, key: str, default: sa.URL | None = None) -> sa.URL:
    """SQLAlchemy's database URL. One that holds a password must be a reference."""
    given = options.address(key, None if default is None else "-")
    if given == "-" and default is not None:
        return default
    try:
        url = sa.make_url(given.value if isinstance(given, Secret) else given)
    except ArgumentError:
        cure = "Write postgresql://USER:PASSWORD@HOST/DATABASE, or sqlite:////PATH."
        options.wrong(key, "is no database URL", cure)
        return sa.make_url("sqlite://")
    if url.password and not isinstance(given, Secret):
        options.wrong(key, "holds a password", f'Write {key} = "env:NAME", and keep the URL there.')
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        options.wrong(key, "names no file", "Write sqlite:////PATH, with four slashes for a whole path.")
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    try:
        url.get_dialect().import_dbapi()
    except (ImportError, sa.exc.NoSuchModuleError):
        what = f"needs a driver for {url.drivername[:40]}, which is not installed"
        options.wrong(key, what, "Install the driver's Python package beside erp-bridge.")
    return url

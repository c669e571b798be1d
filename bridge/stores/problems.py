"""What can go wrong between us and a store, told apart by shape and code and never by a translated text."""

from __future__ import annotations

from bridge.domain.errors import Doubtful, Refused, Unavailable
from bridge.domain.problems import ProblemKind


class StoreUnreachable(Unavailable):
    """No connection, or no answer in time to a question that changes nothing."""

    kind = ProblemKind(
        code="store-unreachable",
        title="Store {store} cannot be reached",
        message="Store {store} at {host} did not answer: {what}.",
        action="Nothing to do at first: it is tried again by itself. If it stays, check the shop and the network.",
        cause="store-unreachable:{store}",
        meaning="The shop refused the connection, cut it, or did not answer in time.",
        temporary=True,
    )


class StoreBusy(Unavailable):
    """The shop, its host or a protection in front of it asks us to come later."""

    kind = ProblemKind(
        code="store-busy",
        title="Store {store} asks to come later",
        message="Store {store} answered {status}: it asks to be left alone for a while.",
        action="Nothing to do at first: it is tried again by itself. If it stays, let erp-bridge through at the host.",
        cause="store-busy:{store}",
        meaning="The shop answered 429 or 503, or a protection in front of it blocked us (403 with a page).",
        temporary=True,
    )

    def __init__(self, *, retry_after_s: float | None = None, **subject: object) -> None:
        super().__init__(field=None, **subject)
        self.retry_after_s = retry_after_s


class StoreFailing(Unavailable):
    """The shop itself is broken at the moment (500, 502, 504)."""

    kind = ProblemKind(
        code="store-failing",
        title="Store {store} fails inside",
        message="Store {store} answered {status}: an error inside the shop.",
        action="It is tried again by itself. If it stays, ask the shop's administrator to look at its error log.",
        cause="store-failing:{store}",
        meaning="The shop answered with a server error.",
        temporary=True,
    )


class StoreAnswerUnreadable(Unavailable):
    """An answer that is not the JSON it should be."""

    kind = ProblemKind(
        code="store-answer-unreadable",
        title="Store {store} gives unreadable answers",
        message="Store {store} did not answer as its API does: {what}.",
        action="It is tried again by itself. If it stays, open the shop in a browser: is it in maintenance? If not, "
        "let no cache keep answers of its API, and ask its administrator which plugin changes them.",
        cause="store-answer-unreadable:{store}",
        meaning="A page in place of data, a PHP message before the data, an answer that breaks off, or a list that "
        "takes no notice of what it is asked for.",
        temporary=True,
    )


class StoreKeyRefused(Refused):
    """The key is wrong, or it is right and lacks the right: the shop does not say which."""

    kind = ProblemKind(
        code="store-key-refused",
        title="Store {store} refuses our key",
        message="Store {store} refuses our key, or the key has no right to {what} ({code}).",
        action="Check key, user and rights in the shop; its page in the manual lists them. Then: bridge check.",
        cause="store-key-refused:{store}",
        meaning="The shop answered 401 or 403 by its API: wrong key or secret, or a key without the right.",
    )


class StoreAddressWrong(Refused):
    """The address leads elsewhere, or there is no such API behind it."""

    kind = ProblemKind(
        code="store-address-wrong",
        title="Store {store}: the address does not lead to the shop's API",
        message="Store {store} at {host}: {what}.",
        action="Correct url of the store in bridge.toml, or switch the shop's REST API and pretty permalinks on.",
        cause="store-address-wrong:{store}",
        meaning="A redirect, a missing route, or a page that is not the shop's API.",
    )


class StoreRequestRefused(Refused):
    """The API understood us and says no."""

    kind = ProblemKind(
        code="store-request-refused",
        title="Store {store} refuses a request ({code})",
        message="Store {store} refuses to {what}: it answered {status} with code {code}.",
        action="Look up the code in the shop's API documentation; a plugin of the shop may forbid the request.",
        cause="store-request-refused:{store}/{code}",
        meaning="The shop's API answered 4xx with a code of its own.",
    )


class StoreAnswerTooLarge(Refused):
    """An answer larger than any page of orders."""

    kind = ProblemKind(
        code="store-answer-too-large",
        title="Store {store}: an answer is too large",
        message="Store {store} sent more than {bytes_max} bytes in one answer.",
        action="Lower per_page of the store in bridge.toml, or ask the shop's administrator what fills the orders.",
        cause="store-answer-too-large:{store}",
        meaning="One answer of the shop is larger than the bound that keeps memory flat.",
    )


class StoreFailsAtOrder(Refused):
    """The shop shows its other orders, and dies each time at this one: no trouble of the shop as a whole."""

    kind = ProblemKind(
        code="store-fails-at-order",
        title="Store {store} itself fails at an order",
        message="Order {order}: store {store} itself fails each time it is asked for this order.",
        action="Ask the administrator to look for the order in the shop's error log. The number then goes by itself.",
        cause="store-fails-at-order:{store}:{order}",
        meaning="An error inside the shop stands at one order; the numbers of all others are written.",
    )


class StoreWriteInDoubt(Doubtful):
    """A write was sent and nothing came back. The next try reads first."""

    kind = ProblemKind(
        code="store-write-in-doubt",
        title="Store {store}: a write-back has no answer",
        message="Order {order}: the number was sent to store {store}, but no answer came back.",
        action="Nothing to do: the next try reads the order first, and writes only what is not there.",
        cause="store-write-in-doubt:{store}",
        meaning="The connection broke between a write and its answer.",
        temporary=True,
    )


class StoreDidNotKeep(Refused):
    """The write was answered with success, and the value is not there."""

    kind = ProblemKind(
        code="store-did-not-keep",
        title="Store {store} does not keep the ERP number",
        message="Order {order}: store {store} took the ERP number without error, but does not show it under {key}.",
        action="Ask the shop's administrator which plugin filters {key}, or choose another erp_number_key.",
        cause="store-did-not-keep:{store}",
        meaning="A write-back was answered with success and had no effect.",
    )


ORDER_MALFORMED = ProblemKind(
    code="order-malformed",
    title="Order {order} of store {store} cannot be read",
    message="Order {order} of store {store} cannot be read: {what}.",
    action="Correct the order in the store, and it goes on by itself. Where that cannot be done there, enter it in the "
    "ERP: bridge orders link {order} NUMBER --reason TEXT. Its text as received: bridge orders show {order}.",
    cause="order-malformed:{store}/{order}",
    meaning="One order lacks what every order has, or holds a value of the wrong kind. The others go on.",
)

FILE_MALFORMED = ProblemKind(
    code="order-file-malformed",
    title="{file}, line {line}: not an order",
    message="{file} of store {store}, line {line}: {what}.",
    action="Drop a corrected file into the folder of {store}. {then} The file as it came lies in in-work, and from the "
    "next pass on in refused.",
    cause="order-file-malformed:{store}/{file}/{line}",
    meaning="A dropped file, or a part of it, cannot be read as orders. What was readable goes on.",
)

"""The questions to a Vendure shop, in GraphQL. Custom fields are named one by one, so the shop is asked for them.

Every operation has a name: it is what the shop's log and a test know it by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# Entity of the shop -> names of its custom fields that are plain values.
CustomFields = Mapping[str, Sequence[str]]

# Relations and structs would need a selection of their own; none of them holds what an ERP is told.
PLAIN_TYPES = frozenset({"string", "text", "localeString", "localeText", "int", "float", "boolean", "datetime"})

LOGIN = """mutation Login($user: String!, $password: String!) {
  login(username: $user, password: $password) { __typename ... on ErrorResult { errorCode } }
}"""

LOGOUT = "mutation Logout { logout { success } }"

SHOP = """query Shop { globalSettings { serverConfig {
  moneyStrategyPrecision
  entityCustomFields { entityName customFields { ... on CustomField { name type readonly } } }
} } }"""

ME = "query Me { me { channels { code permissions } } }"

WRITE_NUMBER = """mutation WriteNumber($order: UpdateOrderInput!) {
  setOrderCustomFields(input: $order) { id customFields { %s } }
}"""

READ_NUMBERS = """query ReadNumbers($options: OrderListOptions!) {
  orders(options: $options) { items { id customFields { %s } } }
}"""

COUNT = "query Count($options: OrderListOptions!) { orders(options: $options) { totalItems items { id } } }"

STATES = "query States($options: OrderListOptions!) { orders(options: $options) { items { id state } } }"

# What a page is told apart by when one order of it cannot be told at all.
MARKS = """query Marks($options: OrderListOptions!) {
  orders(options: $options) { totalItems items { id updatedAt orderPlacedAt } }
}"""

_ADDRESS = "fullName company streetLine1 streetLine2 city province postalCode country countryCode phoneNumber"

_ORDER = """fragment Whole on Order {{
  id code state active type orderPlacedAt createdAt updatedAt currencyCode couponCodes
  subTotal subTotalWithTax shipping shippingWithTax total totalWithTax
  aggregateOrderId channels {{ code }}
  customer {{ firstName lastName emailAddress phoneNumber {customer} }}
  shippingAddress {{ {address} {address_fields} }}
  billingAddress {{ {address} {address_fields} }}
  lines {{
    id quantity orderPlacedQuantity taxRate unitPrice unitPriceWithTax
    linePrice linePriceWithTax proratedLinePrice proratedLinePriceWithTax
    taxLines {{ description taxRate }} discounts {{ description amount amountWithTax }}
    productVariant {{ id sku name }} {line}
  }}
  surcharges {{ id description sku price priceWithTax taxRate taxLines {{ description taxRate }} }}
  shippingLines {{
    id price priceWithTax discountedPrice discountedPriceWithTax shippingMethod {{ code name }} {shipping_line}
  }}
  taxSummary {{ description taxRate taxBase taxTotal }}
  payments {{
    id createdAt method amount state transactionId
    refunds {{ id createdAt items shipping adjustment total state lines {{ orderLineId quantity }} }}
  }}
  history(options: {{ filter: {{ type: {{ eq: "ORDER_PAYMENT_TRANSITION" }} }}, sort: {{ createdAt: ASC }} }}) {{
    items {{ createdAt data }}
  }}
  {order}
}}"""

_ORDERS = """query Orders($options: OrderListOptions!) {
  orders(options: $options) { totalItems items { ...Whole } }
}
"""


def orders_query(custom: CustomFields) -> str:
    """Whole orders by list options, with the custom fields that the shop has."""
    return _ORDERS + _ORDER.format(
        address=_ADDRESS,
        order=_selection(custom.get("Order", ())),
        customer=_selection(custom.get("Customer", ())),
        address_fields=_selection(custom.get("Address", ())),
        line=_selection(custom.get("OrderLine", ())),
        shipping_line=_selection(custom.get("ShippingLine", ())),
    )


def _selection(names: Sequence[str]) -> str:
    return f"customFields {{ {' '.join(names)} }}" if names else ""

"""What a Shopify shop is asked, word for word. The texts never change at run time; what varies is a variable.

Amounts are asked in both currencies, so that the kept original can be mapped again with the other. Only what a mapping
reads is asked for: every object costs points. Refunds are rare and dear, so an order only names them, and
those that have any are asked again.
"""

from __future__ import annotations

_BAG = "{ shopMoney { amount } presentmentMoney { amount } }"
_TAXES = f"taxLines {{ title rate channelLiable priceSet {_BAG} }}"
_PAGE = "pageInfo { hasNextPage endCursor }"
_ADDRESS = (
    "{ name firstName lastName company address1 address2 zip city province provinceCode country countryCodeV2 phone }"
)

_LINE = f"""
fragment Line on LineItem {{
  id sku name quantity currentQuantity isGiftCard requiresShipping
  customAttributes {{ key value }}
  lineItemGroup {{ id title quantity variantSku }}
  originalUnitPriceSet {_BAG}
  originalTotalSet {_BAG}
  discountAllocations {{ allocatedAmountSet {_BAG} }}
  {_TAXES}
  duties {{ price {_BAG} {_TAXES} }}
}}"""

_SHIPPING = f"""
fragment Shipping on ShippingLine {{
  id title code originalPriceSet {_BAG} discountedPriceSet {_BAG} {_TAXES}
}}"""

_REFUND_LINE = f"""
fragment RefundLine on RefundLineItem {{
  quantity restockType lineItem {{ id }} subtotalSet {_BAG} totalTaxSet {_BAG}
}}"""

_COMPANY = """
  purchasingEntity {
    ... on PurchasingCompany {
      company { name externalId }
      location { name externalId taxSettings { taxRegistrationId taxExempt } }
    }
  }"""

_ORDER = f"""
fragment Whole on Order {{
  id legacyResourceId name createdAt updatedAt processedAt cancelledAt test taxesIncluded taxExempt dutiesIncluded
  currencyCode presentmentCurrencyCode customerLocale sourceName note poNumber email phone tags discountCodes
  displayFinancialStatus displayFulfillmentStatus paymentGatewayNames
  customAttributes {{ key value }}
  localizedFields(first: 10) {{ nodes {{ key value }} {_PAGE} }}
  billingAddress {_ADDRESS}
  shippingAddress {_ADDRESS}
  totalPriceSet {_BAG}
  currentTotalPriceSet {_BAG}
  totalTipReceivedSet {_BAG}
  totalReceivedSet {_BAG}
  totalCashRoundingAdjustment {{ paymentSet {_BAG} }}
  additionalFees {{ name price {_BAG} {_TAXES} }}
  lineItems(first: $lines) {{ nodes {{ ...Line }} {_PAGE} }}
  shippingLines(first: 3) {{ nodes {{ ...Shipping }} {_PAGE} }}
  transactions {{ id kind status gateway test paymentId createdAt processedAt amountSet {_BAG} }}
  refunds {{ id }}%s
}}"""

CHANGED = """
query ChangedOrders($first: Int!, $query: String!) {
  orders(first: $first, sortKey: UPDATED_AT, query: $query) { nodes { id updatedAt } pageInfo { hasNextPage } }
}"""

BY_ID = """
query OrdersById($first: Int!, $query: String!) {
  orders(first: $first, sortKey: ID, query: $query) { nodes { id updatedAt } pageInfo { hasNextPage } }
}"""

REFUNDS = f"""
query OrderRefunds($id: ID!, $lines: Int!) {{
  node(id: $id) {{
    id
    ... on Order {{
      updatedAt
      refunds {{
        id legacyResourceId createdAt processedAt
        totalRefundedSet {_BAG}
        duties {{ amountSet {_BAG} }}
        refundLineItems(first: $lines) {{ nodes {{ ...RefundLine }} {_PAGE} }}
        refundShippingLines(first: 3) {{
          nodes {{ shippingLine {{ id }} subtotalAmountSet {_BAG} taxAmountSet {_BAG} }} {_PAGE}
        }}
        transactions(first: 10) {{ nodes {{ kind status gateway amountSet {_BAG} }} {_PAGE} }}
      }}
    }}
  }}
}}{_REFUND_LINE}"""

MORE_LINES = f"""
query MoreLines($id: ID!, $lines: Int!, $after: String) {{
  node(id: $id) {{
    id
    ... on Order {{ updatedAt lineItems(first: $lines, after: $after) {{ nodes {{ ...Line }} {_PAGE} }} }}
  }}
}}{_LINE}"""

MORE_SHIPPING = f"""
query MoreShipping($id: ID!, $lines: Int!, $after: String) {{
  node(id: $id) {{
    id
    ... on Order {{ updatedAt shippingLines(first: $lines, after: $after) {{ nodes {{ ...Shipping }} {_PAGE} }} }}
  }}
}}{_SHIPPING}"""

MORE_REFUND_LINES = f"""
query MoreRefundLines($id: ID!, $lines: Int!, $after: String) {{
  node(id: $id) {{
    id
    ... on Refund {{ refundLineItems(first: $lines, after: $after) {{ nodes {{ ...RefundLine }} {_PAGE} }} }}
  }}
}}{_REFUND_LINE}"""

CLOCK = "query Clock { shop { id } }"
COUNT = "query CountOrders($query: String!) { ordersCount(query: $query, limit: null) { count precision } }"
RIGHTS = """
query Rights {
  currentAppInstallation { accessScopes { handle } }
  publicApiVersions { handle supported }
}"""

NUMBERS = """
query NumbersOfOrders($ids: [ID!]!, $namespace: String!, $key: String!) {
  nodes(ids: $ids) {
    id
    ... on Order { tags metafield(namespace: $namespace, key: $key) { value compareDigest } }
  }
}"""

WRITE_NUMBER = """
mutation WriteNumber($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { metafields { value } userErrors { code } }
}"""

ADD_TAG = """
mutation AddTag($id: ID!, $tags: [String!]!) {
  tagsAdd(id: $id, tags: $tags) { userErrors { field } }
}"""


def whole_orders(has_companies: bool) -> str:
    """The query of whole orders by id; the buying company only where the app has the right to see it."""
    whole = _ORDER % (_COMPANY if has_companies else "")
    head = "query WholeOrders($ids: [ID!]!, $lines: Int!) { nodes(ids: $ids) { id ...Whole } }"
    return head + whole + _LINE + _SHIPPING

"""What a query costs, and the leaky bucket that it is paid from.

Shopify's published rule: a scalar 0, an object 1, a mutation 10, a connection by its `first`. What is asked for is
computed before the query runs and refused above 1,000; what the answer really held is charged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)

COST_MAX = 1000
MUTATION_COST = 10
LIST_WITHOUT_SIZE = 1


@dataclass(slots=True)
class Bucket:
    """Points of one app at one shop. Filled again by time."""

    maximum: float = 2000
    restore_rate: float = 100
    available: float = 2000
    filled_at: datetime | None = None

    def refill(self, now: datetime) -> None:
        if self.filled_at is not None:
            passed = max(0.0, (now - self.filled_at).total_seconds())
            self.available = min(self.maximum, self.available + passed * self.restore_rate)
        self.filled_at = now

    def status(self) -> dict[str, float]:
        return {
            "maximumAvailable": float(self.maximum),
            "currentlyAvailable": math.floor(self.available),
            "restoreRate": float(self.restore_rate),
        }


class Costing:
    """Costs the operation of one document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, sizes: Mapping[str, int]) -> None:
        self._schema = schema
        self._sizes = sizes
        definitions = document.definitions
        self._fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}

    def requested(self, operation: OperationDefinitionNode) -> int:
        """The points that the operation may need at most."""
        root = self._schema.get_root_type(operation.operation)
        fixed = MUTATION_COST if operation.operation.value == "mutation" else 0
        return fixed + self._of(operation.selection_set, root)

    def _of(self, selected: SelectionSetNode | None, owner: Any) -> int:
        return sum(self._one(each, owner) for each in selected.selections) if selected else 0

    def _one(self, node: Any, owner: Any) -> int:
        if isinstance(node, FragmentSpreadNode):
            fragment = self._fragments[node.name.value]
            return self._of(fragment.selection_set, self._schema.get_type(fragment.type_condition.name.value))
        if isinstance(node, InlineFragmentNode):
            named = self._schema.get_type(node.type_condition.name.value) if node.type_condition else owner
            return self._of(node.selection_set, named)
        return self._field(node, owner)

    def _field(self, node: FieldNode, owner: Any) -> int:
        name = node.name.value
        if name.startswith("__") or not isinstance(owner, GraphQLObjectType | GraphQLInterfaceType):
            return 0
        kind = owner.fields[name].type
        inner = get_named_type(kind)
        if not is_composite_type(inner):
            return 0
        below = self._of(node.selection_set, inner)
        if inner.name.endswith("Connection"):
            return 2 + self._size(node) * below
        if name in ("nodes", "edges") and owner.name.endswith("Connection"):
            return max(below, 1)
        if "[" in str(kind):
            return self._size(node) * (1 + below)
        return 1 + below

    def _size(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value not in ("first", "last", "ids"):
                continue
            value: Any = None
            if isinstance(argument.value, IntValueNode):
                value = int(argument.value.value)
            elif isinstance(argument.value, VariableNode):
                value = self._sizes.get(argument.value.name.value)
            if isinstance(value, int):
                return value
        return LIST_WITHOUT_SIZE


def sizes_of(variables: Mapping[str, Any]) -> dict[str, int]:
    """What the size of an answer depends on: numbers, and the lengths of lists."""
    counts = {name: len(value) for name, value in variables.items() if isinstance(value, list)}
    numbers = {name: value for name, value in variables.items() if isinstance(value, int)}
    return counts | numbers


def charged(data: Any) -> int:
    """The points that an answer is charged: one for each object in it."""
    if isinstance(data, dict):
        return 1 + sum(charged(value) for value in data.values())
    if isinstance(data, list):
        return sum(charged(value) for value in data)
    return 0

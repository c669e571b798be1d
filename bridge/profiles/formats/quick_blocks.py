"""Blocks put in their places, before the quick way looks at a template: what stands in a block is known beforehand.

A block sees what is set at the top of its template, and what is set in it ends with it. So only blocks at the top are
put in place, and none that sets a name; for all others Jinja's own way stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from jinja2 import nodes

from bridge.profiles.formats.quick_names import NotQuick

EXTENDED_MAX = 5  # a template can extend itself; Jinja's own way says so
Body = list[nodes.Node]


def in_place(tree: nodes.Template, parsed: Callable[[str], nodes.Template]) -> nodes.Template:
    """The template as one text, with what it extends. Raises NotQuick for inheritance that has more to it.

    parsed: another template by its name, raising NotQuick where there is none.
    """
    if tree.find(nodes.Block) is None and tree.find(nodes.Extends) is None:
        return tree
    return nodes.Template(_body(tree, {}, parsed), lineno=1)


def _body(
    tree: nodes.Template, own: Mapping[str, Body], parsed: Callable[[str], nodes.Template], depth: int = 0
) -> Body:
    """own: the blocks of templates that extend this one. depth: how many do."""
    extends = next((node for node in tree.body if isinstance(node, nodes.Extends)), None)
    if extends is None:
        return _with_blocks(tree, own)
    if not isinstance(extends.template, nodes.Const) or tree.body[0] is not extends or depth == EXTENDED_MAX:
        raise NotQuick
    blocks: dict[str, Body] = {}
    begin: Body = []
    for node in tree.body[1:]:
        if isinstance(node, nodes.Block):
            blocks[node.name] = _plain(node)
        elif isinstance(node, nodes.Assign):
            begin.append(node)
        elif not isinstance(node, nodes.Output):  # text beside the blocks is written nowhere
            raise NotQuick
    return begin + _body(parsed(str(extends.template.value)), {**blocks, **own}, parsed, depth + 1)


def _with_blocks(tree: nodes.Template, own: Mapping[str, Body]) -> Body:
    body: Body = []
    for node in tree.body:
        body += own.get(node.name, _plain(node)) if isinstance(node, nodes.Block) else [node]
    if any(name.name.startswith("_") for name in tree.find_all(nodes.Name) if name.ctx == "store"):
        raise NotQuick  # Jinja shows no such name to a block
    return body


def _plain(block: nodes.Block) -> Body:
    if block.required or _sets_names(block.body):
        raise NotQuick
    return block.body


def _sets_names(body: Iterable[nodes.Node]) -> bool:
    """Whether a name is set that the text behind the block would see."""
    for node in body:
        if isinstance(node, nodes.Assign | nodes.Macro):
            return True
        if isinstance(node, nodes.If):
            others = (other for one in node.elif_ for other in one.body)
            if _sets_names([*node.body, *others, *node.else_]):
                return True
    return False

"""The source files of this checkout, read once, for the tests of this folder."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS_WITH_CODE = ("bridge", "tests", "bench")


@dataclass(frozen=True)
class Source:
    """One Python file of ours; `name` is its path below the root of the checkout."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.name)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All of the tree, walked once for all rules."""
        return list(ast.walk(self.tree))

    @cached_property
    def comments_and_names(self) -> list[tuple[int, str]]:
        """Line and text of each comment and each word of the code: what is written, but not what strings hold."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return [(token.start[0], token.string) for token in tokens if token.type in (tokenize.COMMENT, tokenize.NAME)]

    def calls(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of each call (`datetime.now`, `time.sleep`, `sleep`)."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield node.lineno, dotted(node.func)

    def functions(self) -> Iterator[tuple[str, int, int]]:
        """Name, line and length in lines of each function, decorators not counted."""
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def dotted(node: ast.expr) -> str:
    """The name that an expression spells (`a.b.c`); what is not a plain name gives its last part only."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file below the named folders (all of ours by default)."""
    paths = [path for folder in folders or ROOMS_WITH_CODE for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(source_of(path) for path in paths)


@cache
def source_of(path: Path) -> Source:
    """One file, parsed once however many rules look at it."""
    return Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))

"""On which line a key of a TOML file stands."""

from __future__ import annotations

import tomllib

import pytest

from bridge.config.toml_lines import TomlLines

TEXT = """\
# a comment with [brackets] and = signs
timezone = "Europe/Warsaw"   # [not.a.table]

[stores.shop]
type = "woocommerce"
'odd key' = 1
nested.deep.key = 2
text = \"\"\"
[looks.like] = a table
\"\"\"
after = true

[[limits]]
field = "a"

[[limits]]
field = "b"
list = [
  1,  # first
  # a comment, [ and ,
  { a = "x,]", b = [1, 2] },
  "s#t",
]
last = { inline = 1 }

[limits.sub]
of = "b"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("timezone",), 2),
        (("stores", "shop"), 4),
        (("stores", "shop", "type"), 5),
        (("stores", "shop", "odd key"), 6),
        (("stores", "shop", "nested", "deep", "key"), 7),
        (("stores", "shop", "text"), 8),
        (("stores", "shop", "after"), 11),
        (("limits", 0, "field"), 14),
        (("limits", 1), 16),
        (("limits", 1, "field"), 17),
        (("limits", 1, "list", 0), 19),
        (("limits", 1, "list", 1, "a"), 21),
        (("limits", 1, "list", 2), 22),
        (("limits", 1, "last", "inline"), 24),
        (("limits", 1, "sub", "of"), 27),
        (("stores", "shop", "missing"), 4),
        (("nothing",), 1),
    ],
)
def test_a_key_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(TEXT)
    assert TomlLines(TEXT).line(path) == line

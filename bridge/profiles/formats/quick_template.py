"""A template that is rendered quickly, and carefully where the quick way does not get to the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dis import get_instructions
from typing import Any

from jinja2 import Template, TemplateSyntaxError, nodes, runtime

from bridge.profiles.formats.quick_blocks import in_place
from bridge.profiles.formats.quick_code import QuickCode
from bridge.profiles.formats.quick_names import NotQuick
from bridge.profiles.formats.sandbox import RAISED, Sandbox, Uncarried, rendered
from bridge.profiles.formats.segment_code import SegmentCode
from bridge.profiles.formats.segment_plan import SegmentForm

Quick = Callable[[dict[str, Any], runtime.Context | None], str]
FRUITLESS_MAX = 32
# Python has a bound on what is nested, and our code may nest a little deeper than Jinja's own.
_NO_CODE = (NotQuick, Uncarried, TemplateSyntaxError, SyntaxError, RecursionError, MemoryError)
_QUICK_RAISED = (*RAISED, NameError)  # NameError: a macro that is called before it was defined


class QuickTemplate:
    """One template by its two ways. source: as it was read. Raises what Jinja raises for one that does not compile."""

    def __init__(self, environment: Sandbox, name: str, source: str, form: SegmentForm | None = None) -> None:
        self.name = name
        self.careful: Template = environment.get_template(name)
        self.quick = _quick(environment, environment.parse(source, name, name), name, form)
        self._asks_context = self.quick is not None and _asks_context(self.quick)
        self._fruitless = 0  # renders in a row that only the careful way got to the end

    def rendered(self, words: dict[str, Any]) -> str:
        """The text. words: all that the template sees, the environment's globals too; nothing is copied for one order.

        Raises RAISED, always by the careful way, with the template's own lines in the traceback; and Uncarried.
        """
        text = self._quickly(words)
        if text is not None:
            self._fruitless = 0
            return text
        text = rendered(self.careful, words)
        self._fruitless += 1
        if self._fruitless == FRUITLESS_MAX:  # something that only Jinja's way does, such as the year of a date
            self.quick = None
        return text

    def _quickly(self, words: dict[str, Any]) -> str | None:
        """The text; None where something is wrong or not known, which the careful way then says."""
        if self.quick is None:
            return None
        try:
            context = self.careful.new_context(words, shared=True) if self._asks_context else None
            return self.quick(words, context)
        except _QUICK_RAISED:
            return None


def _quick(environment: Sandbox, tree: nodes.Template, name: str, form: SegmentForm | None) -> Quick | None:
    """The function that QuickCode writes; None for a template that it does not know."""
    generator = SegmentCode(environment, name, form) if form else QuickCode(environment, name, name)

    def parsed(other: str) -> nodes.Template:
        if environment.loader is None or other not in environment.loader.list_templates():
            raise NotQuick
        return environment.parse(environment.loader.get_source(environment, other)[0], other, other)

    try:
        code = compile(generator.quick(in_place(tree, parsed)), f"<quick {name}>", "exec")
    except _NO_CODE:
        return None
    filters = {**environment.filters, **{key: function for key, (function, _) in generator.bound.items()}}
    known: dict[str, Any] = {
        **{exported: getattr(runtime, exported) for exported in runtime.exported},
        "environment": environment,
        "written": environment.written,
        "undefined": environment.undefined,
        "absent": environment.undefined(),
        "concat": "".join,
        "joined": _joined,
        "cond_expr_undefined": runtime.Undefined,
        **generator.known,
        **{of: filters.get(key, _unknown) for key, of in generator.filters.items()},
        **{of: environment.tests.get(key, _unknown) for key, of in generator.tests.items()},
    }
    exec(code, known)  # noqa: S102  # written by QuickCode of a parsed template
    made: Quick = known["root"]
    return made


def _asks_context(quick: Quick) -> bool:
    """Whether a filter or a call needs Jinja's context, which takes its time to make."""
    code = quick.__code__
    return "context" in code.co_cellvars or any(
        one.opname.startswith("LOAD_") and one.argval == "context" for one in get_instructions(code)
    )


def _joined(parts: Sequence[Any]) -> str:
    """`a ~ b`: texts side by side; where a macro's text is among them, by the rules of HTML, as Jinja has it."""
    return "".join(parts) if all(type(part) is str for part in parts) else runtime.markup_join(parts)


def _unknown(*_: Any) -> Any:
    """A filter or test that there is not; the careful way says which."""
    raise LookupError

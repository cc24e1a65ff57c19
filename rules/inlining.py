"""Many expressions as one Python function: what ``rules/interpreter.py`` says, without its calls.

The interpreter gives each node a line of Python; it makes a function of each line, and they call
one another.  Here the lines are put into each other instead, so that all figures of a layer, or
all propositions of a stage, are one function that reads each name once.  It takes longer to make
and a third of the time to run, so what was made can be kept from one start to the next.
"""

from __future__ import annotations

import marshal
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib.util import MAGIC_NUMBER
from types import CodeType, FunctionType
from typing import Any

from rules.expression import Expression, Literal, Name, names, tables
from rules.interpreter import CALLED, line_of

Step = tuple[str, Expression]  # a name, and what it stands for
Values = dict[str, Any]
Codes = Mapping[str, CodeType]
Function = Callable[[Values], tuple[Any, ...]]

DEEPEST = 50  # Python reads no more than 200 brackets in each other
PYTHON = MAGIC_NUMBER.hex()  # code is kept for one version of Python

_PLAIN = 2  # of marshal: later forms depend on what else refers to a constant
_KEPT = re.compile(r"\((\w+) := \{(\d+)\}\)")  # an operand under the name that it gets in a line
_LOCAL = re.compile(r"\b[ab]\d*\b")
_NUMBERS = {"inf": float("inf"), "nan": float("nan")}  # as ``repr`` writes them


class Inliner:
    """Makes the functions of a book, each when it is first called.

    Args:
        kept: Their code by name, as ``codes`` gave it at another time for the same book.
    """

    def __init__(self, kept: Codes | None = None) -> None:
        self._kept = kept or {}
        self._parts: dict[str, Inlined] = {}

    def function(
        self, name: str, figures: Iterable[Step], asked: Iterable[Expression] = ()
    ) -> Inlined:
        """A function that works out figures, one after the other, and answers what is asked.

        Args:
            name: What its code is kept by.
            figures: Are put among the values under their names.
            asked: May read them; what it comes to is given back, in order.
        """
        made = Inlined(tuple(figures), tuple(asked), self._kept.get(name))
        self._parts[name] = made
        return made

    def codes(self) -> Codes:
        """The code of every function, made where it was not yet."""
        return {name: part.code() for name, part in self._parts.items()}


class Inlined:
    """Figures and answers as one function, to be called with all values that they read."""

    def __init__(
        self, figures: Sequence[Step], asked: Sequence[Expression], code: CodeType | None
    ) -> None:
        self._figures, self._asked, self._code = figures, asked, code
        self._function: Function | None = None

    def __call__(self, values: Values) -> tuple[Any, ...]:
        """Work out the figures among the values; give the answers."""
        function = self._function
        if function is None:
            function = self._function = _function(self.code())
        return function(values)

    def code(self) -> CodeType:
        """The compiled function."""
        if self._code is None:
            self._code = _compiled(source(self._figures, self._asked))
        return self._code


def source(figures: Sequence[Step], asked: Sequence[Expression]) -> str:
    """The text of the function.

    >>> from rules.expression import Arithmetic, Compare
    >>> double = Arithmetic("*", Name("base"), Literal(2.0))
    >>> print(source([("twice", double)], [Compare(">", Name("twice"), Name("base"))]))
    def work_out(values):
        v_base = values['base']
        values['twice'] = v_twice = None if v_base is None else v_base * 2.0
        return (None if v_twice is None or v_base is None else \
v_base == v_base and not v_twice <= v_base,)
    """
    body = _Body()
    for name in _reads(figures, asked):
        body.lines.append(f"{_variable(name)} = values[{name!r}]")
    for name, one in figures:
        worth = body.text(one)
        body.lines.append(f"values[{name!r}] = {_variable(name)} = {worth}")
    answers = [body.text(one) for one in asked]
    body.lines.append(f"return ({''.join(f'{answer},' for answer in answers)})")
    return "def work_out(values):\n    " + "\n    ".join(body.lines)


def _reads(figures: Sequence[Step], asked: Sequence[Expression]) -> Iterable[str]:
    """What has a value before the first figure is worked out."""
    given = {name for name, _ in figures}
    found = {name for one in (*(one for _, one in figures), *asked) for name in _named(one)}
    return sorted(found - given)


def _named(expression: Expression) -> frozenset[str]:
    return names(expression) | tables(expression)


class _Body:
    """The lines of a function, to which an expression may add."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._deep = 0

    def text(self, expression: Expression, depth: int = 0) -> str:
        """An expression in Python; a value that is kept is told by how deep it is asked for."""
        match expression:
            case Literal(value):
                return _constant(value)
            case Name(name):
                return _variable(name)
        if depth == DEEPEST:
            return self._before(expression)
        line, operands = line_of(expression)
        called = {local: f"{local}_{depth}" for local in _LOCAL.findall(line)}
        for local, place in _KEPT.findall(line):
            operand = operands[int(place)]
            if isinstance(operand, Name):  # it has a variable already
                line = line.replace(f"({local} := {{{place}}})", local)
                called[local] = _variable(operand.name)
        line = _LOCAL.sub(lambda local: called[local[0]], line)
        return line.format(*(self._operand(one, depth + 1) for one in operands))

    def _operand(self, expression: Expression, depth: int) -> str:
        inside = self.text(expression, depth)
        return inside if isinstance(expression, Literal | Name) else f"({inside})"

    def _before(self, expression: Expression) -> str:
        """On a line of its own; that changes nothing, since no expression raises."""
        worth = self.text(expression)
        self._deep += 1
        self.lines.append(f"deep_{self._deep} = {worth}")
        return f"deep_{self._deep}"


def _variable(name: str) -> str:
    return f"v_{name}"


def _constant(value: Any) -> str:
    """A constant as it is written in Python; a date by its name among the function's globals."""
    if isinstance(value, date):
        return f"day_{value.toordinal()}"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(_constant, value)))}}}" if value else "()"
    return repr(value)


def _compiled(source_text: str) -> CodeType:
    """The code of the one function in a text."""
    module = compile(source_text, "<book>", "exec", dont_inherit=True)
    return next(one for one in module.co_consts if isinstance(one, CodeType))


def _function(code: CodeType) -> Function:
    days = {
        name: date.fromordinal(int(name.removeprefix("day_")))
        for name in code.co_names
        if name.startswith("day_")
    }
    return FunctionType(code, CALLED | _NUMBERS | days)


def codes_to_json(codes: Codes) -> object:
    """Code as a text, of which JSON can be made."""
    return b64encode(marshal.dumps(dict(codes), _PLAIN)).decode()


def codes_from_json(document: Any) -> Codes:
    """The code that ``codes_to_json`` took apart, with the same Python.

    Raises:
        ValueError, EOFError, TypeError: It is of another form.
    """
    codes: Codes = marshal.loads(b64decode(document))
    return codes

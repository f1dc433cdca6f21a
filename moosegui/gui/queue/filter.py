"""The filter line of the queue: `R<3 mag>26`, `zconf < 2 & (kind = lae | draft)`, `!flagged 0017`.

Words and conditions that stand side by side must all hold, like those with `&` between them; `|`
is or, `!` is not, brackets group. A condition compares columns, numbers and their sums and
products (`abs(z - zcat) > 0.01`), or a column with a word (`kind = lae`, `comment ~ "sky line"`).
Nothing of Python is evaluated: the text is taken apart here, and the parts are those of `terms`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from moosegui.errors import InputError
from moosegui.gui.queue.terms import (
    Absolute,
    Both,
    Comparison,
    Either,
    Everything,
    Name,
    Not,
    Number,
    Operation,
    Quantity,
    Term,
    Text,
    Word,
)

MAX_NESTED = 40
MAX_LENGTH = 2000  # characters of a filter
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>"[^"]*"|'[^']*')
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    |(?P<name>[^\W\d]\w*)
    |(?P<compare><=|>=|!=|==|[<>=~≤≥≠])
    |(?P<open>\()|(?P<close>\))|(?P<both>&&?)|(?P<either>\|\|?)|(?P<not>!)
    |(?P<sign>[-+−*/])
    |(?P<chunk>[^\s()&|<>=!~≤≥≠]+)""",
    re.VERBOSE,
)
_SPELLINGS = {"==": "=", "≤": "<=", "≥": ">=", "≠": "!=", "−": "-"}
_OPERATORS = {"and": "both", "or": "either", "not": "not"}
_IN_WORDS = frozenset({"number", "name", "sign", "chunk", "string"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def parse_filter(text: str) -> Term:
    """Return the filter that `text` describes.

    Parameters
    ----------
    text : str
        See the head of this module; empty accepts every row.

    Returns
    -------
    Term

    Raises
    ------
    InputError
        If the text stops half-way or its brackets do not close; a column that does not exist
        is only noticed when the term is asked for its mask.
    """
    if len(text) > MAX_LENGTH:
        raise InputError(f"A filter has at most {MAX_LENGTH} characters; this has {len(text)}.")
    return _Parser(text).whole()


class _NoQuantity(Exception):  # noqa: N818  (not an error: the parser tries a word then)
    """What stands here is no number, column or their combination: it is a word."""


class _Parser:
    """Takes a filter apart, from the weakest binding (`|`) to the strongest."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._i = 0
        self._depth = 0

    def whole(self) -> Term:
        if not self._tokens:
            return Everything()
        term = self._either()
        if self._kind == "close":
            raise InputError("A “(” is missing before “)”.")
        return term

    @property
    def _kind(self) -> str:
        return self._tokens[self._i].kind if self._i < len(self._tokens) else "end"

    def _take(self) -> _Token:
        token = self._tokens[self._i]
        self._i += 1
        return token

    def _either(self) -> Term:
        term = self._both()
        while self._kind == "either":
            self._take()
            term = Either(term, self._both())
        return term

    def _both(self) -> Term:
        term = self._single()
        while self._kind not in ("either", "close", "end"):
            if self._kind == "both":
                self._take()
            term = Both(term, self._single())
        return term

    def _single(self) -> Term:
        self._descend()
        try:
            match self._kind:
                case "not":
                    self._take()
                    return Not(self._single())
                case "end" | "both" | "either" | "close":
                    raise self._gap()
            return self._condition()
        finally:
            self._depth -= 1

    def _condition(self) -> Term:
        """Return a comparison, else what the brackets hold, else a word."""
        start = self._i
        try:
            first = self._sum()
        except _NoQuantity:
            first = None
        if first is not None and self._kind == "compare":
            return self._comparison(first)
        self._i = start
        if self._kind == "open":
            self._take()
            term = self._either()
            self._close()
            return term
        return self._word()

    def _comparison(self, first: Quantity) -> Term:
        """Return `a < b`, or `a < b < c` as both of its halves."""
        term: Term | None = None
        while self._kind == "compare":
            sign = self._take().text
            try:
                second = self._sum()
            except _NoQuantity:
                raise InputError(f"A number or a word is missing after “{sign}”.") from None
            part = Comparison(_SPELLINGS.get(sign, sign), first, second)
            term, first = part if term is None else Both(term, part), second
        assert term is not None
        return term

    def _word(self) -> Term:
        token = self._take()
        if token.kind == "string":
            return Word(token.text[1:-1])
        if token.kind not in _IN_WORDS:
            raise InputError(f"Something is missing before “{token.text}”.")
        end = token.end
        while self._kind in _IN_WORDS and self._tokens[self._i].start == end:
            end = self._take().end
        return Word(self._text[token.start : end])

    def _sum(self) -> Quantity:
        quantity = self._product()
        while self._kind == "sign" and self._tokens[self._i].text in "+-−":
            sign = self._take().text
            quantity = Operation(_SPELLINGS.get(sign, sign), quantity, self._product())
        return quantity

    def _product(self) -> Quantity:
        quantity = self._factor()
        while self._kind == "sign" and self._tokens[self._i].text in "*/":
            quantity = Operation(self._take().text, quantity, self._factor())
        return quantity

    def _factor(self) -> Quantity:
        self._descend()
        try:
            return self._atom()
        finally:
            self._depth -= 1

    def _atom(self) -> Quantity:
        if self._kind not in ("sign", "open", "number", "string", "name"):
            raise _NoQuantity
        token = self._take()
        match token.kind:
            case "number":
                return Number(float(token.text))
            case "string":
                return Text(token.text[1:-1])
            case "name" if token.text.lower() == "abs" and self._kind == "open":
                self._take()
                return Absolute(self._in_brackets())
            case "name":
                return Name(token.text.lower())
            case "open":
                return self._in_brackets()
        if token.text in "*/":
            raise _NoQuantity
        sign = _SPELLINGS.get(token.text, token.text)
        return Operation(sign, Number(0.0), self._factor())

    def _in_brackets(self) -> Quantity:
        quantity = self._sum()
        if self._kind != "close":
            raise _NoQuantity
        self._take()
        return quantity

    def _close(self) -> None:
        if self._kind != "close":
            raise InputError("A “)” is missing.")
        self._take()

    def _gap(self) -> InputError:
        """Return the complaint about a term that is not there."""
        if self._i:
            return InputError(f"Something is missing after “{self._tokens[self._i - 1].text}”.")
        return InputError(f"Something is missing before “{self._tokens[0].text}”.")

    def _descend(self) -> None:
        self._depth += 1
        if self._depth > MAX_NESTED:
            raise InputError("This filter has too many brackets inside each other.")


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind == "name":
            kind = _OPERATORS.get(match.group().lower(), kind)
        if kind != "space":
            found.append(_Token(kind, match.group(), match.start(), match.end()))
    return found

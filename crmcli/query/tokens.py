"""Text → tokens with columns.

After `:` words stand as written, up to a blank, a comma or a closing parenthesis; elsewhere stand names, numbers,
dates and operators. What `-` and `+` mean depends on the blanks around them, so tokens are cut with the one before in
sight.
"""

from __future__ import annotations

from collections.abc import Mapping

from crmcli.query.failures import ExpressionSyntaxError
from crmcli.query.marks import (
    ASCII_OF,
    BLANKS,
    DURATION_UNITS,
    INSTEAD,
    KEYWORDS,
    NARROW_OF,
    NUMBER_UNITS,
    OPENING,
    QUOTES,
    is_name_start,
    name_end,
    tag_end,
)
from crmcli.query.place import Place
from crmcli.query.whens import is_past_day

OPERANDS = frozenset(
    {"number", "duration", "signed", "date", "string", "name", "tag", ")", "placeholder", "word", "bare"}
)
COMPARISONS = "=<>!~"
DATE = r"\d{4}-(?:\d\d?(?:-\d\d?(?:[T@]\d\d?:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?)?|[qQ][1-4]|[wW]\d\d?)(?!\w)"


class Token:
    """One token: its kind, its text (strings without quotes), its columns, whether a blank stands before it."""

    __slots__ = ("blank", "end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int, *, blank: bool) -> None:
        self.kind, self.text, self.start, self.end, self.blank = kind, text, start, end, blank


def read_tokens(text: str, bare: Mapping[int, int] | None = None) -> list[Token]:
    """Cut `text` into tokens, the last of kind "end"; `bare` gives spans (start → end) of words taken as they are."""
    return _Lexer(text, bare or {}).read()


class _Lexer:
    def __init__(self, text: str, bare: Mapping[int, int]) -> None:
        self.text = text
        self.bare = bare
        self.at = 0
        self.blank = True
        self.tokens: list[Token] = []
        self.groups: list[bool] = []  # per open parenthesis: does it stand as a value after `:`

    def read(self) -> list[Token]:
        while True:
            self.skip_blanks()
            if self.at >= len(self.text):
                self.add("end", "", self.at)
                return self.tokens
            if self.at in self.bare:
                end = self.bare[self.at]
                self.add("bare", self.text[self.at : end], end)
            else:
                self.read_one()

    def skip_blanks(self) -> None:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in BLANKS:
            self.at += 1
        self.blank = self.at > start or start == 0

    def char(self, ahead: int = 0) -> str:
        """The character `ahead` of here, full-width punctuation as ASCII; "" past the end."""
        at = self.at + ahead
        char = self.text[at] if at < len(self.text) else ""
        return ASCII_OF.get(char, char)

    def add(self, kind: str, text: str, end: int) -> None:
        self.tokens.append(Token(kind, text, self.at, end, blank=self.blank))
        self.at = end
        self.blank = False

    def fail(self, found: str, expected: str, at: int | None = None, hint: str = "") -> ExpressionSyntaxError:
        return ExpressionSyntaxError(found, expected, Place(self.text, self.at if at is None else at), hint=hint)

    @property
    def before(self) -> str:
        """The kind of the token before this one."""
        return self.tokens[-1].kind if self.tokens else ""

    def read_one(self) -> None:
        char = self.char()
        if is_name_start(char):
            self.read_name()
        elif char.isdigit():
            self.read_number("")
        elif char in QUOTES:
            self.read_string()
        elif char in "+-":
            self.read_sign(char)
        else:
            self.read_mark(char)

    def read_mark(self, char: str) -> None:
        if char == ":":
            self.add(":", ":", self.at + 1)
            self.read_values()
        elif char in COMPARISONS:
            self.read_comparison(char)
        elif char in "*/":
            self.add("arith", char, self.at + 1)
        elif char == "{":
            self.read_placeholder()
        elif char == "(":
            self.open(value=False)
        elif char == ")":
            self.close()
        elif char == ",":
            self.read_comma()
        else:
            raise self.meaningless(char)

    def meaningless(self, char: str) -> ExpressionSyntaxError:
        """A sign the language does not have."""
        narrow = NARROW_OF.get(char)
        hint = f"write {narrow} for {char}" if narrow else INSTEAD.get(char, "")
        return self.fail(f"`{char}` has no meaning here", "a field, a value or an operator", hint=hint)

    def read_name(self) -> None:
        end = name_end(self.text, self.at)
        word = self.text[self.at : end]
        if word in KEYWORDS:
            self.add("keyword", word, end)
            return
        if self.text[end : end + 1] == "@" and self.text[end + 1 : end + 2].isdigit():
            end = self.clock_end(end + 1)
            self.add("date", self.text[self.at : end], end)
            return
        while self.text[end : end + 1] == "." and is_name_start(self.text[end + 1 : end + 2]):
            end = name_end(self.text, end + 1)
        self.add("name", self.text[self.at : end], end)

    def clock_end(self, start: int) -> int:
        """Where the time of day that begins at `start` ends: `9:30`, `14:00:05`, or only an hour."""
        end = start
        while end < start + 2 and self.text[end : end + 1].isdigit():
            end += 1
        for _ in range(2):
            if self.text[end : end + 1] == ":" and self.text[end + 1 : end + 3].isdigit() and end + 3 <= len(self.text):
                end += 3
        return end

    def read_number(self, sign: str) -> None:
        start = self.at + len(sign)
        end = self.date_end(start) if not sign else start
        if end > start:
            self.add("date", self.text[self.at : end], end)
            return
        end = self.digits_end(start)
        clock = self.clock_end(start)
        if not sign and clock > end:
            self.add("date", self.text[self.at : clock], clock)
            return
        unit_end = end
        while self.text[unit_end : unit_end + 1].isalpha() or self.text[unit_end : unit_end + 1] == "%":
            unit_end += 1
        self.add(self.kind_of(sign, self.text[end:unit_end], end), self.text[self.at : unit_end], unit_end)

    def digits_end(self, start: int) -> int:
        end = start
        while self.text[end : end + 1].isdigit():
            end += 1
        if self.text[end : end + 1] == "." and self.text[end + 1 : end + 2].isdigit():
            end += 1
            while self.text[end : end + 1].isdigit():
                end += 1
        return end

    def date_end(self, start: int) -> int:
        if self.text[start + 4 : start + 5] != "-":
            return start
        import re  # noqa: PLC0415 - only filters with a written date need it

        found = re.compile(DATE).match(self.text, start)
        return found.end() if found else start

    def kind_of(self, sign: str, unit: str, at: int) -> str:
        if unit in DURATION_UNITS:
            return "signed" if sign else "duration"
        scale = unit[:-3] if len(unit) >= 3 and unit[-3:].isascii() and unit[-3:].isupper() else unit
        if scale and scale.lower() not in NUMBER_UNITS:
            capitals = unit[-3:].isascii() and unit[:-3].lower() in {"", *NUMBER_UNITS} and len(unit) >= 3
            raise self.fail(
                f"`{unit}` is no unit",
                "a number such as 5k 1.2m 50万 20%, or a length such as 15min 30d 6mo",
                at,
                f"a currency is written in capitals: {unit[:-3]}{unit[-3:].upper()}" if capitals else "",
            )
        return "number"

    def read_string(self) -> None:
        quote, end, parts = self.text[self.at], self.at + 1, []
        while True:
            close = self.text.find(quote, end)
            if close < 0:
                raise self.fail(f"the text after {quote} is not closed", f"a second {quote}")
            parts.append(self.text[end:close])
            end = close + 1
            if self.text[end : end + 1] != quote:
                break
            end += 1
        self.add("string", quote.join(parts), end)

    def read_placeholder(self) -> None:
        close = self.text.find("}", self.at)
        if close < 0:
            raise self.fail("`{` is not closed", "a path and `}`")
        self.add("placeholder", self.text[self.at + 1 : close].strip(BLANKS), close + 1)

    def read_comparison(self, char: str) -> None:
        operator = char + "=" if self.char(1) == "=" and char in "<>!" else char
        follow = self.char(len(operator))
        if operator == "!" or (follow and follow in "=<>~"):
            hint = "`-` or NOT before a condition is its opposite" if operator == "!" else ""
            raise self.fail(f"`{operator}{follow}` is no operator", "one of = != < <= > >= ~ :", hint=hint)
        self.add("op", operator, self.at + len(operator))

    def read_comma(self) -> None:
        follow = self.char(1)
        if self.text[self.at] == "," and follow and follow not in BLANKS:
            raise self.fail(
                "a comma stands tight between two expressions",
                "a blank after it",
                hint="in a function write `, ` between arguments; alternatives go after `:`; numbers have no commas",
            )
        self.add(",", ",", self.at + 1)

    def open(self, *, value: bool) -> None:
        self.groups.append(value)
        self.add("(", "(", self.at + 1)

    def close(self) -> None:
        value = self.groups.pop() if self.groups else False
        self.add(")", ")", self.at + 1)
        if value and self.has_alternative():
            self.read_value()

    # ---- + and - ------------------------------------------------------------------------------------------------

    def read_sign(self, sign: str) -> None:
        follow = self.char(1)
        blank_after = not follow or follow in BLANKS
        if self.before in OPERANDS and self.blank == blank_after:
            self.add("arith", sign, self.at + 1)
        elif blank_after:
            raise self.fail(
                f"a blank stands after `{sign}` only",
                "blanks on both sides or on neither",
                hint="`a - b` subtracts; `a -b` means a and not tagged b",
            )
        elif follow.isdigit():
            self.read_number(sign)
        elif sign == "+":
            self.read_tag(follow)
        else:
            self.read_minus(follow)

    def read_tag(self, follow: str) -> None:
        if not is_name_start(follow):
            raise self.fail("`+` stands before no tag", "a tag's name or a number")
        end = tag_end(self.text, self.at + 1)
        self.add("tag", self.text[self.at + 1 : end], end)

    def read_minus(self, follow: str) -> None:
        counts = self.before in {"op", "arith"}
        end = tag_end(self.text, self.at + 1) if is_name_start(follow) else 0
        if end and is_past_day(self.text[self.at + 1 : end]):
            if self.text[end : end + 1] == "@":
                end = self.clock_end(end + 1)
            self.add("date", self.text[self.at : end], end)
            return
        self.add("negative" if counts else "not", "-", self.at + 1)
        if end and not counts and not self.begins_expression(end):
            self.add("tag", self.text[self.at : end], end)

    def begins_expression(self, end: int) -> bool:
        """Whether what ends at `end` is compared, matched or called, so that it is no tag."""
        rest = self.text[end:]
        if ASCII_OF.get(rest[:1], rest[:1]) in (":", "("):
            return True
        rest = rest.lstrip(BLANKS)
        return bool(rest) and (rest[0] in COMPARISONS or rest[0] in "*/" or (rest[0] in "+-" and rest[1:2] in BLANKS))

    # ---- values after `:` ---------------------------------------------------------------------------------------

    def read_values(self) -> None:
        if not self.char() or self.char() in BLANKS:
            raise self.fail("nothing stands after `:`", "a value right after it, or none, or any")
        if self.char() in "=<>":
            hint = "operators stand without `:`, as in amount>=5k; a range is amount:5k.., a text goes in quotes"
            raise self.fail(f"`{self.char()}` stands after `:`", "a value", hint=hint)
        self.read_value()

    def read_value(self) -> None:
        while self.char() != "(":
            self.read_bound()
            if self.text.startswith("..", self.at):
                self.add("..", "..", self.at + 2)
                self.read_bound()
            if not self.has_alternative():
                return
        self.open(value=True)

    def has_alternative(self) -> bool:
        """Whether another value follows a comma, which is taken."""
        if self.char() != "," or self.char(1) in ("", ")", *BLANKS):
            return False
        self.add("alt", ",", self.at + 1)
        return True

    def read_bound(self) -> None:
        char = self.char()
        if char and char in QUOTES:
            self.read_string()
        elif char == "{":
            self.read_placeholder()
        elif char and char in OPENING:
            raise self.meaningless(char)
        else:
            end = self.word_end()
            if end > self.at:
                self.add("word", self.text[self.at : end], end)

    def word_end(self) -> int:
        """Where the word here ends; parentheses inside it belong to it as long as they close."""
        end, depth = self.at, 0
        while end < len(self.text):
            char = ASCII_OF.get(self.text[end], self.text[end])
            if char in BLANKS or char == "," or self.text.startswith("..", end) or (char == ")" and not depth):
                break
            depth += (char == "(") - (char == ")")
            end += 1
        return end

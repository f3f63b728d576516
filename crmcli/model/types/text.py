# ruff: noqa: ARG002 - the protocol's arguments
"""Words: text, markdown, json, color, sku, and serial numbers as they are carried."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText

if TYPE_CHECKING:
    from typing import NoReturn

    from crmcli.model.schema import Field


def one_line(stored: str) -> str:
    """`stored` in NFC; refuse control characters, line breaks and lone surrogates, with their position (from 1)."""
    if not stored.isprintable():
        for position, letter in enumerate(stored, 1):
            if unicodedata.category(letter) in ("Cc", "Zl", "Zp", "Cs"):
                _refuse_letter(letter, position)
    return (
        stored if stored.isascii() or unicodedata.is_normalized("NFC", stored) else unicodedata.normalize("NFC", stored)
    )


def _refuse_letter(letter: str, position: int) -> NoReturn:
    if letter in "\n\r\v\f\x85\u2028\u2029":
        why = f"a line break at position {position}; this field holds one line"
        hint = "put longer text in the record's body"
    elif letter == "\t":
        why, hint = f"a tab at position {position}", "write a space instead"
    else:
        why, hint = f"an invisible control character (U+{ord(letter):04X}) at position {position}", "take it out"
    raise ValueRefused(why, hint)


class Text(SingleText):
    """One line of anything, kept in Unicode's composed form (NFC).

    Control characters, tabs and line breaks are refused with their position. Everything else is kept as it is, blanks
    at the ends included. Names are compared folded: letter case, width and hyphens make no difference.
    """

    name = "text"
    manual = Manual(
        "name: Acme GmbH", "one line, no control characters", '`name="Acme GmbH"`', "`:` contains, `=` equal, `~` regex"
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """As typed, blanks included."""
        return one_line(typed)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """One line in NFC."""
        return one_line(stored)


class Markdown(SingleText):
    """The record's body: all of the file below the front matter. One field of a type may be of it.

    Any number of lines; a NUL and halves of surrogate pairs are refused, as no file in UTF-8 can hold them well. It
    has no column: its words are found through the full-text index.
    """

    name = "markdown"
    manual = Manual("*(the body)*", "UTF-8", "`about=@file.md`, `crm edit`", "`:` contains")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """As typed."""
        return self.check(typed, field, context)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """Any text in NFC."""
        if "\0" in stored:
            raise ValueRefused(f"a NUL character at position {stored.index(chr(0)) + 1}", "take it out")
        if not stored.isascii():
            try:
                stored.encode()
            except UnicodeEncodeError as broken:
                raise ValueRefused(
                    f"half a character at position {broken.start + 1}", "save the file as UTF-8"
                ) from None
            stored = unicodedata.normalize("NFC", stored)
        return stored

    def columns(self, field: Field) -> tuple[Column, ...]:
        """None: full text only."""
        return ()

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """Nothing: full text only."""
        return ()

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """Its first line that has words, without the marks of a heading."""
        return next((line.strip("# \t\r") for line in stored.split("\n") if line.strip("# \t\r")), "")

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """Nothing: the body is read from the file."""
        return ""


class Json(SingleText):
    """One line of JSON, for what other programs keep in a record.

    The text is kept as written, numbers and order included. JSON typed on several lines is joined into one; `NaN` and
    `Infinity` are refused, since they are no JSON (RFC 8259 §6).
    """

    name = "json"
    family = "none"
    matches = "equal"
    manual = Manual('extra: {"a":1}', "JSON", """`extra='{"a":1}'`""", "`:any` `:none`")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """JSON on any number of lines."""
        return self.check("".join(line.strip() for line in typed.split("\n")), field, context)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """One line of JSON, as it stands."""
        import json  # noqa: PLC0415 - read paths do without

        text = one_line(stored.strip())
        try:
            json.loads(text, parse_constant=_refuse_constant)
        except json.JSONDecodeError as broken:
            raise ValueRefused(
                f"no JSON: {broken.msg.lower()} at position {broken.pos + 1}", 'as in {"a": 1}'
            ) from None
        except (RecursionError, ValueError) as broken:
            if isinstance(broken, ValueRefused):
                raise
            raise ValueRefused(
                "no JSON that can be read: too deep, or a number too long", "keep it in a file"
            ) from None
        return text


def _refuse_constant(name: str) -> NoReturn:
    raise ValueRefused(f"`{name}` is no JSON", "write null, or a text in quotes")


class Color(SingleText):
    """A colour as the web writes it: `#` and six hexadecimal digits, lower case. `#1a8` is read as `#11aa88`."""

    name = "color"
    manual = Manual(
        "color: #12aa88", "`#` and six hexadecimal digits", "`color=#12aa88` `12AA88` `#1a8`", "`:` contains"
    )
    _HEX = frozenset("0123456789abcdef")

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """`#rrggbb`."""
        digits = stored.removeprefix("#").lower()
        if len(digits) == 3:
            digits = "".join(digit * 2 for digit in digits)
        if len(digits) != 6 or not self._HEX.issuperset(digits):
            raise ValueRefused(f"`{stored}` is no colour", "write # and six digits 0-9 a-f, as in #12aa88")
        return f"#{digits}"


class Sku(SingleText):
    """An article number.

    Letters and digits of any script and `- _ . / + # :`, no blanks, at most 64 long; letter case is kept.
    """

    name = "sku"
    manual = Manual("sku: ARM-6", "letters, digits, `- _ . / + # :`", "`sku=ARM-6`", "`:` contains")

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """Shape only."""
        text = one_line(stored)
        if 0 < len(text) <= 64 and text.isalnum():
            return text
        bad = next((letter for letter in text if not (letter.isalnum() or letter in "-_./+#:")), "")
        if bad:
            said = "blanks" if bad.isspace() else f"`{bad}`"
            raise ValueRefused(f"an article number holds no {said}", "use letters, digits and - _ . / + # :")
        if len(text) > 64:
            raise ValueRefused(f"an article number has at most 64 characters, this has {len(text)}", "shorten it")
        if not any(letter.isalnum() for letter in text):
            raise ValueRefused("an article number needs a letter or a digit", "as in ARM-6")
        return text


class Serial(SingleText):
    """A number of a numbered series, drawn by the book's runner by the field's `format`.

    It is read and kept, never typed.
    """

    name = "serial"
    manual = Manual("number: HT-2026-0012", "one line", "never", "`:` contains")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """Refuse: numbers are drawn."""
        raise ValueRefused("a serial number is drawn by the book, never typed", "leave the field out")

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """One line, as it stands."""
        return one_line(stored)

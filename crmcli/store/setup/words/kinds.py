"""The kinds of values the words take, each with the sentence that says what it expects.

Every kind is checked by its own function, so that a wrong value gives one error with our own words: the error's
message is what the word takes, its context holds an example.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from crmcli.model.schema import Config
from crmcli.store.setup.values import check_value

WRONG = "value_wrong"
_PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")
_YEAR_DAY = re.compile(r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Words(BaseModel):
    """A table of an engine file: its attributes are all the words it knows."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


def word(says: str, default: object = ..., *, alias: str | None = None) -> Any:  # noqa: ANN401 - typed where it stands
    """Declare a word: what it says, its default (none: it must be given), its spelling where Python has the name."""
    return Field(default=default, alias=alias, description=says)


def words_of(model: type[Words]) -> list[str]:
    """Return the words of a table as they are spelt, in order."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _expect(convert: Callable[[Any], Any], expected: str, example: str) -> BeforeValidator:
    """Make a check of `convert`, which raises ValueError or TypeError for what it does not take."""

    def check(value: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
        try:
            return convert(value)
        except (ValueError, TypeError, ArithmeticError):
            raise PydanticCustomError(WRONG, "{expected}", {"expected": expected, "example": example}) from None

    return BeforeValidator(check)


def _text(value: Any) -> str:  # noqa: ANN401
    if not isinstance(value, str) or any(ord(letter) < 32 for letter in value):
        raise ValueError
    return value


def _filled(value: Any) -> str:  # noqa: ANN401
    if not _text(value).strip():
        raise ValueError
    return str(value)


def _flag(value: Any) -> bool:  # noqa: ANN401
    if not isinstance(value, bool):
        raise TypeError
    return value


def _count(value: Any) -> int:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError
    return value


def _whole(value: Any) -> int:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _share(value: Any) -> float:  # noqa: ANN401
    if isinstance(value, bool) or not 0 <= value <= 1:
        raise ValueError
    return float(value)


def _condition(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return "true" if value else ""
    return _filled(value)


def _names(value: Any) -> tuple[str, ...]:  # noqa: ANN401
    if not isinstance(value, list):
        raise TypeError
    return tuple(_filled(item) for item in value)


def _name_or_names(value: Any) -> tuple[str, ...]:  # noqa: ANN401
    return (_filled(value),) if isinstance(value, str) else _names(value)


def _label(value: Any) -> dict[str, str]:  # noqa: ANN401
    if isinstance(value, dict):
        return {language: _text(text) for language, text in value.items()}
    return {"": _text(value)} if value else {}


def _literal(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else _text(value)


def _percent(value: Any) -> str:  # noqa: ANN401
    match = _PERCENT.fullmatch(_text(value))
    fraction = Decimal(match[1]) / 100 if match else Decimal(2)
    if fraction > 1:
        raise ValueError
    return format(fraction.normalize(), "f")


def _duration(value: Any) -> str:  # noqa: ANN401
    return check_value("duration", _filled(value), Config())


def _texts(value: Any) -> dict[str, str]:  # noqa: ANN401
    if not isinstance(value, dict):
        raise TypeError
    return {name: _text(text) for name, text in value.items()}


def _counts(value: Any) -> dict[str, int]:  # noqa: ANN401
    if not isinstance(value, dict):
        raise TypeError
    return {name: _whole(count) for name, count in value.items()}


def _text_tables(value: Any) -> dict[str, dict[str, str]]:  # noqa: ANN401
    if not isinstance(value, dict):
        raise TypeError
    return {name: _texts(table) for name, table in value.items()}


def _tables(value: Any) -> dict[str, Any]:  # noqa: ANN401
    if not isinstance(value, dict):
        raise TypeError
    return value


def _rows(value: Any) -> list[Any]:  # noqa: ANN401
    if not isinstance(value, list):
        raise TypeError
    return value


def _options(value: Any) -> str | tuple[tuple[str, dict[str, str]], ...]:  # noqa: ANN401
    if isinstance(value, str):
        return _filled(value)
    if isinstance(value, dict):
        return tuple((name, _label(label)) for name, label in value.items())
    return tuple((name, {}) for name in _names(value))


def _year_day(value: Any) -> str:  # noqa: ANN401
    if not _YEAR_DAY.fullmatch(_text(value)):
        raise ValueError
    return str(value)


def one_of(*choices: str) -> BeforeValidator:
    """Make a kind that takes one of a few words."""

    def convert(value: Any) -> str:  # noqa: ANN401
        if value not in choices:
            raise ValueError
        return str(value)

    return _expect(convert, "one of " + ", ".join(choices), f'"{choices[0]}"')


Text = Annotated[str, _expect(_text, "one line of text in quotes", '"text"')]
Name = Annotated[str, _expect(_filled, "a name in quotes", '"name"')]
Flag = Annotated[bool, _expect(_flag, "true or false", "true")]
Count = Annotated[int, _expect(_count, "a whole number from 1", "1")]
Whole = Annotated[int, _expect(_whole, "a whole number", "60")]
Share = Annotated[float, _expect(_share, "a number from 0 to 1", "0.9")]
Condition = Annotated[str, _expect(_condition, "true or a condition in quotes", '"is:lost"')]
Names = Annotated[tuple[str, ...], _expect(_names, "a list of names", '["one", "two"]')]
NameOrNames = Annotated[tuple[str, ...], _expect(_name_or_names, "a name or a list of names", '["one", "two"]')]
Texts = Annotated[tuple[str, ...], _expect(_names, "a list of texts", "['set +hot']")]
Label = Annotated[dict[str, str], _expect(_label, "a text, or texts by language", '{ en = "Deal", zh = "商机" }')]
Literal = Annotated[str, _expect(_literal, "a value as it is typed, in quotes", '"me"')]
Percent = Annotated[str, _expect(_percent, "a percentage from 0% to 100%", '"80%"')]
Duration = Annotated[str, _expect(_duration, "a length of time (s min h d w mo y, working: wh wd)", '"14d"')]
TextTable = Annotated[dict[str, str], _expect(_texts, "a table of texts", '{ name = "text" }')]
CountTable = Annotated[dict[str, int], _expect(_counts, "a table of whole numbers", "{ name = 60 }")]
TextTables = Annotated[
    dict[str, dict[str, str]], _expect(_text_tables, "a table of tables of texts", '{ column = { from = "to" } }')
]
Tables = Annotated[dict[str, Any], _expect(_tables, "tables, each under its name", "[stage.won]")]
Rows = Annotated[list[Any], _expect(_rows, "a list of tables", "[[gate]]")]
Options = Annotated[
    str | tuple[tuple[str, dict[str, str]], ...],
    _expect(_options, "a list of names, a table of names and labels, or another field", '["low", "high"]'),
]
YearDay = Annotated[str, _expect(_year_day, "a day of the year as MM-DD", '"01-01"')]

"""JSON by the C functions under `json`, without that package: it compiles eight regular expressions at every start.

`loads` and `dumps` take and give what `json.loads` and `json.dumps(…, ensure_ascii=False)` do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_SPACES = " \t\n\r"


class _Plainly:
    """What the scanner asks for: JSON becomes plain values, NaN and the infinities too."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = parse_constant = float
    parse_int = int


def _refuse(value: object) -> object:
    msg = f"Object of type {type(value).__name__} is not JSON serializable"
    raise TypeError(msg)


def _by_c_functions() -> tuple[Callable[[str | bytes], Any], Callable[[object], str]]:
    """The two functions; raises where this Python has others than those we know."""
    from _json import encode_basestring, make_encoder, make_scanner  # noqa: PLC0415

    scan: Callable[[str, int], tuple[Any, int]] = make_scanner(_Plainly)  # type: ignore[arg-type]
    how: Any = (_refuse, encode_basestring, None, ": ", ", ", False, False, True)  # after the values a value lies in

    def read(text: str | bytes) -> Any:  # noqa: ANN401 - any JSON
        said = text if isinstance(text, str) else text.decode()
        try:
            value, end = scan(said, len(said) - len(said.lstrip(_SPACES)))
        except StopIteration as error:
            msg = f"no JSON value at character {error.value}"
            raise ValueError(msg) from None
        if said[end:].strip(_SPACES):
            msg = f"more after the JSON value, at character {end}"
            raise ValueError(msg)
        return value

    def write(value: object) -> str:
        return "".join(make_encoder({}, *how)(value, 0))

    if write(read('{"a": [1, "ä", null]}')) != '{"a": [1, "ä", null]}':
        raise ImportError
    return read, write


try:
    loads, dumps = _by_c_functions()
except (ImportError, TypeError, AttributeError):  # pragma: no cover - another Python than those we know
    import json
    from functools import partial

    loads, dumps = json.loads, partial(json.dumps, ensure_ascii=False)

"""What the desk and the screens tell each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual.message import Message


class Trouble(NamedTuple):
    """Why something was refused or failed, in words; `missing` are fields that must be filled first."""

    sentence: str
    hint: str = ""
    ref: str = ""
    missing: tuple[str, ...] = ()


class Told(NamedTuple):
    """What an action did: a sentence for people, what hooks and the road had to say, the records it changed."""

    sentence: str
    notices: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    changed: bool = True


class Answered(Message, bubble=False):
    """A question was answered, or an action is done: `deliver` hands the value to who asked, on the event loop."""

    def __init__(self, kind: str, value: object, deliver: Callable[[], None]) -> None:
        super().__init__()
        self.kind = kind
        self.value = value
        self.deliver = deliver


class Refused(Message, bubble=False):
    """A question or an action failed; `deliver` tells who asked, who else nobody does."""

    def __init__(self, kind: str, trouble: Trouble, deliver: Callable[[], None] | None) -> None:
        super().__init__()
        self.kind = kind
        self.trouble = trouble
        self.deliver = deliver


class BookChanged(Message, bubble=False):
    """Something in the book moved, here or elsewhere: whoever shows it asks again."""


class Waiting(Message, bubble=False):
    """Another process does what has to come first; told again and again, a `Progress` with `of` 0 says that it is over."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what


class Progress(Message, bubble=False):
    """How far long work is; `of` 0 when it is over."""

    def __init__(self, what: str, done: int, of: int) -> None:
        super().__init__()
        self.what = what
        self.done = done
        self.of = of

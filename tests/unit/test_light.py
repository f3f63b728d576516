"""Light named tuples are what `typing.NamedTuple` makes of the same body."""

from __future__ import annotations

import copy
import pickle
from typing import NamedTuple, Self

import pytest

from crmcli import light


class Heavy(NamedTuple):
    """Said once."""

    name: str
    size: int = 3
    parts: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Of its fields."""
        return f"{self.name} {self.size}"

    @classmethod
    def small(cls, name: str) -> Self:
        """One of size 0."""
        return cls(name, 0)


class Light(light.NamedTuple):
    """Said once."""

    name: str
    size: int = 3
    parts: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Of its fields."""
        return f"{self.name} {self.size}"

    @classmethod
    def small(cls, name: str) -> Self:
        """One of size 0."""
        return cls(name, 0)


class Extended(Light):
    """With a method more."""

    def twice(self) -> int:
        """Its size, doubled."""
        return self.size * 2


BOTH = pytest.mark.parametrize("kind", [Heavy, Light, Extended])


@BOTH
def test_they_hold_the_same(kind: type[Light]) -> None:
    one = kind("a", parts=("x",))
    assert (one.name, one.size, one.parts, one.told) == ("a", 3, ("x",), "a 3")
    assert kind.small("a")._replace(size=3, parts=("x",)) == one
    assert tuple(one) == ("a", 3, ("x",))
    assert hash(one) == hash(("a", 3, ("x",)))
    assert (one._asdict(), one._fields, one._field_defaults) == (
        {"name": "a", "size": 3, "parts": ("x",)},
        ("name", "size", "parts"),
        {"size": 3, "parts": ()},
    )
    assert repr(one) == f"{kind.__name__}(name='a', size=3, parts=('x',))"
    assert kind._make(["b", 1, ()]) == ("b", 1, ())
    assert type(kind.small("a")) is type(kind._make(["b", 1, ()])) is type(one._replace(size=1)) is kind
    assert kind.__match_args__ == ("name", "size", "parts")
    assert kind.__doc__ in ("Said once.", "With a method more.")
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):  # noqa: S301 - just written
        assert (again, type(again)) == (one, kind)


@BOTH
@pytest.mark.parametrize(
    ("given", "named"), [((), {}), (("a", 1, (), 4), {}), (("a",), {"odd": 1}), (("a",), {"name": "b"})]
)
def test_they_refuse_the_same(kind: type[Light], given: tuple[object, ...], named: dict[str, object]) -> None:
    with pytest.raises(TypeError) as refused:
        kind(*given, **named)  # type: ignore[arg-type]
    with pytest.raises(TypeError) as expected:
        Heavy(*given, **named)  # type: ignore[arg-type]
    assert str(refused.value).partition(".")[2] == str(expected.value).partition(".")[2]
    with pytest.raises(ValueError, match="odd"):
        kind("a")._replace(odd=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="Expected 3 arguments, got 1"):
        kind._make(["a"])


@BOTH
def test_nothing_can_be_changed(kind: type[Light]) -> None:
    with pytest.raises(AttributeError):
        kind("a").name = "b"  # type: ignore[misc]
    assert not hasattr(Light("a"), "__dict__")


def test_a_field_without_a_default_after_one_with_one_is_refused() -> None:
    with pytest.raises(TypeError, match="Odd"):
        exec("class Odd(NamedTuple):\n    a: int = 1\n    b: int", {"NamedTuple": light.NamedTuple})  # noqa: S102 - no checker takes it


def test_a_class_without_fields_is_an_empty_tuple() -> None:
    class Nothing(light.NamedTuple):
        """No fields."""

    assert Nothing() == ()
    assert repr(Nothing()) == "Nothing()"


def test_each_class_has_its_own_names() -> None:
    class Other(light.NamedTuple):
        """As many fields as the first, with other names and defaults."""

        left: int
        right: int
        middle: int = 5

    assert Other(right=1, left=2) == (2, 1, 5)
    assert (Other(1, 2).middle, Light("a").size) == (5, 3)

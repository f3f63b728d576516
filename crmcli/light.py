"""Named tuples that are made at a tenth of the cost: every command makes some dozens of classes before it does anything.

`typing.NamedTuple` compiles a constructor for each class and looks into each annotation, a tenth of a millisecond a class.
Here classes with equally many fields share one compiled constructor, and annotations are left as they are written. For a
type checker the classes are `typing.NamedTuple`, and they behave as those do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from collections.abc import Iterable
    from types import CodeType, FunctionType

    try:
        from _collections import _tuplegetter
    except ImportError:  # pragma: no cover - another Python than CPython

        def _tuplegetter(place: int, doc: str | None) -> property:
            return property(lambda row: row[place], doc=doc)

    _new = tuple.__new__
    _AROUND = {"_new": _new, "__builtins__": {}, "__name__": __name__}
    """What a constructor sees."""

    class _Maker(type):
        """Makes the classes: their fields are the annotations of their bodies."""

        _compiled: dict[int, CodeType] = {}  # noqa: RUF012 - constructors, by their number of fields

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, object]) -> _Maker:
            if bases[0] is tuple or bases[0] is not NamedTuple:  # the one below; a class that extends a named tuple
                return super().__new__(cls, name, bases, body)
            fields = tuple(_annotated(body))
            defaults = {field: body[field] for field in fields if field in body}
            if tuple(defaults) != fields[len(fields) - len(defaults) :]:
                msg = f"{name}: a field without a default follows one that has one"
                raise TypeError(msg)
            body.update((field, _tuplegetter(place, None)) for place, field in enumerate(fields))
            body.update(__slots__=(), _fields=fields, __match_args__=fields, _field_defaults=defaults)
            constructor = cls._constructor(fields, tuple(defaults.values()))
            constructor.__qualname__ = f"{name}.__new__"
            return super().__new__(cls, name, bases, {**body, "__new__": constructor})

        @classmethod
        def _constructor(cls, fields: tuple[str, ...], defaults: tuple[object, ...]) -> FunctionType:
            code = cls._compiled.get(len(fields))
            if code is None:
                names = "".join(f"_{place}, " for place in range(len(fields)))
                made: dict[str, FunctionType] = {}
                exec(f"def __new__(_cls, {names}): return _new(_cls, ({names}))", {}, made)  # noqa: S102 - nothing from outside
                code = cls._compiled[len(fields)] = made["__new__"].__code__
            return FunctionType(code.replace(co_varnames=("_cls", *fields)), _AROUND, "__new__", defaults)

    def _annotated(body: dict[str, object]) -> Iterable[str]:
        found = body.get("__annotations__")
        if found is None and "__annotate_func__" in body:  # pragma: no cover - Python 3.14, where they are not strings
            from annotationlib import Format, call_annotate_function  # noqa: PLC0415

            found = call_annotate_function(body["__annotate_func__"], Format.FORWARDREF)
        return found or ()

    class NamedTuple(tuple, metaclass=_Maker):
        """What all of them can do."""

        __slots__ = ()
        _fields: tuple[str, ...] = ()

        @classmethod
        def _make(cls, values: Iterable[object]) -> NamedTuple:
            made = _new(cls, values)
            if len(made) != len(cls._fields):
                msg = f"Expected {len(cls._fields)} arguments, got {len(made)}"
                raise TypeError(msg)
            return made

        def _replace(self, /, **changes: object) -> NamedTuple:
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                msg = f"Got unexpected field names: {list(changes)!r}"
                raise ValueError(msg)
            return made

        def _asdict(self) -> dict[str, object]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            told = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({told})"

        def __getnewargs__(self) -> tuple[object, ...]:
            return tuple(self)

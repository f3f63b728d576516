# ruff: noqa: ARG002 - the protocol's arguments
"""Regions: provinces, cities and counties of China by name, other countries' by ISO 3166-2."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.gb2260 import PROVINCES
from crmcli.model.types.refusal import nearest_name, short
from crmcli.model.types.single import SingleText, wants_tree

if TYPE_CHECKING:
    from crmcli.model.schema import Field


class Region(SingleText):
    """Where in a country.

    In China `province/city/county` by the names of GB/T 2260 without their suffix (`广东/深圳/南山`), as far down as
    is known; elsewhere a code of ISO 3166-2 (`DE-BY`).

    Typed is a path, the last name alone where it is unique (`福田`), a code of GB/T 2260 (`440305`), a code of ISO
    3166-2 or, in the book's country, its name (`Bayern`). Under 北京, 上海, 天津, 重庆 the city repeats the province:
    `北京/北京/朝阳`. Counties without a city above them stand in the city's place: `湖北/仙桃`. The table of GB/T
    2260 is the one python-stdnum carries; a county newer than it is written in full under its city, with its suffix:
    `浙江/杭州/临平区`. Taiwan, Hong Kong and Macau have provinces only.
    """

    name = "region"
    matches = "within"
    manual = Manual(
        "region: 广东/深圳/南山",
        "GB/T 2260, ISO 3166-2",
        "`region=福田` if unique, `440305`, `DE-BY`",
        "`:` lies within; `.province .city .county`",
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """A path, a unique name, a code."""
        return _typed(typed.strip(), context.country.upper())

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A path or a code; names with their suffixes are read too."""
        return _stored(stored)

    def columns(self, field: Field) -> tuple[Column, ...]:
        """The path and each of its names."""
        return (
            Column("", "TEXT", wants_tree(field)),
            Column(".province", "TEXT"),
            Column(".city", "TEXT"),
            Column(".county", "TEXT"),
        )

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """The path and each of its names."""
        names = stored.split("/")
        return (stored, names[0], names[1] if len(names) > 1 else None, names[2] if len(names) > 2 else None)

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """The path, a repeated name once."""
        return "/".join(dict.fromkeys(stored.split("/")))


@lru_cache(maxsize=4096)
def _stored(stored: str) -> str:
    if stored in PROVINCES:
        return stored
    if _is_iso_shaped(stored):
        return _iso(stored)
    path, known = _down([name.strip() for name in stored.split("/")], stored)
    if not known:
        raise ValueRefused(f"{short(stored)}: {path[-1]} is not in GB/T 2260", _near(path))
    return "/".join(path)


@lru_cache(maxsize=4096)
def _typed(typed: str, country: str) -> str:
    from unicodedata import normalize  # noqa: PLC0415

    text = normalize("NFKC", typed).replace("\\", "/").strip("/ ")
    if text in PROVINCES:
        return text
    if len(text) == 6 and text.isdecimal():
        return _by_code(text)
    if _is_iso_shaped(text):
        return _iso(text.upper())
    names = [name.strip() for name in text.split("/") if name.strip()]
    if not names:
        raise ValueRefused("the region is empty", "as in 广东/深圳/南山 or DE-BY")
    if any(not name.isascii() for name in names) and _is_chinese(names):
        return _path_ending(names, text)
    return _by_iso_name(text, country)


def _is_iso_shaped(text: str) -> bool:
    head, mark, tail = text.partition("-")
    return (
        bool(mark)
        and len(head) == 2
        and head.isascii()
        and head.isalpha()
        and 1 <= len(tail) <= 3
        and tail.isascii()
        and tail.isalnum()
    )


def _is_chinese(names: list[str]) -> bool:
    return all("\u3400" <= letter <= "\u9fff" for name in names for letter in name)


# -- China -------------------------------------------------------------------------------------------------------------


def _down(names: list[str], written: str) -> tuple[list[str], bool]:
    """The canonical path of names from the province down; False with it when the last name is none that is known."""
    from crmcli.model.types.gb2260 import FULL, bare_names, divisions  # noqa: PLC0415

    tree = divisions()
    path: list[str] = []
    for depth, name in enumerate(names):
        children = tree.get("/".join(path), {})
        found = children.get(name) or next((bare for bare in bare_names(name) if bare in children.values()), "")
        if not found and depth == 1 and path[0] in FULL:  # 北京/朝阳 for 北京/北京/朝阳
            path.append(path[0])
            return _down([*path, *names[1:]], written)
        if not found and depth == 2 and name[-1:] in "区县市旗" and len(name) > 1:
            return [*path, name], len(names) == 3
        if not found:
            return [*path, name], False
        path.append(found)
    return path, True


def _path_ending(names: list[str], typed: str) -> str:
    """The path that ends in `names`, which may leave out what is above when only one does."""
    if len(names) == 1:
        names = _parted(names[0]) or names
    path, known = _down(names, typed)
    if known:
        return "/".join(path)
    from crmcli.model.types.gb2260 import paths_ending  # noqa: PLC0415

    found = paths_ending(tuple(names))
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(found[:6]) + (" …" if len(found) > 6 else "")
        raise ValueRefused(f"{short(typed)} may be {len(found)} places", f"write one of {listed}")
    raise ValueRefused(f"{short(typed)} is not in GB/T 2260", _near(path))


def _parted(text: str, above: str = "") -> list[str]:
    """`广东省深圳市南山区` as names from the province down, [] when it is not made of them."""
    from crmcli.model.types.gb2260 import FULL, divisions  # noqa: PLC0415

    children = divisions().get(above, {})
    for name in sorted((known for known in children if text.startswith(known)), key=len, reverse=True):
        below = f"{above}/{children[name]}".strip("/")
        rest = text[len(name) :]
        if not rest:
            return [name]
        parted = _parted(rest, below) or (_parted(rest, f"{below}/{below}") if below in FULL else [])
        if parted:
            return [name, *parted]
    return []


def _by_code(code: str) -> str:
    from crmcli.model.types.gb2260 import codes  # noqa: PLC0415

    path = codes().get(code)
    if path is None:
        raise ValueRefused(f"{code} is no code of GB/T 2260 that is in use", "six digits, as in 440305, or a name")
    return path


def _near(path: list[str]) -> str:
    from crmcli.model.types.gb2260 import divisions  # noqa: PLC0415

    siblings = divisions().get("/".join(path[:-1]), {})
    near = nearest_name(path[-1], dict.fromkeys(siblings.values()))
    return f"did you mean {'/'.join([*path[:-1], near])}?" if near else "province/city/county, as in 广东/深圳/南山"


# -- elsewhere ---------------------------------------------------------------------------------------------------------


def _iso(code: str) -> str:
    import pycountry  # noqa: PLC0415

    if code.upper().startswith("CN-"):
        raise ValueRefused(f"regions of China are written by name, not as {code}", "as in 广东/深圳")
    if pycountry.subdivisions.get(code=code.upper()) is None:  # type: ignore[no-untyped-call]
        raise ValueRefused(f"`{code}` is no code of ISO 3166-2", "as in DE-BY")
    return code.upper()


def _by_iso_name(name: str, country: str) -> str:
    import pycountry  # noqa: PLC0415

    if not country or country == "CN":
        raise ValueRefused(
            f"{short(name)} is no region that is known", "as in 广东/深圳/南山, or a code of ISO 3166-2 as DE-BY"
        )
    divisions = pycountry.subdivisions.get(country_code=country) or ()  # type: ignore[no-untyped-call]
    here = {division.name: division.code for division in divisions}
    found = [code for known, code in here.items() if known.casefold() == name.casefold()]
    if found:
        return str(found[0])
    near = nearest_name(name, here)
    raise ValueRefused(
        f"{short(name)} is no region of {country}",
        f"did you mean {near} ({here[near]})?" if near else f"a code of ISO 3166-2, as {country}-…",
    )

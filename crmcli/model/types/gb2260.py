"""The divisions of China that are in force (GB/T 2260), from the table python-stdnum carries.

That table (`stdnum/cn/loc.dat`) lists every code since 1980 with the years it held: `[2016-]龙华区`. Names here are
without the suffix that says the rank (广东省 → 广东, 延边朝鲜族自治州 → 延边), except where two siblings would then
be called alike.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

FULL = frozenset(["北京", "天津", "上海", "重庆"])
"""Municipalities: province and city in one."""

_PROVINCES = (
    "上海 云南 内蒙古 北京 台湾 吉林 四川 天津 宁夏 安徽 山东 山西 广东 广西 新疆 江苏 江西 "
    "河北 河南 浙江 海南 湖北 湖南 澳门 甘肃 福建 西藏 贵州 辽宁 重庆 陕西 青海 香港 黑龙江"
)
PROVINCES = frozenset(_PROVINCES.split())
"""Here so that asking for a province reads no table; a test compares it with the table's."""

_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|"
    "普米|塔吉克|怒|鄂温克|德昂|保安|裕固|独龙|各"
)
_RANK = re.compile(
    rf"(?<=..)(?:(?:(?:{_PEOPLES})族)+|蒙古|维吾尔|哈萨克|柯尔克孜|塔吉克|锡伯)?(?:自治区|自治州|自治县)$"
    rf"|(?<=..)(?:(?:{_PEOPLES})族)+(?:区|乡)$|(?<=...)林区$|(?<=..)(?:特别行政区|地区|特区|新区|自治区)$|(?:省|市|盟|区|县)$"
)
_SKIPPED = (
    "市辖区",
    "市区",
    "县",
    "市",
    "林区",
    "省直辖县级行政单位",
    "自治区直辖县级行政单位",
    "省直辖县级行政区划",
    "郊县",
)
_TRADITIONAL = str.maketrans("別區門達嶺", "别区门达岭")


class _Division(NamedTuple):
    code: str
    parent: str  # the parent's code, "" for provinces
    full: str


@cache
def divisions() -> dict[str, dict[str, str]]:
    """By the path above ("" for provinces): full and short name of each division → the name in paths."""
    tree: dict[str, dict[str, str]] = {}
    for path, division in _placed():
        above, _, name = path.rpartition("/")
        children = tree.setdefault(above, {})
        children[division.full] = name
        children[name] = name
    return tree


@cache
def codes() -> dict[str, str]:
    """Paths by six-digit code."""
    return {division.code: path for path, division in _placed()}


def paths_ending(names: tuple[str, ...]) -> list[str]:
    """The paths whose last name is the last of `names` and that have the others above it, in that order."""
    *above, last = ({name, *bare_names(name)} for name in names)
    found = []
    for path in codes().values():
        parts = path.split("/")
        if parts[-1] in last and _in_order(above, parts[:-1]):
            found.append(path)
    shortest = min((path.count("/") for path in found), default=0)
    repeated = [path for path in found if path.count("/") == shortest]
    return repeated if len(repeated) == 1 and all(path.startswith(repeated[0]) for path in found) else found


def _in_order(wanted: list[set[str]], parts: list[str]) -> bool:
    remaining = iter(parts)
    return all(any(part in names for part in remaining) for names in wanted)


def bare_names(full: str) -> list[str]:
    """`full` without its rank, when something is left of it."""
    bare = _RANK.sub("", full)
    return [bare] if len(bare) > 1 and bare != full else []


@cache
def _placed() -> tuple[tuple[str, _Division], ...]:
    """Every division in force with its path, provinces before what lies in them."""
    by_parent: dict[str, list[_Division]] = {}
    for division in _in_force():
        by_parent.setdefault(division.parent, []).append(division)
    placed: list[tuple[str, _Division]] = []

    def place(parent: str, above: str) -> None:
        siblings = by_parent.get(parent, [])
        shorts = [next(iter(bare_names(division.full)), division.full) for division in siblings]
        for division, name in zip(siblings, shorts, strict=True):
            alike = {other.full for other, called in zip(siblings, shorts, strict=True) if called == name}
            path = f"{above}{name if len(alike) == 1 else division.full}"
            placed.append((path, division))
            place(division.code, f"{path}/")

    place("", "")
    return tuple(placed)


def _in_force() -> list[_Division]:
    found: list[_Division] = []
    for province, whole, names in _table():
        top = f"{province}0000"
        found.append(_Division(top, "", whole))
        city_of_all = whole.removesuffix("市") in FULL
        if city_of_all:
            found.append(_Division(f"{province}0100", top, whole))
        for low, name in names.items():
            if name and name not in _SKIPPED and low != "0000":
                found.append(_Division(province + low, _parent(province, low, names, city_of_all=city_of_all), name))
    return found


def _table() -> list[tuple[str, str, dict[str, str]]]:
    """Each province's two digits, its name, and the names in force by the other four digits.

    Lines are `11 province="北京市"` and, indented, `0101 county="东城区"`; read here, as the library's own reader
    takes 70 ms.
    """
    from importlib.resources import files  # noqa: PLC0415 - a large table, only for regions

    table: list[tuple[str, str, dict[str, str]]] = []
    for line in files("stdnum").joinpath("cn/loc.dat").read_text("utf-8").split("\n"):
        code, _, name = line.partition(' county="')
        if name:
            table[-1][2][code[2:]] = _name_now(name[:-1].translate(_TRADITIONAL))
        elif ' province="' in line:
            table.append((line[:2], line[:-1].partition('"')[2].translate(_TRADITIONAL), {}))
    return table


def _parent(province: str, low: str, names: dict[str, str], *, city_of_all: bool) -> str:
    """The code above: the city, the province for cities and for counties without a city."""
    if city_of_all:
        return f"{province}0100"
    city = f"{low[:2]}00"
    has_city = names.get(city, "") not in ("", *_SKIPPED) and not low.startswith("90")
    return f"{province}{city}" if low[2:] != "00" and has_city else f"{province}0000"


def _name_now(names: str) -> str:
    """The name in force of `[-1983]五峰县,[1984-]五峰土家族自治县`, "" when none is."""
    for name in names.split(","):
        if not name.startswith("["):
            return name
        years, _, plain = name[1:].partition("]")
        if years.endswith("-"):
            return plain
    return ""

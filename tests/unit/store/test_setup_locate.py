from __future__ import annotations

import tomllib
from typing import Any

from crmcli.store.setup.locate import Keys, nearest_place, places

TEXT = '''\
# a comment with [brackets] and = signs
name = "a # no comment" # one
"quoted key" = 1
'lit' = """
[not.a.table]
x = 1"""
dotted.inner = [1, "two, [", { three = 3 }]
date = 1979-05-27 07:32:00
[a.b]
c = { d = { e = "}" }, f = [
  "g", # h
  'i',
], "j k" = true }
[[rows]]
one = 1
[rows.sub]
x = 1
[[rows]]
one = 2
[[rows.deep]]
y = 1
'''


def keys_of(value: Any, at: Keys = ()) -> list[Keys]:  # noqa: ANN401 - a parsed document
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [deep for key, item in inner for deep in ((*at, key), *keys_of(item, (*at, key)))]


def test_every_key_of_a_document_has_a_place() -> None:
    assert set(places(TEXT)) == set(keys_of(tomllib.loads(TEXT)))


def test_places_point_at_the_key() -> None:
    found = places(TEXT)
    lines = TEXT.split("\n")
    for keys, starts in {
        ("name",): "name",
        ("quoted key",): '"quoted key"',
        ("lit",): "'lit'",
        ("dotted", "inner", 2, "three"): "three",
        ("a", "b", "c", "d", "e"): "e =",
        ("a", "b", "c", "f", 1): "'i'",
        ("a", "b", "c", "j k"): '"j k"',
        ("rows", 1, "one"): "one = 2",
        ("rows", 1, "deep", 0, "y"): "y = 1",
    }.items():
        place = found[keys]
        assert lines[place.line - 1][place.column - 1 :].startswith(starts), keys


def test_a_missing_key_is_placed_at_the_table_around_it() -> None:
    found = places(TEXT)
    assert nearest_place(found, ("a", "b", "nothing")) == found["a", "b"]
    assert nearest_place(found, ("nothing",)) == (1, 1)


def test_what_is_no_toml_ends_the_scan() -> None:
    for text in ("[", "a", "a = [", "a = { b", "a = [ ] ]", "= 3", "a = [ } ]", '"', "a = [x"):
        places(text)

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.text.chinese_names import short_name
from crmcli.text.fold import fold
from crmcli.text.slug import pinyin_of, slug

SHAPE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Acme GmbH", "acme-gmbh"),
        ("Café Müller & Søn ÆØ", "cafe-muller-son-aeo"),
        ("Straße", "strasse"),
        ("O'Brien’s Pub", "obriens-pub"),
        ("Газпром нефть", "gazprom-neft"),
        ("Οδυσσέας", "odysseas"),
        ("ＡＣＭＥ １２", "acme-12"),
        ("阿里巴巴", "a-li-ba-ba"),
        ("阿里巴巴集团控股有限公司", "a-li-ba-ba"),
        ("深圳市阿里巴巴有限公司", "a-li-ba-ba"),
        ("深圳市汇川技术股份有限公司", "hui-chuan-ji-shu"),
        ("宁波金田铜业（集团）股份有限公司", "jin-tian-tong-ye"),
        ("华为技术（深圳）有限公司", "hua-wei-ji-shu"),
        ("上海银行", "shang-hai-yin-hang"),
        ("吕氏 Trading", "lv-shi-trading"),
        ("🙂", "customer"),
        ("", "customer"),
        ("Con", "con-customer"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 50, "x" * 32),
        ("International Widgets Corporation of Westphalia", "international-widgets"),
    ],
)
def test_slugs(title: str, expected: str) -> None:
    assert slug(title, "customer") == expected


def test_a_type_may_be_chinese_or_reserved() -> None:
    assert slug("🙂", "项目") == "xiang-mu"
    assert slug("🙂", "🙂") == "record"
    assert slug("aux", "con") == "aux-x"


@given(st.text(max_size=60), st.sampled_from(["customer", "con", "项目", ""]))
def test_every_slug_is_a_file_name_anywhere(title: str, fallback: str) -> None:
    made = slug(title, fallback)
    assert SHAPE.fullmatch(made)
    assert len(made) <= 32
    assert made not in RESERVED


def test_pinyin_for_searching() -> None:
    assert pinyin_of("阿里巴巴") == ("alibaba", "albb")
    assert pinyin_of("A股 Test") == ("agutest", "agt")
    assert pinyin_of("Acme") == ("", "")
    assert pinyin_of("Café") == ("", "")


def test_slugs_of_listed_companies(shared_data: Path) -> None:
    with (shared_data / "zh_companies" / "listed.csv").open(encoding="utf-8", newline="") as file:
        names = [row["legal_name"] for row in csv.DictReader(file)]
    assert len(names) >= 1000
    made = {name: slug(name, "customer") for name in names}
    assert all(SHAPE.fullmatch(each) and len(each) <= 32 for each in made.values())
    assert not [name for name, each in made.items() if each.endswith(("-gong-si", "-gu-fen"))]
    assert not [name for name, each in made.items() if each.startswith(("shen-zhen-shi-", "guang-dong-sheng-"))]
    assert all(len(short_name(name)) >= 2 for name in names)
    # A slug tells companies apart: few share one.
    assert len(set(made.values())) > 0.97 * len(set(names))


@pytest.mark.parametrize("text", ["Acme-Tools  GmbH", " ＡＣＭＥＴＯＯＬＳ gmbh", "acme‐tools gmbh", "ACMETOOLS\tGMBH"])
def test_folded_texts_compare_equal(text: str) -> None:
    assert fold(text) == "acmetools gmbh"
    assert fold("STRASSE") == fold("straße")
    assert fold("u\u0308") == fold("Ü")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)

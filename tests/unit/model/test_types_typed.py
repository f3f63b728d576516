"""What people type and what is stored for it, in a German book and in a Chinese one."""

from __future__ import annotations

import pytest

from tests.unit.model.book import CHINESE, check, parse, rows

GERMAN_BOOK = """
text        Acme GmbH                    Acme GmbH
color       12AA88                       #12aa88
color       #1a8                         #11aa88
sku         ARM-6                        ARM-6
int         1.2万                        12000
int         12k                          12000
int         -5                           -5
int         ９                           9
decimal     1.50                         1.5
decimal     .5                           0.5
decimal     -0                           0
percent     20%                          20%
percent     0.2                          20%
percent     12.5 %                       12.5%
rating      4                            4
flag        YES                          yes
flag        是                           yes
flag        0                            no
duration    30d                          30d
duration    1.5h                         90min
duration    1h30min                      90min
duration    1y6mo                        18mo
duration    2周                          2w
duration    8wh                          8wh
money       12k                          12000.00 EUR
money       12kEUR                       12000.00 EUR
money       50万                         500000.00 EUR
money       50万元                       500000.00 CNY
money       12000.00 EUR                 12000.00 EUR
money       EUR 12000                    12000.00 EUR
money       €12                          12.00 EUR
money       12.5 k usd                   12500.00 USD
money       $5                           5.00 USD
money       HK$ 5                        5.00 HKD
money       1.2m                         1200000.00 EUR
money       12 kmf                       12 KMF
money       12.5 JPY                     12 JPY
money       13.5 JPY                     14 JPY
money       12.3455 KWD                  12.346 KWD
money       1.005                        1.00 EUR
money       -500                         -500.00 EUR
currency    usd                          USD
currency    €                            EUR
currency    美元                         USD
currency    us dollar                    USD
account     GB82 WEST 1234 5698 7654 32  GB82WEST12345698765432
account     4111 1111 1111 1111          4111111111111111
account     CN4000021209200012345        CN4000021209200012345
date        fri                          2026-11-27
date        -fri                         2026-11-13
date        +2w                          2026-12-04
date        下周一                       2026-11-23
datetime    fri@14:00                    2026-11-27T14:00:00+01:00
datetime    +4h                          2026-11-20T18:03:11+01:00
datetime    fri                          2026-11-27
datetime    2026-07-01 14:00             2026-07-01T14:00:00+02:00
month       2026-11                      2026-11
month       today                        2026-11
time        9:30                         09:30
time        3pm                          15:00
time        下午3点半                    15:30
period      2026-01-01..+1y              2026-01-01..2026-12-31
period      2026-q4                      2026-10-01..2026-12-31
period      today..fri                   2026-11-20..2026-11-27
period      2026-01-01..                 2026-01-01..
period      ..fri                        ..2026-11-27
recurrence  every month                  FREQ=MONTHLY
recurrence  every 2 weeks                FREQ=WEEKLY;INTERVAL=2
recurrence  every other week             FREQ=WEEKLY;INTERVAL=2
recurrence  every mon                    FREQ=WEEKLY;BYDAY=MO
recurrence  every Monday and fri         FREQ=WEEKLY;BYDAY=MO,FR
recurrence  every first mon              FREQ=MONTHLY;BYDAY=1MO
recurrence  every month on 15            FREQ=MONTHLY;BYMONTHDAY=15
recurrence  every quarter                FREQ=MONTHLY;INTERVAL=3
recurrence  weekdays                     FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
recurrence  每月                         FREQ=MONTHLY
recurrence  每两周                       FREQ=WEEKLY;INTERVAL=2
recurrence  每周一                       FREQ=WEEKLY;BYDAY=MO
recurrence  每月15日                     FREQ=MONTHLY;BYMONTHDAY=15
recurrence  byday=mo;freq=weekly         FREQ=WEEKLY;BYDAY=MO
choice      a                            A
choice      软件                         software
choice      ROBOTICS                     robotics
choice      prime                        A
checklist   机器人                       robotics
stage       won                          won
pipeline    sales                        sales
reference   acme                         acme-7k3f9
reference   [[acme]]                     acme-7k3f9
any         acme                         deals/acme-7k3f9
email       Li.Wei@ACME.com              Li.Wei@acme.com
email       Li Wei <li@acme.com>         li@acme.com
email       mailto:x@München.de          x@münchen.de
email       李@公司.cn                   李@公司.cn
email       a@xn--mnchen-3ya.de          a@münchen.de
url         acme.com                     https://acme.com
url         HTTPS://Acme.COM/Path?q=1    https://acme.com/Path?q=1
url         acme.com:8080/x              https://acme.com:8080/x
url         http://[::1]/x               http://[::1]/x
url         http://localhost:3000        http://localhost:3000
domain      https://www.acme.com/x       acme.com
domain      ACME.com.                    acme.com
domain      xn--mnchen-3ya.de            münchen.de
domain      li@acme.com                  acme.com
handle      wechat:li_wei                wechat:li_wei
handle      微信：li                     wechat:li
handle      https://x.com/foo?s=1        x:foo
handle      twitter.com/foo              x:foo
handle      https://www.linkedin.com/in/li-wei/  linkedin:li-wei
handle      https://github.com/liwei     github:liwei
handle      https://weibo.com/u/123      weibo:123
handle      t.me/foo                     telegram:foo
id          HubSpot:12345                hubspot:12345
phone       030 123456                   +4930123456
phone       tel:+247-40123               +24740123
phone       +86 138 0013 8000            +8613800138000
phone       +49 (0)30 1234567            +49301234567
address     南山路 1 号                  {street: 南山路 1 号}
address     {zip: 10115, city: Berlin}   {city: Berlin, zip: 10115}
address     {country: germany}           {country: DE}
region      Bayern                       DE-BY
region      de-by                        DE-BY
region      440305                       广东/深圳/南山
country     norway                       NO
country     挪威                         NO
country     Deutschland                  DE
country     NOR                          NO
language    zh-hans                      zh-Hans
language    german                       de
language    中文                         zh
language    en_us                        en-US
timezone    asia/shanghai                Asia/Shanghai
timezone    new york                     America/New_York
timezone    北京                         Asia/Shanghai
geo         22.54, 114.06                22.54,114.06
geo         geo:1.50,-2                  1.5,-2
taxid       91440300708461136T           91440300708461136T
taxid       de 136 695 976               DE136695976
taxid       12-3456789                   123456789
file        files/a/b.pdf                files/a/b.pdf
image       files/a/b.PNG                files/a/b.PNG
"""

CHINESE_BOOK = """
money     50万                  500000.00 CNY
money     ￥100                 100.00 CNY
money     100元                 100.00 CNY
datetime  明天下午3点           2026-11-21T15:00:00+08:00
phone     0755-8888 6666 转 12  +8675588886666;ext=12
phone     138 0013 8000         +8613800138000
phone     ０７５５８８８８６６６６  +8675588886666
region    福田                  广东/深圳/福田
region    深圳/南山             广东/深圳/南山
region    广东省深圳市南山区    广东/深圳/南山
region    北京市朝阳区          北京/北京/朝阳
region    北京/朝阳             北京/北京/朝阳
region    湖北/仙桃             湖北/仙桃
region    长沙                  湖南/长沙
region    伊宁县                新疆/伊犁/伊宁县
region    浙江/杭州/临平区      浙江/杭州/临平区
"""


@pytest.mark.parametrize(("name", "typed", "stored"), rows(GERMAN_BOOK))
def test_what_is_typed_is_stored_so_and_stays_so(name: str, typed: str, stored: str) -> None:
    assert parse(name, typed) == stored
    assert check(name, stored) == stored


@pytest.mark.parametrize(("name", "typed", "stored"), rows(CHINESE_BOOK))
def test_a_chinese_book_reads_its_own_notations(name: str, typed: str, stored: str) -> None:
    assert parse(name, typed, CHINESE) == stored
    assert check(name, stored, CHINESE) == stored


def test_text_is_kept_with_its_blanks_and_composed() -> None:
    assert parse("text", " x ") == " x "
    assert parse("text", "Zoe\u0308") == "Zoë"


def test_markdown_keeps_its_lines() -> None:
    assert parse("markdown", "# Met\n\nat the *fair*\t\n") == "# Met\n\nat the *fair*\t\n"


def test_json_on_several_lines_becomes_one() -> None:
    assert parse("json", '{"a": 1.10,\n  "b": [2]\n}') == '{"a": 1.10,"b": [2]}'


def test_a_field_with_a_system_needs_no_prefix() -> None:
    assert parse("id", "o6_bmj", system="wechat") == "wechat:o6_bmj"
    assert parse("handle", "@li", system="x") == "x:li"
    assert parse("id", "hubspot:1", system="wechat").startswith("refused: this field holds ids of wechat")


def test_a_rating_goes_to_the_fields_max() -> None:
    assert parse("rating", "9", max=10) == "9"
    assert parse("rating", "11", max=10) == "refused: 11 is not between 1 and 10 | the nearest is 10"

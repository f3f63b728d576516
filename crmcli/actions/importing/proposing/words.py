"""What columns are usually called, in English, German and Chinese, and the fields that hold such things."""

from __future__ import annotations

from typing import NamedTuple

COMPANY, PERSON, GIVEN, FAMILY, DEAL = "company", "person", "given name", "family name", "deal"


class Meaning(NamedTuple):
    """What a column means: the fields that may hold it, in order, or any field of a type; both may be empty."""

    name: str
    fields: tuple[str, ...]
    kind: str = ""


_WORDS: tuple[tuple[Meaning, str], ...] = (
    (
        Meaning(COMPANY, ()),
        ("company|company name|account|account name|organization|organisation|organization name|customer|customer name|client|"
        "legal name|employer|firma|firmenname|unternehmen|kunde|kundenname|公司|公司名称|公司全称|客户|客户名称|单位|企业|企业名称|全称"),
    ),
    (
        Meaning(PERSON, ()),
        "contact|contact name|contact person|full name|person|ansprechpartner|kontakt|kontaktperson|联系人|联系人姓名|姓名",
    ),
    (Meaning(GIVEN, ()), "first name|firstname|first|given name|vorname|名|名字"),
    (Meaning(FAMILY, ()), "last name|lastname|last|family name|surname|nachname|familienname|姓|姓氏"),
    (Meaning(DEAL, ()), "deal|deal name|opportunity|opportunity name|商机|商机名称|项目名称"),
    (
        Meaning("e-mail", ("email",), "email"),
        "email|e mail|mail|email address|e mail address|emailadresse|e mail adresse|邮箱|电子邮箱|电子邮件|邮件",
    ),
    (
        Meaning("phone", ("phone",), "phone"),
        ("phone|phone number|telephone|tel|mobile|mobile phone|cell|cell phone|telefon|telefonnummer|rufnummer|handy|mobil|"
        "手机|手机号|手机号码|电话|电话号码|联系电话|座机|固话"),
    ),
    (Meaning("website", ("website",), "url"), "website|web|homepage|url|web page|webseite|网址|网站|官网"),
    (Meaning("domain", ("domain",), "domain"), "domain|domains|域名"),
    (Meaning("position", ("position",)), "position|title|job title|funktion|berufsbezeichnung|职务|职位|岗位"),
    (Meaning("street", ("address.street",)), "street|address|street address|strasse|straße|adresse|anschrift|地址|详细地址"),
    (Meaning("city", ("address.city",)), "city|town|ort|stadt|城市|市"),
    (Meaning("postal code", ("address.zip",)), "zip|zip code|postal code|postcode|plz|postleitzahl|邮编|邮政编码"),
    (Meaning("province", ("address.province",)), "state|province|region|county|bundesland|省|省份"),
    (Meaning("country", ("country", "address.country"), "country"), "country|land|国家"),
    (Meaning("industry", ("industry",)), "industry|sector|branche|行业|所属行业"),
    (Meaning("size", ("size",)), "size|employees|number of employees|headcount|mitarbeiter|mitarbeiterzahl|规模|人数|员工人数"),
    (Meaning("source", ("source",)), "source|lead source|quelle|herkunft|来源|客户来源|线索来源"),
    (Meaning("owner", ("owner",)), "owner|sales rep|account manager|betreuer|verantwortlich|负责人|销售|业务员"),
    (
        Meaning("notes", ("about",), "markdown"),
        "notes|note|description|comment|comments|remark|remarks|bemerkung|bemerkungen|notiz|notizen|beschreibung|备注|说明|描述",
    ),
    (Meaning("birthday", ("birthday",)), "birthday|birth date|date of birth|geburtstag|geburtsdatum|生日|出生日期"),
    (Meaning("amount", ("amount",), "money"), "amount|value|deal value|betrag|summe|auftragswert|金额|预计金额|成交金额"),
    (Meaning("closing day", ("close",)), "close|close date|closing date|expected close date|abschluss|abschlussdatum|预计成交|成交日期"),
    (Meaning("stage", ("stage", "lifecycle"), "stage"), "stage|deal stage|phase|status|阶段|状态|商机阶段"),
    (Meaning("day it was made", ("created",)), "created|created at|create date|angelegt|angelegt am|erstellt am|创建时间|创建日期"),
    (Meaning("tags", ("tags",)), "tags|tag|labels|label|schlagworte|schlagwörter|标签"),
    (Meaning("handle in WeChat", ("handles",)), "wechat|微信|微信号"),
    (Meaning("profile in LinkedIn", ("handles",)), "linkedin|linkedin url|linkedin profile"),
)  # fmt: skip


def plain(column: str) -> str:
    """A column's name as the list has it: small letters, words with one blank between."""
    return " ".join("".join(char if char.isalnum() else " " for char in column.casefold()).split())


def meanings() -> dict[str, Meaning]:
    """What each name means."""
    return {word: meaning for meaning, words in _WORDS for word in words.split("|")}

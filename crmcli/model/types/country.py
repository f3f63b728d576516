# ruff: noqa: ARG002 - the protocol's arguments
"""Countries by ISO 3166-1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.types.base import Manual, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText

if TYPE_CHECKING:
    from crmcli.model.schema import Field

_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY "
    "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
    "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
    "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
    "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
    "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_CODES.split())
"""ISO 3166-1 alpha-2, here so that no list of records loads a library for them; a test compares it with pycountry's."""


class Country(SingleText):
    """A country by its two letters (ISO 3166-1).

    Its name in English, the book's language or a larger one, or its three letters, may be typed.
    """

    name = "country"
    matches = "equal"
    manual = Manual("country: NO", "ISO 3166-1", "`country=NO` `norway` `挪威`", "`:` equal")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """A code or a name."""
        return country_code(typed.strip(), context.language)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """Two letters."""
        code = stored.upper()
        if code in COUNTRIES:
            return code
        raise _no_country(stored, context.language)


def country_code(word: str, language: str) -> str:
    """The two letters of the country that a code or a name means."""
    code = word.upper()
    if code in COUNTRIES:
        return code
    from crmcli.model.types.names import code_by_name  # noqa: PLC0415 - only for names

    found = code_by_name("country", word, language)
    if found:
        return found
    raise _no_country(word, language)


def _no_country(word: str, language: str) -> ValueRefused:
    from crmcli.model.types.names import code_by_name, near_name  # noqa: PLC0415

    meant = code_by_name("country", word, language)
    if meant:
        return ValueRefused(f"`{word}` is a country's name, not its code", f"write {meant}")
    near = near_name("country", word, language)
    return ValueRefused(
        f"`{word}` is no country of ISO 3166", f"did you mean {near}?" if near else "two letters, as in NO"
    )

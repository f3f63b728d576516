"""What is said when a question does not fit the book: the place, the nearest name, what to do."""

from __future__ import annotations

import pytest

from crmcli.errors import USAGE
from crmcli.model.schema import RecordType
from crmcli.query.aggregated import NoHalfLifeError, UnfitAggregateError
from crmcli.query.aggregates import ListFilterError, MissingCommaError, NoFieldError, NotAPathError, RowsOnlyError
from crmcli.query.calendars import NoHoursError
from crmcli.query.calls import UnknownFunctionError, WrongArgumentsError
from crmcli.query.compile import compile_filter
from crmcli.query.computed import ComputedCycleError
from crmcli.query.conditions import NotAConditionError
from crmcli.query.constants import NoRateError, WrongValueError
from crmcli.query.failures import ExpressionSyntaxError, QueryError
from crmcli.query.fields import NoValueError, UnknownFieldError, UnknownPartError
from crmcli.query.old import NotAFieldError
from crmcli.query.operators.choice import UnknownOptionError
from crmcli.query.operators.none import OnlyFilledError
from crmcli.query.operators.unfit import MixedLengthError, NoRangeError, UnfitComparisonError
from crmcli.query.paths import LongPathError, OldOutsideError
from crmcli.query.search import LonelyFieldError, NoWordsError
from crmcli.query.states import NoStagesError, NoStatesError, NotAwayError, UnknownStateError
from crmcli.query.tags import NoTagsError
from crmcli.query.through import ListInPathError, NowhereFieldError
from crmcli.query.values import AfterColonError, UnquotedTextError
from crmcli.query.words import parse_words
from tests.unit.query.book import CUSTOMER, DEAL, ENV, NOTE, TASK

CASES: list[tuple[RecordType, str, type[QueryError], int, str, str]] = [
    (
        DEAL,
        "amout:5k..",
        UnknownFieldError,
        0,
        "deal has no field `amout`",
        'did you mean `amount`? a line `amout = { type = "text" }` under [fields] in schema/deal.toml makes one',
    ),
    (
        DEAL,
        "x=5 list:5",
        UnknownFieldError,
        0,
        "deal has no field `x`",
        'a line `x = { type = "text" }` under [fields] in schema/deal.toml makes one',
    ),
    (DEAL, "customer.nam:x", UnknownFieldError, 9, "customer has no field `nam`", "did you mean `name`?"),
    (DEAL, "close.end:2026", UnknownPartError, 6, "`close` has no part `end`", "it has no parts"),
    (DEAL, "amount.rate:5", UnknownPartError, 7, "`amount` has no part `rate`", "its parts are currency, book"),
    (DEAL, "stage:propsal", UnknownOptionError, 6, "`stage` has no option `propsal`", "did you mean `proposal`?"),
    (DEAL, "priority:hig", UnknownOptionError, 9, "`priority` has no option `hig`", "low, normal, high, urgent"),
    (DEAL, "priority=hig", UnknownOptionError, 8, "`priority` has no option `hig`", "did you mean `high`?"),
    (DEAL, "is:opn", UnknownStateError, 3, "there is no state `opn`", "did you mean is:open?"),
    (NOTE, "is:open", NoStagesError, 3, "a note has no stages, so none is open", "leave it out"),
    (
        DEAL,
        "close:30d",
        MixedLengthError,
        6,
        "`30d` is a length of time, `close` is a date",
        "`-30d` is that long ago, `+30d` that far ahead",
    ),
    (DEAL, "close<30d", MixedLengthError, 5, "`30d` is a length of time", "`today - close > 30d`"),
    (DEAL, "close:20.11.2026", WrongValueError, 6, "`20.11.2026` is no date", "write 2026-11-20"),
    (DEAL, "close:soon", WrongValueError, 6, "`soon` is no date", "as in 2026-11-20"),
    (DEAL, "amount:12,000..", WrongValueError, 10, "`000` is no number", "write 12000, not 12,000"),
    (DEAL, "amount:much", WrongValueError, 7, "not a number: 'much'", "12k"),
    (DEAL, "discount>20", WrongValueError, 8, "`20` has no %", "write 20%"),
    (DEAL, "amount>5kXYZ", WrongValueError, 7, "`XYZ` is no currency", ""),
    (
        DEAL,
        "amount>500kEUR",
        NoRateError,
        7,
        "`500kEUR` is in EUR, and rates.tsv has no rate for EUR on or before 2026-11-20",
        "add a line to rates.tsv: 2026-11-20<tab>EUR<tab>how many CNY one EUR is; amount.currency:EUR asks",
    ),
    (
        DEAL,
        "amount>close",
        UnfitComparisonError,
        6,
        "an amount cannot be compared with a date by `>`",
        "compare it with an amount",
    ),
    (DEAL, "amount~'5'", UnfitComparisonError, 6, "an amount cannot be compared with a text by `~`", ""),
    (DEAL, "name=Acme", UnquotedTextError, 5, "`Acme` is no field", "write 'Acme' for the text"),
    (DEAL, "name:a..b", NoRangeError, 5, "a text has no ranges", "in quotes"),
    (DEAL, "owner:a..b", NoRangeError, 6, "a record has no ranges", ""),
    (DEAL, "owner>me", UnfitComparisonError, 5, "a record cannot be compared", "`:` = and != only"),
    (DEAL, "name~'['", WrongValueError, 4, "no regular expression", "put a `\\`"),
    (DEAL, "amount", LonelyFieldError, 0, "`amount` is a field; alone it asks nothing", "write amount:5k..;"),
    (DEAL, "close OR stage:won", LonelyFieldError, 0, "`close` is a field", "write close:..fri;"),
    (DEAL, "金额", LonelyFieldError, 0, "`金额` is a field", "write 金额:5k.."),
    (DEAL, "-30d", NotAConditionError, 0, "a value alone is no condition", "close:-30d.."),
    (DEAL, "(amount + 1)", NotAConditionError, 8, "a value alone is no condition", ""),
    (
        DEAL,
        "owner.region",
        LonelyFieldError,
        0,
        "`owner.region` is a field; alone it asks nothing",
        "write owner.region:word",
    ),
    (DEAL, "abs(amount)", NotAConditionError, 0, "a value alone is no condition", "abs(…) gives an amount; compare it"),
    (
        DEAL,
        "rounds>1",
        ComputedCycleError,
        0,
        "computed fields need each other: deal.rounds → deal.rounds",
        "change one",
    ),
    (DEAL, "sun(amount)>1", UnknownFunctionError, 0, "there is no function `sun`", "did you mean `sum`?"),
    (DEAL, "quarter(name)='x'", WrongArgumentsError, 0, "quarter(…) got something else", ""),
    (DEAL, "if(is:won, 1, name)=1", WrongArgumentsError, 0, "if(…) got something else", ""),
    (DEAL, "name + 1 > 2", QueryError, 5, "a text + a number has no meaning", "numbers, money and lengths"),
    (CUSTOMER, "geo:1", OnlyFilledError, 4, "`geo` can only be asked whether it is filled", "geo:any or geo:none"),
    (CUSTOMER, "country:Atlantis", WrongValueError, 8, "", ""),
    (CUSTOMER, "newsletter:maybe", WrongValueError, 11, "`maybe` is neither yes nor no", "write yes or no"),
    (CUSTOMER, "newsletter>1", UnfitComparisonError, 10, "yes or no cannot be compared", ""),
    (CUSTOMER, "terms>30", UnfitComparisonError, 5, "a length of time cannot be compared with a number by `>`", "30d"),
    (CUSTOMER, "size:100 count(deals)", NotAConditionError, 9, "a value alone is no", "compare it, as in count(…)>0"),
    (CUSTOMER, "sum(deals)>1", NoFieldError, 4, "sum of which field? `deals` are records of type deal", "sum(deals.am"),
    (CUSTOMER, "sum(deals.amout)>1", UnknownFieldError, 10, "deal has no field `amout`", "did you mean `amount`?"),
    (CUSTOMER, "count(deels)>1", UnknownFieldError, 6, "customer has no field `deels`", "did you mean `deals`?"),
    (CUSTOMER, "deels.amount:5", UnknownFieldError, 0, "customer has no field `deels`", "did you mean `deals`?"),
    (CUSTOMER, "count(deals, stage:wonn)>0", UnknownOptionError, 19, "`stage` has no option `wonn`", "`won`"),
    (CUSTOMER, "count(deals, colour:red)>0", UnknownFieldError, 13, "deal has no field `colour`", ""),
    (CUSTOMER, "count(deals, 5)>0", NotAConditionError, 13, "a value alone is no condition", ""),
    (
        CUSTOMER,
        "sum(deals.name)>1",
        UnfitAggregateError,
        0,
        "sum(…) takes numbers, money and lengths, and this is a te",
        "",
    ),
    (
        CUSTOMER,
        "max(deals.owner)=me",
        UnfitAggregateError,
        0,
        "max(…) takes numbers, money, lengths and dates",
        "distinct",
    ),
    (CUSTOMER, "count(email, size:1)>1", ListFilterError, 17, "the items of `email` have no fields", "count(email)"),
    (CUSTOMER, "decay(log.at, 5)>1", NoHalfLifeError, 14, "decay(…) got something else", ""),
    (CUSTOMER, "decay(log, 30d)>1", NoFieldError, 6, "decay of which field?", "decay(log.at)"),
    (CUSTOMER, "count(log, +vip)>1", NoTagsError, 11, "a log has no tags", "the record"),
    (CUSTOMER, "count(log, is:open)>1", NoStatesError, 14, "a log has no states", ""),
    (CUSTOMER, 'count(moves, "x")>1', NoWordsError, 13, "a text cannot be looked for in a move", ""),
    (CUSTOMER, "count(log, pge:x)>1", UnknownFieldError, 11, "log has no field `pge`", ""),
    (
        DEAL,
        "count()>5",
        RowsOnlyError,
        0,
        "count(…) without a collection runs over the rows of a report",
        "name a collec",
    ),
    (
        CUSTOMER,
        "sum(size)>5",
        RowsOnlyError,
        0,
        "sum(…) without a collection runs over the rows",
        "as in sum(customers.size)",
    ),
    (CUSTOMER, "sum(deals.amount * 2)>5", NotAPathError, 17, "sum(…) takes a path, no sum or", "sum(deals.amount) * 2"),
    (TASK, "on.nothing:5", NowhereFieldError, 0, "no type of record that is meant here has a field `nothing`", ""),
    (TASK, "on.nam:x", NowhereFieldError, 0, "no type of record that is meant here has a field `nam`", "`name`"),
    (DEAL, "ntile(5, amount)=1", RowsOnlyError, 0, "ntile(…) without a collection", ""),
    (CUSTOMER, "deals.amount + 1 > 5", ListInPathError, 0, "`deals` may be several", "sum(deals.amount)"),
    (CUSTOMER, "deals>5", NoValueError, 5, "`deals` of a customer are several", "count(deals)"),
    (DEAL, "a.b.c.d.e.f.g.h.i:1", LongPathError, 0, "a path has at most 8 steps", ""),
    (
        DEAL,
        "old.stage:won",
        OldOutsideError,
        0,
        "`old.` compares with the state before a change",
        "must, lock and need",
    ),
    (DEAL, "changed(close)", OldOutsideError, 0, "changed(…) compares with the state before a change", "gates, rules"),
    (DEAL, "changed(5)", NotAFieldError, 0, "changed(…) got something else; expected one field", ""),
    (DEAL, "is:away", NotAwayError, 3, "a deal is never away", "owner.is:away"),
    (
        DEAL,
        "stage_since<-3wd",
        NoHoursError,
        12,
        "`-3wd` is working time, and the book has no working hours",
        "add them to crm.toml: [hours.office] with a line mon-fri =",
    ),
    (CUSTOMER, "terms>8wh", NoHoursError, 6, "`8wh` is working time, and the book has no", "crm.toml: [hours."),
    (DEAL, "close + 3wd > today", NoHoursError, 8, "`3wd` is working time, and the book has no", "crm.toml: [hours."),
    (NOTE, "is:approved", NoStagesError, 3, "a note has no stages, so none is approved", ""),
    (DEAL, "owner:{customer.onwer}", UnknownFieldError, 16, "customer has no field `onwer`", "did you mean `owner`?"),
    (DEAL, "stage:Wonn", UnknownOptionError, 6, "`stage` has no option `Wonn`", "did you mean `won`?"),
    (DEAL, "金额＞5万", ExpressionSyntaxError, 2, "`＞` has no meaning here", "write > for ＞"),
    (DEAL, "＋vip", ExpressionSyntaxError, 0, "`＋` has no meaning here", "write + for ＋"),
    (DEAL, "name:“Acme”", ExpressionSyntaxError, 5, "`“` has no meaning here", 'write " for “'),
    (DEAL, "「两个 词」", ExpressionSyntaxError, 0, "`「` has no meaning here", 'write " for 「'),
    (
        DEAL,
        "amount>",
        ExpressionSyntaxError,
        7,
        "nothing stands after `>`; expected a field, a value or a function",
        "",
    ),
    (DEAL, "is:open OR", ExpressionSyntaxError, 10, "nothing stands after `OR`; expected a field", ""),
    (DEAL, "OR is:open", ExpressionSyntaxError, 0, "`OR` stands here; expected a field", ""),
    (DEAL, "(is:open (is:won)", ExpressionSyntaxError, 0, "`(` is not closed; expected `)`", ""),
    (DEAL, "（is:open", ExpressionSyntaxError, 0, "`（` is not closed; expected `)`", ""),
    (DEAL, "round(amount)>1 round(amount", ExpressionSyntaxError, 16, "`round(` is not closed; expected `)`", ""),
    (
        DEAL,
        "round(close)>1",
        WrongArgumentsError,
        0,
        "round(…) got something else; expected one number",
        "write round(num",
    ),
    (
        DEAL,
        "week(close, 1)='x'",
        WrongArgumentsError,
        0,
        "week(…) got something else; expected one date",
        "week(date), as",
    ),
    (DEAL, "amount=5k..10k", ExpressionSyntaxError, 9, "`.` has no meaning here", "amount:5k..10k"),
    (DEAL, "stage:won | stage:lost", ExpressionSyntaxError, 10, "`|` has no meaning here", "OR joins"),
    (DEAL, "stage:won & stage:lost", ExpressionSyntaxError, 10, "`&` has no meaning here", "a blank joins"),
    (DEAL, "amount>€5k", ExpressionSyntaxError, 7, "`€` has no meaning here", "5kEUR"),
    (DEAL, "amount>5keur", ExpressionSyntaxError, 8, "`keur` is no unit", "in capitals: kEUR"),
    (DEAL, "!stage:won", ExpressionSyntaxError, 0, "`!s` is no operator", "NOT before a condition"),
    (DEAL, "amount:>5k", ExpressionSyntaxError, 7, "`>` stands after `:`", "operators stand without `:`"),
    (DEAL, "amount:5k-10k", WrongValueError, 7, "`5k-10k` is no number", "a range is written 5k..10k"),
    (DEAL, "close=none", AfterColonError, 6, "`none` stands after an operator", "write close:none"),
    (DEAL, "owner!=any", AfterColonError, 7, "`any` stands after an operator", "write owner:any"),
    (DEAL, "close>tomorow", WrongValueError, 6, "`tomorow` is no date", "did you mean `tomorrow`?"),
    (DEAL, "close:fryday", WrongValueError, 6, "`fryday` is no date", "did you mean `friday`?"),
    (DEAL, "close>clos", UnknownFieldError, 6, "deal has no field `clos`", "did you mean `close`?"),
    (
        CUSTOMER,
        "count(deals is:won)>1",
        MissingCommaError,
        0,
        "a `, ` is missing after `deals`",
        "write count(deals, …)",
    ),
    (DEAL, "paid>5", UnknownFieldError, 4, "deal has no field `contracts`", ""),
]


@pytest.mark.parametrize(
    ("record_type", "words", "kind", "column", "sentence", "hint"), CASES, ids=[case[1] for case in CASES]
)
def test_says_what_and_where(
    record_type: RecordType, words: str, kind: type[QueryError], column: int, sentence: str, hint: str
) -> None:
    with pytest.raises(kind) as failure:
        compile_filter(parse_words([words]), record_type, ENV)
    error = failure.value
    assert error.exit_code == USAGE
    assert error.sentence.startswith(sentence)
    assert hint in error.hint
    assert error.column == column
    assert str(error).splitlines()[-1].strip() == "^"


def test_shell_words_are_shown_together() -> None:
    with pytest.raises(UnknownFieldError) as failure:
        compile_filter(parse_words(["is:open", "amout:5k.."]), DEAL, ENV)
    assert str(failure.value) == "deal has no field `amout`\n  is:open amout:5k..\n          ^"
    assert failure.value.nearest == "amount"


WARNINGS = [
    ("is:won or is:lost", "`or` is a word to find here; in capitals it joins conditions"),
    ("is:open not stage:won", "`not` is a word to find here; in capitals it joins conditions"),
    ("-late", "no record has the tag late; late:any asks the field, -late:any for the opposite"),
    ("won", "`won` is a word to find here; is:won asks for the state"),
    ("+vpi", "no record has the tag vpi; did you mean vip?"),
]


@pytest.mark.parametrize(("words", "warning"), WARNINGS)
def test_warns_of_what_is_surely_not_meant(words: str, warning: str) -> None:
    assert compile_filter(parse_words(words.split()), DEAL, ENV).warnings == (warning,)


def test_a_lonely_word_in_small_letters_is_a_word_to_find() -> None:
    assert compile_filter(parse_words(["normal"]), DEAL, ENV).warnings == ()

"""Several columns make one field: names in two columns, Chinese ones among them."""

from __future__ import annotations

from pathlib import Path

from crmcli.actions.importing.joining import join_of, joined
from tests.imports.desk import Desk, counts

ROWS = (
    "First Name,Middle,Last Name,Mail,a+b",
    "Eva,,Lang,eva@x.example,1",
    "建国,,王,wang@x.example,2",
    "Ann  ,B.,O'Hara,ann@x.example,3",
    ",,Solo,no mail at all,4",
    ",,,none@x.example,5",
)


def test_columns_are_joined_and_a_chinese_family_name_comes_first(desk: Desk) -> None:
    desk.map(
        'to = "contact"\nsame = ["name"]\n'
        'columns = { "First Name+Middle+Last Name" = "name", Mail = "email", "a+b" = "position" }\n'
    )
    outcome = desk.take(*ROWS)
    assert counts(outcome) == (3, 0, 0, 2)
    assert desk.fields("contacts", "name", "email", "position") == [
        ("Ann B. O'Hara", "ann@x.example", "3"),
        ("Eva Lang", "eva@x.example", "1"),
        ("王建国", "wang@x.example", "2"),
    ]
    assert not any("does not mention" in notice for notice in outcome.notices)
    header, *refused = Path(outcome.rejects).read_text(encoding="utf-8").splitlines()
    assert header == "row,column,reason,First Name,Middle,Last Name,Mail,a+b"
    assert refused[0].endswith(",,,Solo,no mail at all,4")
    assert refused[1].endswith(",,,,none@x.example,5")
    assert counts(desk.take(*ROWS)) == (0, 0, 3, 2)


def test_joined_as_the_columns_are_called() -> None:
    for header, cells, whole in (
        (["姓", "名"], ["欧阳", "娜娜"], "欧阳娜娜"),
        (["名", "姓"], ["娜娜", "欧阳"], "欧阳娜娜"),
        (["Vorname", "Nachname"], ["明", "李"], "李明"),
        (["Given Name", "Family Name"], ["Ming", "李"], "Ming 李"),
        (["Given Name", "Family Name"], ["", "李"], "李"),
        (["省", "市"], ["浙江", "宁波"], "浙江宁波"),
        (["Given Name", "Family Name"], ["", " "], ""),
    ):
        assert joined(cells, join_of(header, range(len(header)))) == whole

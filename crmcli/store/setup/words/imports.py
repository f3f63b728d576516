"""The words of imports/NAME.toml."""

from __future__ import annotations

from crmcli.store.setup.words.kinds import Name, Names, Tables, TextTable, TextTables, Words, word


class ImportFileWords(Words):
    """One file of an import that has several: `[file.x]`."""

    header: Names = word(
        "columns that tell a file as this one without `--as`; any other column of the map may lack", ()
    )
    to: Name = word("the record type made of a row", "")
    set: TextTable = word("fields filled with the same value in every row", {})
    same: Names = word("what makes a row the same record, tried in order; `a+b` together", ())
    columns: TextTable = word(
        "column → field; `a+b` joins columns to one text, an empty field leaves the column out", {}
    )
    values: TextTables = word("column → values as they are called here; `*` is every other value", {})
    id: Name = word("the system whose ids are kept in `keys`", "")
    dates: TextTable = word("column → format of its dates", {})
    missing: TextTable = word("reference → make, skip or fail when nothing is found", {})
    moves: TextTable = word("column → the stage entered on its date", {})


class ImportWords(ImportFileWords):
    """An import: how the columns of a file become fields. The file's name is the map's."""

    file: Tables = word("several files, each with the words above", {})

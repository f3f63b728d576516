"""The expression language: words → tokens → tree → SQL text and bound parameters (docs/reference/language.md).

`parser.parse` and `words.parse_words` read, `compile.compile_filter` and `values.compile_value` write SQL,
`printer.print_expr` writes the language back, `who.who_ranks` finds the record somebody means. Nothing here touches
a disk.
"""

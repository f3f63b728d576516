"""What stands between the commas of `--columns` and `--sort`: commas inside parentheses and quotes belong to it."""

from __future__ import annotations

from crmcli.query.marks import ASCII_OF, QUOTES


def split_columns(text: str) -> list[str]:
    """Cut `name,if(is:won, amount, 0),owner.name` into its three columns, blanks around them gone."""
    if "(" not in text and "（" not in text:
        return [part.strip() for part in text.split(",")]
    found, depth, quote, start = list[str](), 0, "", 0
    for place, char in enumerate(text):
        mark = ASCII_OF.get(char, char)
        if quote:
            quote = "" if char == quote else quote
        elif mark in QUOTES:
            quote = mark
        elif mark == "," and not depth:
            found.append(text[start:place].strip())
            start = place + 1
        else:
            depth += (mark == "(") - (mark == ")")
    return [*found, text[start:].strip()]

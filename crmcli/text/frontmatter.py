"""The text of a record file: YAML front matter and a Markdown body.

    ---
    name: Acme GmbH
    tags:
      - vip
    ---

    Met at the trade fair.

Front matter runs from line 1 `---` to the next line that is exactly `---`; without a first `---` all is body. The body
begins after the one blank line below the closing `---` (further blank lines are its own) and ends without the line ends
of its last line: a body is stored as `"Met at the trade fair."`, with LF inside. So `parse(render(fields, body))` gives
back `fields` and `body` as `canonical_body` leaves it. Values are text or lists of text; empty is the same as absent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from crmcli.text.front_error import FrontMatterError
from crmcli.text.front_read import Document, parse
from crmcli.text.yaml_scan import Value

__all__ = ["Document", "FrontMatterError", "Value", "edit", "parse", "render"]


def render(fields: Mapping[str, Value], body: str, *, maps: Collection[str] = ()) -> str:
    """Write a new file in canonical bytes: keys in the order given, one trailing newline, empty fields left out.

    `maps` names the fields whose text is a flow map, or whose items are: they are written as they stand.
    """
    from crmcli.text.yaml_write import render_file  # noqa: PLC0415 - only where something is written

    return render_file(fields, body, maps)


def edit(
    text: str,
    changes: Mapping[str, Value | None],
    *,
    order: Sequence[str],
    maps: Collection[str] = (),
    body: str | None = None,
) -> str:
    """Change fields of a file and leave every other line as it is: comments, order, unknown keys, line ends, BOM.

    None and empty values remove a field's lines. A new key goes after the nearest key before it in `order` that the
    file has, else first; one that `order` lacks goes last. `body=None` leaves the body alone. Without a difference the
    result is `text` itself. Raises `FrontMatterError` when the file cannot be read, or not edited field by field.
    """
    from crmcli.text.front_edit import edited  # noqa: PLC0415 - only where something is written

    return edited(text, changes, order=order, maps=maps, body=body)

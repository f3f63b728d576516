"""A map that no file says: the usual one of a format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmcli.store.setup.import_map import MapPart


def usual_part(system: str, to: str, columns: Mapping[str, str], same: tuple[str, ...], **words: Any) -> MapPart:  # noqa: ANN401 - typed by MapPart
    """A map whose ids are those of `system`, after which it is named; words that are not given say nothing."""
    nothing: dict[str, Any] = {name: {} for name in ("set", "values", "dates", "missing", "moves", "lines")}
    silent = {name: () for name in MapPart._fields if name not in MapPart._field_defaults}
    said = {"name": system, "path": system, "id": system, "to": to, "columns": columns, "same": same}
    return MapPart(**{**silent, **nothing, **said, **words})

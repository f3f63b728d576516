"""An event: one immutable line of the journal (docs/format.md#journal)."""

from crmcli.light import NamedTuple
from crmcli.model.record import Fields, Value


class Event(NamedTuple):
    """What happened, to what, when, by whom, how.

    `id` is a ULID and the order of replay; `at` (ISO 8601 with offset) is when it was true. `do` is one of create,
    set, move, log, retract, rename, delete, restore and the engines' own. `on` is `plural/id`, or a key (`device:ab12`).
    A set or move of a scalar carries `from_` and `to` (None = absent); of a list `add` and `remove`. create, delete
    and restore carry the whole `record`. `more` holds every other key of the line (`note`, `kind`, `direction`,
    `took`, `with`, `text`, `cmd`, `undoes`, …), unknown ones included.
    """

    id: str
    at: str
    by: str
    via: str
    op: str
    do: str
    on: str
    field: str = ""
    from_: Value | None = None
    to: Value | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    record: Fields | None = None
    more: dict[str, object] = {}  # noqa: RUF012 - a NamedTuple's default, never written to

"""A change somebody wants: the only thing that travels the road to the disk (DESIGN §3)."""

from crmcli.light import NamedTuple
from crmcli.model.record import Fields, Ref, Value


class Change(NamedTuple):
    """One intent, in stored values, before it has an id, a time or an author.

    `do`: create (with `record`), set and move (scalar: `to`, None empties; list: `add`/`remove`, and in `to` the order
    the file shall have, which the journal does not keep), log (text and the like in `more`), retract (of the event id
    in `more["of"]`), rename (`to` = new id), delete, restore (`record`), same (with `plural/id` in `more["of"]`). `at` (ISO
    with offset) backdates; "" is now. `by` is who said it where somebody else writes it down. `more` goes into the event's
    line as it stands. `id` is that of a log line which follows from what it tells of, the same in every clone.
    """

    do: str
    on: Ref
    field: str = ""
    to: Value | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    record: Fields | None = None
    at: str = ""
    more: dict[str, object] = {}  # noqa: RUF012 - a NamedTuple's default, never written to
    by: str = ""
    id: str = ""

"""What came of a change."""

from crmcli.light import NamedTuple
from crmcli.model.event import Event
from crmcli.model.record import Ref


class Outcome(NamedTuple):
    """The op's id, the events written, the records made or changed (each once, in order), sentences for people.

    `dry`: nothing was written. `op` is "" when there was nothing to change.
    """

    op: str
    events: list[Event]
    refs: list[Ref]
    notices: list[str]
    dry: bool = False

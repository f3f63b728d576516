"""A record as the files hold it: stored text under field names."""

from collections.abc import Mapping

from crmcli.light import NamedTuple

Value = str | list[str]
"""A stored value: text, or one text per item of a list. Absent and empty are the same thing: no key."""

Fields = dict[str, Value]
"""Stored values by field name. The Markdown body is the field `body`, whatever the schema calls it."""

BODY = "body"
SYSTEM_FIELDS = ("keys", "tags", "aliases", "archived", "created")
"""Fields every record has room for, in the order they follow the schema's own in a new file."""


class Ref(NamedTuple):
    """Where a record is: the plural of its type (also its folder, table and collection) and its id."""

    plural: str
    id: str

    def __str__(self) -> str:
        return f"{self.plural}/{self.id}"


def parse_ref(text: str) -> Ref:
    """Split `plural/id`, as the journal's `on` and `with` hold it; a key (`device:ab12`) has an empty plural."""
    plural, slash, name = text.partition("/")
    return Ref(plural, name) if slash else Ref("", text)


class Record(NamedTuple):
    """One record: where it is and what it says."""

    ref: Ref
    fields: Mapping[str, Value]

    def text(self, field: str) -> str:
        """The scalar value of `field`, or "" when it is absent or a list."""
        value = self.fields.get(field, "")
        return value if isinstance(value, str) else ""

    def items(self, field: str) -> list[str]:
        """The items of a list field; a scalar counts as one item."""
        value = self.fields.get(field)
        if not value:
            return []
        return [value] if isinstance(value, str) else value

"""The field types of ENGINES §3, a family per file, found through one table (`type_named`)."""

from crmcli.model.types.registry import TYPE_NAMES, type_named

__all__ = ["TYPE_NAMES", "type_named"]

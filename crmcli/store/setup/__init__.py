"""The engine files of a book, read into `crmcli.model.schema.Setup`."""

from crmcli.store.setup.load import load_setup, setup_key

__all__ = ["load_setup", "setup_key"]

"""A type, a record and a way to answer filters for the tests of hooks."""

from __future__ import annotations

import os
import select

from crmcli.engines.hooks.header import Hook, load_hooks
from crmcli.engines.hooks.occurrence import Occurrence
from crmcli.engines.hooks.site import HookSite
from crmcli.model.record import Ref
from crmcli.model.schema import Field, RecordType

DEAL = RecordType(
    "deal",
    "deals",
    {},
    (),
    "name",
    (),
    "",
    {
        "name": Field("name", "text"),
        "stage": Field("stage", "stage"),
        "amount": Field("amount", "money"),
        "customer": Field("customer", "customer", reference="customer"),
        "mobile": Field("mobile", "phone", private=True),
    },
    "schema/deal.toml",
)
ACME = Ref("deals", "acme-renewal-2p9dk")
BEFORE = {"name": "Acme renewal", "stage": "proposal", "amount": "12000.00 EUR", "customer": "acme-7k3f9"}


def always(_filter: str, _occurrence: Occurrence) -> bool:
    return True


def gone(pid: int) -> bool:
    """Whether a process ends: a signal takes its time to arrive."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], 60)[0])
    finally:
        os.close(watched)


def loaded(site: HookSite) -> list[Hook]:
    return load_hooks(site)[0]

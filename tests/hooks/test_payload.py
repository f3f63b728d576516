from __future__ import annotations

import json

import pytest

from crmcli.engines.hooks.header import Hook
from crmcli.engines.hooks.occurrence import Occurrence, batch_of
from crmcli.engines.hooks.payload import BATCH_SHOWN, LONGEST_VARIABLE, environment, payload_of, run_key
from crmcli.engines.hooks.site import HookSite
from crmcli.model.record import Record
from tests.hooks.book import ACME, BEFORE

TELL = Hook("tell", "hooks/tell", "on", ())
SETTLED = ("event", "book", "op", "actor", "at", "before", "after", "from", "to", "note", "via", "depth", "key")


def test_payload(site: HookSite, won: Occurrence) -> None:
    key, content = payload_of(TELL, won, site)
    assert set(SETTLED) <= set(content)
    assert key == content["key"] == "01JD000000000000000000EV01.tell"
    assert content["before"] == {"id": "acme-renewal-2p9dk", "type": "deal", **BEFORE}
    assert content["after"] == {"id": "acme-renewal-2p9dk", "type": "deal", **BEFORE, "stage": "won"}
    assert (content["from"], content["to"], content["depth"]) == ("proposal", "won", 1)
    assert (content["book"], content["actor"]) == (str(site.root), "anna-k2x81")
    assert (content["title"], content["on"]) == ("Acme renewal", "deals/acme-renewal-2p9dk")
    assert content["summary"] == "deal Acme renewal moved from proposal to won"
    json.dumps(content)


def test_private_fields_are_left_out_unless_asked_for(site: HookSite, won: Occurrence) -> None:
    after = Record(ACME, {**BEFORE, "mobile": "+491701234"})
    changed = won._replace(event="set", field="mobile", from_=None, to="+491701234", after=after)
    for occurrence in (changed, batch_of([changed, changed])):
        content = payload_of(TELL, occurrence, site).content
        assert "491701234" not in json.dumps(content)
        assert "491701234" not in "".join(environment(content, site, {}).values())
        assert content["field"] == "mobile"
    asked = payload_of(TELL._replace(private=True), changed, site).content
    assert asked["to"] == "+491701234"
    assert asked["summary"] == "deal Acme renewal: mobile set to +491701234"


def test_the_key_is_of_event_and_hook(won: Occurrence) -> None:
    assert run_key(TELL, won) == run_key(TELL, won._replace(note="other"))
    assert run_key(TELL, won) != run_key(TELL._replace(name="other"), won)


@pytest.mark.parametrize("event_id", ["", "../../etc/passwd", "a/b", "x" * 41, "a.b", "a\n"])
def test_an_id_that_is_none_of_ours_makes_no_file_name(won: Occurrence, event_id: str) -> None:
    key = run_key(TELL, won._replace(event_id=event_id))
    assert key.removesuffix(".tell").isalnum()
    assert key == run_key(TELL, won._replace(event_id=event_id))
    assert key != run_key(TELL, won._replace(event_id=event_id, to="lost"))


def test_a_batch_shows_its_parts_up_to_a_limit(site: HookSite, won: Occurrence) -> None:
    content = payload_of(TELL, batch_of([won] * (BATCH_SHOWN + 5)), site).content
    assert (content["event"], content["count"]) == ("batch", BATCH_SHOWN + 5)
    events = content["events"]
    assert isinstance(events, list)
    assert len(events) == BATCH_SHOWN
    assert events[0] == {
        "event": "move",
        "type": "deal",
        "on": "deals/acme-renewal-2p9dk",
        "at": "2026-11-20T14:03:11.120+01:00",
        "field": "stage",
        "from": "proposal",
        "to": "won",
        "note": "signed on the phone",
    }


def test_variables(site: HookSite, won: Occurrence) -> None:
    around = {
        "PATH": "/bin",
        "HOME": "/srv/anna",
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "C",
        "LC_TIME": "C",
        "TZ": "UTC",
        "TMPDIR": "/var/crm",
        "CRM_NOW": "2026-11-20T14:03:11+01:00",
        "CRM_NOTE": "of an outer hook",
        "CRM_AFTER_SECRET": "of an outer hook",
        "CRM_BEFORE_X": "of an outer hook",
        "CRM_HOOK_DEPTH": "2",
        "SHELL": "/bin/zsh",
        "AWS_SECRET": "x",
        "LD_PRELOAD": "x",
    }
    inside = site._replace(environ=around, program="/usr/bin/crm")
    content = payload_of(TELL, won._replace(note=""), inside).content
    environ = environment(content, inside, {"TOKEN": "t"})
    assert environ == {
        "PATH": "/bin",
        "HOME": "/srv/anna",
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "C",
        "LC_TIME": "C",
        "TZ": "UTC",
        "TMPDIR": "/var/crm",
        "TOKEN": "t",
        "CRM_NOW": "2026-11-20T14:03:11+01:00",
        "CRM_ACTOR": "anna-k2x81",
        "CRM_AFTER_AMOUNT": "12000.00 EUR",
        "CRM_AFTER_CUSTOMER": "acme-7k3f9",
        "CRM_AFTER_ID": "acme-renewal-2p9dk",
        "CRM_AFTER_NAME": "Acme renewal",
        "CRM_AFTER_STAGE": "won",
        "CRM_AFTER_TYPE": "deal",
        "CRM_AT": "2026-11-20T14:03:11.120+01:00",
        "CRM_BEFORE_AMOUNT": "12000.00 EUR",
        "CRM_BEFORE_CUSTOMER": "acme-7k3f9",
        "CRM_BEFORE_ID": "acme-renewal-2p9dk",
        "CRM_BEFORE_NAME": "Acme renewal",
        "CRM_BEFORE_STAGE": "proposal",
        "CRM_BEFORE_TYPE": "deal",
        "CRM_BOOK": str(site.root),
        "CRM_BOOK_NAME": "Acme Ltd",
        "CRM_CONFIG": str(site.config),
        "CRM_COUNT": "",
        "CRM_DEPTH": "3",
        "CRM_EVENT": "move",
        "CRM_FIELD": "stage",
        "CRM_FROM": "proposal",
        "CRM_HOOK": "tell",
        "CRM_HOOK_DEPTH": "3",
        "CRM_HOOK_STATE": str(site.root / ".crm/hook-state/tell"),
        "CRM_ID": "acme-renewal-2p9dk",
        "CRM_KEY": "01JD000000000000000000EV01.tell",
        "CRM_ME": "anna-k2x81",
        "CRM_NOTE": "",
        "CRM_ON": "deals/acme-renewal-2p9dk",
        "CRM_OP": "01JD000000000000000000OP01",
        "CRM_PHASE": "on",
        "CRM_PROGRAM": "/usr/bin/crm",
        "CRM_SUMMARY": "deal Acme renewal moved from proposal to won",
        "CRM_TITLE": "Acme renewal",
        "CRM_TO": "won",
        "CRM_TYPE": "deal",
        "CRM_VIA": "cli",
    }


def test_what_no_variable_can_hold_stands_in_the_json_only(site: HookSite, won: Occurrence) -> None:
    fields: dict[str, str | list[str]] = {
        "name": "nul\0inside",
        "about": "x" * (LONGEST_VARIABLE + 1),
        "body": "text",
        "金额": "1",
        "tags": ["a", "b"],
    }
    content = payload_of(TELL, won._replace(after=Record(ACME, fields)), site).content
    environ = environment(content, site, {})
    assert content["after"] == {"id": ACME.id, "type": "deal", **fields}
    held = {name: value for name, value in environ.items() if name.startswith("CRM_AFTER_")}
    assert held == {"CRM_AFTER_ID": ACME.id, "CRM_AFTER_TYPE": "deal", "CRM_AFTER_TAGS": "a\nb"}
    assert "CRM_TITLE" not in environ


def test_many_long_fields_do_not_make_an_environment_too_large(site: HookSite, won: Occurrence) -> None:
    fields: dict[str, str | list[str]] = {f"f{number}": "x" * 8000 for number in range(100)}
    content = payload_of(TELL, won._replace(after=Record(ACME, fields)), site).content
    assert sum(len(n) + len(v) for n, v in environment(content, site, {}).items()) < 120_000

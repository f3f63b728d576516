"""chat-webhook against a listener on this machine, in the formats of Slack, WeCom and DingTalk."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crmcli.actions.hook import install_hook
from crmcli.engines.hooks.header import find_hook
from crmcli.engines.hooks.launch import Launch, launch
from crmcli.engines.hooks.occurrence import Occurrence, batch_of
from crmcli.engines.hooks.payload import payload_of
from crmcli.engines.hooks.site import HookSite
from crmcli.model.record import Record
from tests.hooks.book import ACME, BEFORE

SECRET = "SECtest'\"$(id)\\n%s öß"  # noqa: S105 - awkward on purpose
TOOLS = ("curl", "sed", "tr", "od", "awk", "iconv", "head", "cut", "sha256sum", "base64", "date", "cat")


class Listener:
    """Answers every POST alike and keeps what came."""

    def __init__(self) -> None:
        self.status, self.answer = 200, b'{"errcode":0,"errmsg":"ok"}'
        self.seen: list[tuple[str, str, bytes]] = []
        outer = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append((self.path, self.headers["Content-Type"], body))
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(outer.answer)

            def log_message(self, *_: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server.server_port}/robot/send?access_token=t0ken"

    def message(self) -> dict[str, object]:
        ((_, kind, body),) = self.seen
        assert kind == "application/json; charset=utf-8"
        found = json.loads(body)
        assert isinstance(found, dict)
        return found


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    thread = Thread(target=listener.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield listener
    listener.server.shutdown()
    thread.join()
    listener.server.server_close()


def tell(site: HookSite, occurrence: Occurrence, *, test: bool = False, **settings: str) -> Launch:
    install_hook(site, "chat-webhook")
    path = site.config / "secrets.toml"
    path.touch(mode=0o600)
    path.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()), encoding="utf-8")
    _, hook, _ = find_hook(site.root, "chat-webhook")
    assert hook is not None
    return launch(site, "chat-webhook", payload_of(hook, occurrence, site).content, test=test)


def said(done: Launch) -> str:
    assert done.run is not None, done.trouble
    return done.run.stderr


NOTE = 'quote " backslash \\ tab\tend & <b> $(id) `id` %s 液压\nsecond line'


def test_slack(site: HookSite, won: Occurrence, listener: Listener) -> None:
    done = tell(site, won._replace(note=NOTE), CHAT_URL=listener.url, CHAT_FORMAT="slack")
    assert done.outcome == "ok", said(done)
    assert listener.message() == {
        "text": "deal Acme renewal moved from proposal to won, 12000.00 EUR (anna-k2x81)\n"
        'quote " backslash \\ tab end &amp; &lt;b&gt; $(id) `id` %s 液压\nsecond line'
    }


@pytest.mark.parametrize("format_name", ["wecom", "dingtalk"])
def test_wecom_and_dingtalk(site: HookSite, won: Occurrence, listener: Listener, format_name: str) -> None:
    done = tell(site, won._replace(note=NOTE), CHAT_URL=listener.url, CHAT_FORMAT=format_name)
    assert done.outcome == "ok", said(done)
    assert listener.message() == {
        "msgtype": "text",
        "text": {
            "content": "deal Acme renewal moved from proposal to won, 12000.00 EUR (anna-k2x81)\n"
            'quote " backslash \\ tab end & <b> $(id) `id` %s 液压\nsecond line'
        },
    }
    assert listener.seen[0][0] == "/robot/send?access_token=t0ken"


@pytest.mark.parametrize("secret", [SECRET, "S", "SEC" + "0123456789abcdef" * 4, "long" * 40])
def test_dingtalk_signature(site: HookSite, won: Occurrence, listener: Listener, secret: str) -> None:
    done = tell(site, won, CHAT_URL=listener.url, CHAT_FORMAT="dingtalk", CHAT_SECRET=secret)
    assert done.outcome == "ok", said(done)
    query = parse_qs(urlsplit(listener.seen[0][0]).query, strict_parsing=True)
    (timestamp,), (sign,) = query["timestamp"], query["sign"]
    expected = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    assert sign == base64.b64encode(expected).decode()
    assert len(timestamp) == 13
    assert query["access_token"] == ["t0ken"]


def test_no_command_line_shows_address_secret_or_message(
    site: HookSite, won: Occurrence, listener: Listener, tmp_path: Path
) -> None:
    """Every program the hook starts is watched; only curl's options may be seen."""
    watched = tmp_path / "watched"
    watched.mkdir()
    for tool in TOOLS:
        real = shutil.which(tool)
        assert real is not None, tool
        shim = watched / tool
        shim.write_text(f'#!/bin/sh\nprintf "%s\\n" "{tool} $*" >> {tmp_path}/lines\nexec {real} "$@"\n')
        shim.chmod(0o755)
    looking = site._replace(environ={**site.environ, "PATH": f"{watched}:{os.environ['PATH']}"})
    done = tell(looking, won, CHAT_URL=listener.url, CHAT_FORMAT="dingtalk", CHAT_SECRET="SECabcdef")  # noqa: S106
    assert done.outcome == "ok", said(done)
    lines = (tmp_path / "lines").read_text()
    assert "curl -q --config -" in lines
    assert "sha256sum" in lines
    for hidden in ("SECabcdef", "t0ken", "127.0.0.1", "Acme", "12000", b"SECabcdef".hex()):
        assert hidden not in lines


def test_a_long_message_is_cut_at_a_whole_character(site: HookSite, won: Occurrence, listener: Listener) -> None:
    done = tell(site, won._replace(note="液" * 2000), CHAT_URL=listener.url, CHAT_FORMAT="wecom")
    assert done.outcome == "ok", said(done)
    text = listener.message()["text"]
    assert isinstance(text, dict)
    assert 1790 < len(text["content"].encode()) <= 1800
    assert text["content"].endswith("液")


def test_a_batch_is_one_message(site: HookSite, won: Occurrence, listener: Listener) -> None:
    done = tell(site, batch_of([won] * 37), CHAT_URL=listener.url, CHAT_FORMAT="slack")
    assert done.outcome == "ok", said(done)
    assert str(listener.message()["text"]).startswith("deal Acme renewal moved from proposal to won, and 36 more")


def test_a_test_says_so(site: HookSite, won: Occurrence, listener: Listener) -> None:
    tell(site, won, test=True, CHAT_URL=listener.url, CHAT_FORMAT="slack")
    assert str(listener.message()["text"]).startswith("[test] deal Acme")


@pytest.mark.parametrize(
    ("format_name", "answer", "sentence"),
    [
        ("slack", (403, b"invalid_token"), "the chat answered 403: invalid_token"),
        ("slack", (500, b""), "the chat answered 500: "),
        ("wecom", (200, b'{"errcode":93000,"errmsg":"invalid webhook url"}'), "the chat refused: "),
        ("dingtalk", (200, b'{"errcode": 310000, "errmsg": "sign not match"}'), "the chat refused: "),
        ("dingtalk", (200, b"<html>"), "the chat refused: <html>"),
    ],
)
def test_refusals_are_failures(
    site: HookSite, won: Occurrence, listener: Listener, format_name: str, answer: tuple[int, bytes], sentence: str
) -> None:
    listener.status, listener.answer = answer
    done = tell(site, won, CHAT_URL=listener.url, CHAT_FORMAT=format_name)
    assert done.outcome == "failed"
    assert said(done).startswith(sentence)


def test_nobody_there_is_a_failure_that_keeps_the_address_secret(site: HookSite, won: Occurrence) -> None:
    done = tell(site, won, CHAT_URL="http://127.0.0.1:1/t0ken", CHAT_FORMAT="slack")
    assert done.outcome == "failed"
    assert "t0ken" not in said(done)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"CHAT_URL": "http://127.0.0.1/x"}, "the address does not say whose chat it is"),
        ({"CHAT_URL": "http://127.0.0.1/x", "CHAT_FORMAT": "irc"}, "CHAT_FORMAT is slack, wecom or dingtalk"),
        ({"CHAT_URL": "file:///etc/passwd"}, "CHAT_URL does not begin with https://"),
        ({"CHAT_URL": 'http://x"\noutput = "y'}, "CHAT_URL holds a blank, a quote or a backslash"),
    ],
)
def test_wrong_settings(site: HookSite, won: Occurrence, settings: dict[str, Any], sentence: str) -> None:
    assert said(tell(site, won, **settings)).startswith(sentence)


def test_a_title_cannot_leave_its_string(site: HookSite, won: Occurrence, listener: Listener) -> None:
    title = '"}\\", "x": "\u001b[31m\u007f'
    named = won._replace(after=Record(ACME, {**BEFORE, "name": title}))
    done = tell(site, named, CHAT_URL=listener.url, CHAT_FORMAT="slack")
    assert done.outcome == "ok", said(done)
    assert '"}\\", "x": " [31m ' in str(listener.message()["text"])

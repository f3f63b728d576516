# ruff: noqa: ARG002 - the protocol's arguments
"""Names of people and things in other systems: handles in networks, ids in programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.model.types.base import Manual, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText
from crmcli.model.types.text import one_line

if TYPE_CHECKING:
    from crmcli.model.schema import Field

_SYSTEM = re.compile(r"[a-z][a-z0-9_.-]{0,39}", re.ASCII).fullmatch
_ALSO = {
    "twitter": "x", "wx": "wechat", "weixin": "wechat", "微信": "wechat", "微博": "weibo", "抖音": "douyin",
    "tg": "telegram", "gh": "github",
    "fb": "facebook", "ig": "instagram", "li": "linkedin", "小红书": "xiaohongshu", "知乎": "zhihu",
    "钉钉": "dingtalk", "飞书": "feishu",
}  # fmt: skip
_HOSTS = {
    "x.com": "x", "twitter.com": "x", "linkedin.com": "linkedin", "github.com": "github", "gitlab.com": "gitlab",
    "gitee.com": "gitee",
    "weibo.com": "weibo", "weibo.cn": "weibo", "t.me": "telegram", "telegram.me": "telegram",
    "facebook.com": "facebook", "fb.com": "facebook",
    "instagram.com": "instagram", "youtube.com": "youtube", "tiktok.com": "tiktok", "douyin.com": "douyin",
    "zhihu.com": "zhihu",
    "bsky.app": "bluesky", "xing.com": "xing", "threads.net": "threads", "medium.com": "medium",
    "xiaohongshu.com": "xiaohongshu",
}  # fmt: skip
_BEFORE_NAME = ("in", "company", "school", "u", "n", "user", "profile", "people", "org", "channel", "c", "s", "@")


class Handle(SingleText):
    """Somebody's name in a network: `network:name`. The network is lower case, `twitter` is `x`, `微信` is `wechat`.

    A profile's web address is read when typed, with or without `https://`: x.com, linkedin.com, github.com,
    weibo.com, t.me and others; `@name` is read where the field says its `system`.
    """

    name = "handle"
    manual = Manual(
        "handles: wechat:li_wei", "`network:name`", "`handles+=github:liwei`, a profile's URL", "`:` contains"
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """`network:name`, a URL, or `@name` with the field's system."""
        word = typed.strip().replace("\uff1a", ":")
        found = _from_profile(word)
        if found:
            return self.check(found, field, context)
        if ":" not in word and field.system:
            return self.check(f"{field.system}:{word}", field, context)
        if word.startswith("@"):
            raise ValueRefused(f"`{word}` does not say which network", f"write x:{word[1:]} or github:{word[1:]}")
        return self.check(word, field, context)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """`network:name`."""
        network, mark, name = one_line(stored).partition(":")
        network = network.strip().casefold()
        network = _ALSO.get(network, network)
        name = name.strip().removeprefix("@")
        if not mark or not _SYSTEM(network) or not name or name.startswith("//"):
            raise ValueRefused(f"`{stored}` is no handle", "network:name, as in wechat:li_wei")
        if len(name) > 128 or any(letter.isspace() for letter in name) or name.startswith("@"):
            raise ValueRefused(f"`{name[:40]}` is no name in a network", "at most 128 characters without blanks")
        return f"{network}:{name}"


class ForeignId(SingleText):
    """A record's id in another system: `system:value`, as in `hubspot:12345`.

    Where the field says its `system`, the value alone will do.

    The system is lower case, the value kept as it is: letters of any script and signs, no blanks, at most 256.
    """

    name = "id"
    manual = Manual("keys: hubspot:12345", "`system:value`", "`keys+=hubspot:12345`", "`:` contains")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """`system:value`, or a value with the field's system."""
        return self.check(typed.strip().replace("\uff1a", ":", 1), field, context)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """`system:value`, or a value with the field's system."""
        text = one_line(stored)
        system, mark, value = text.partition(":")
        if field.system and not mark:
            system, mark, value = field.system, ":", text
        system = system.lower()
        if field.system and system != field.system.lower():
            hint = f"write {field.system}:{text} when the value itself has a colon"
            raise ValueRefused(f"this field holds ids of {field.system}, `{stored}` is one of `{system}`", hint)
        if not mark or not _SYSTEM(system) or not value:
            raise ValueRefused(f"`{stored}` is no id of another system", "system:value, as in hubspot:12345")
        if len(value) > 256 or any(letter.isspace() for letter in value):
            raise ValueRefused(f"`{value[:40]}` is no id", "at most 256 characters without blanks")
        return f"{system}:{value}"


def _from_profile(word: str) -> str:
    """`network:name` of a profile's URL, "" when it is none that is known."""
    bare = re.sub(r"^https?://", "", word, flags=re.IGNORECASE)
    host, slash, path = bare.partition("/")
    host = re.sub(r"^(www|m|mobile|[a-z]{2})\.", "", host.lower())
    parts = [part for part in re.split(r"[?#]", path)[0].split("/") if part]
    if not slash or host not in _HOSTS or not parts:
        return ""
    named = parts[1:] if parts[0].lower() in _BEFORE_NAME and len(parts) > 1 else parts
    from urllib.parse import unquote  # noqa: PLC0415

    return f"{_HOSTS[host]}:{unquote(named[0]).removeprefix('@')}"

# ruff: noqa: ARG002 - the protocol's arguments
"""Addresses of the net: domains, URLs, e-mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.model.types.base import Manual, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText
from crmcli.model.types.text import one_line

if TYPE_CHECKING:
    from crmcli.model.schema import Field

_PLAIN_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII
).fullmatch
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*").fullmatch
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"').fullmatch
_PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9_+-]{1,30}(?:\.[A-Za-z0-9_+-]{1,30})?@(?:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.){1,4}[a-wyz][a-z]{1,30}",
    re.ASCII,
).fullmatch
_PLAIN_URL = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,3}[a-wyz][a-z]{1,30}(?:/[A-Za-z0-9._~/?#=&%+-]*)?", re.ASCII
).fullmatch
_SCHEMES = ("http", "https", "ftp", "ftps", "sftp", "ssh", "git")


class Domain(SingleText):
    """A domain name in lower case, readable where it is international (`münchen.de`, RFC 5891 U-labels).

    From a URL or an e-mail address that is typed, its domain is taken, without `www.`.
    """

    name = "domain"
    matches = "equal"
    manual = Manual("domain: acme.com", "shape, IDNA", "`domain=acme.com` `https://www.acme.com/`", "`:` equal")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """A domain, or what has one in it."""
        word = typed.strip()
        if "://" in word:
            word = _host_and_rest(word.partition("://")[2])[0].rpartition("@")[2].partition(":")[0]
            word = word[4:] if word.lower().startswith("www.") else word
        return domain_name(word.rpartition("@")[2])

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """Lower case, readable."""
        return domain_name(stored)


class Email(SingleText):
    """An e-mail address of RFC 5321's shape, letters of other scripts included (RFC 6531); its domain in lower case.

    The local part is kept as written, since only its host knows whether case matters; comparing ignores it. `Li Wei
    <li@acme.com>` and `mailto:` are read when typed.
    """

    name = "email"
    manual = Manual("email: li.wei@acme.com", "RFC 5321 shape", "`email=a@b.c`", "`:` contains, folded")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """An address, bare, in angle brackets or as mailto:."""
        word = typed.strip()
        if word.endswith(">") and "<" in word:
            word = word.rpartition("<")[2][:-1].strip()
        if word[:7].lower() == "mailto:":
            word = word[7:]
        return email_address(word.replace("\uff20", "@"))

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """An address."""
        return email_address(stored)


class Url(SingleText):
    """A web address with its scheme: http https ftp ftps sftp ssh git.

    Scheme and host are lower case, the rest is kept as written.

    Without a scheme `https://` is put before it when typed. Blanks are refused; in a URL they are `%20`.
    """

    name = "url"
    manual = Manual("website: https://acme.com/robots", "shape, IDNA", "`website=acme.com`", "`:` contains")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """With or without https://."""
        word = typed.strip()
        has_scheme = word.startswith("https://") or _scheme(word)
        return self.check(word if has_scheme else f"https://{word.removeprefix('//')}", field, context)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """Scheme, host, rest."""
        return stored if _PLAIN_URL(stored) and len(stored) <= 2048 and "xn--" not in stored else _mended_url(stored)


def _scheme(word: str) -> str:
    """The scheme of `word`, "" when it has none (a port is none: `acme.com:8080`)."""
    head, mark, tail = word.partition(":")
    if not mark or not head.isascii() or not head.replace("+", "").replace("-", "").isalnum() or tail[:1].isdigit():
        return ""
    return head.lower() if tail.startswith("//") or "." not in head else ""


def _mended_url(stored: str) -> str:
    text = one_line(stored)
    if any(letter.isspace() for letter in text):
        raise ValueRefused(f"`{stored}` has a blank in it", "write %20 for it")
    scheme, mark, tail = text.partition("://")
    if not mark or scheme.lower() not in _SCHEMES:
        raise ValueRefused(f"`{stored}` is no web address", f"it begins with https:// (or {', '.join(_SCHEMES[2:])})")
    if len(text) > 2048:
        raise ValueRefused("a web address has at most 2048 characters", "shorten it")
    host, rest = _host_and_rest(tail)
    return f"{scheme.lower()}://{_authority(host, stored)}{rest}"


def _host_and_rest(tail: str) -> tuple[str, str]:
    end = min((tail.find(mark) for mark in "/?#" if mark in tail), default=len(tail))
    return tail[:end], tail[end:]


def _authority(authority: str, written: str) -> str:
    """`user@host:port` with the host in its readable form."""
    user, at, host = authority.rpartition("@")
    if host.startswith("["):
        return f"{user}{at}{_address_literal(host, written)}"
    name, mark, port = host.partition(":")
    if mark and not (port.isascii() and port.isdigit() and int(port[:6]) < 65536):
        raise ValueRefused(f"`{written}` has the port `{port}`", "a port is a number up to 65535")
    dotted = name.replace(".", "")
    known = (
        name.lower()
        if name.lower() == "localhost" or (dotted.isascii() and dotted.isdigit())
        else domain_name(name, one_label=True)
    )
    return f"{user}{at}{known}{mark}{port}"


def _address_literal(host: str, written: str) -> str:
    from ipaddress import AddressValueError, IPv6Address  # noqa: PLC0415

    inner, mark, port = host[1:].partition("]")
    try:
        IPv6Address(inner)
    except AddressValueError:
        mark = ""
    if not mark or (port and not (port[0] == ":" and port[1:].isascii() and port[1:].isdigit())):
        raise ValueRefused(f"`{written}` has no readable host", "as in https://acme.com")
    return host.lower()


def domain_name(word: str, *, one_label: bool = False) -> str:
    """`word` as a domain: lower case, NFC, international labels readable; refused when IDNA has no form for it."""
    if _PLAIN_DOMAIN(word) and "xn--" not in word:
        return word
    text = one_line(word).strip().lower().removesuffix(".").replace("。", ".").replace("\uff0e", ".")
    labels = [_label(label, word) for label in text.split(".")]
    if len(labels) < 2 and not one_label:
        raise ValueRefused(f"`{word}` is no domain: it has no dot", "as in acme.com")
    if labels[-1].isdigit():
        raise ValueRefused(f"`{word}` is no domain: it ends in a number", "as in acme.com")
    if sum(len(_ascii(label)) + 1 for label in labels) > 254:
        raise ValueRefused("a domain has at most 253 characters", "shorten it")
    return ".".join(labels)


def _label(label: str, word: str) -> str:
    """One label, readable when its `xn--` form says nothing else."""
    if label.startswith("xn--"):
        try:
            readable = label[4:].encode("ascii").decode("punycode").lower()
        except (UnicodeError, ValueError):
            readable = ""
        if (
            readable
            and _is_label(readable)
            and f"xn--{readable.encode('punycode').decode()}" == label
            and not readable.isascii()
        ):
            return one_line(readable)
    if not _is_label(label):
        raise ValueRefused(
            f"`{word}` is no domain: `{label}` is no part of one",
            "letters, digits and hyphens between dots, as in acme.com",
        )
    return label


def _is_label(label: str) -> bool:
    inner = label.replace("-", "").replace("_", "")
    if not inner or label.startswith("-") or label.endswith("-") or len(_ascii(label)) > 63:
        return False
    return all(letter.isalnum() or (not letter.isascii() and _is_mark(letter)) for letter in inner)


def _is_mark(letter: str) -> bool:
    import unicodedata  # noqa: PLC0415

    return unicodedata.category(letter) in ("Mn", "Mc")


def _ascii(label: str) -> str:
    """The A-label, for its length (RFC 3492)."""
    return label if label.isascii() else f"xn--{label.encode('punycode').decode()}"


def email_address(word: str) -> str:
    """`word` as an address with a lower-case domain; refused with what is wrong."""
    if _PLAIN_EMAIL(word) and "xn--" not in word:
        return word
    text = one_line(word).strip()
    local, at, domain = text.rpartition("@")
    if not at:
        raise ValueRefused(f"`{word}` is no e-mail address: it has no @", "as in li@acme.com")
    if not (_LOCAL(local) or _QUOTED(local)) or any(letter.isspace() for letter in local if not letter.isascii()):
        raise ValueRefused(
            f"`{word}` is no e-mail address: `{local}` cannot stand before the @", "as in li.wei@acme.com"
        )
    if len(local.encode()) > 64:
        raise ValueRefused("what stands before the @ has at most 64 bytes", "check the address")
    if domain.startswith("[") and domain.endswith("]"):
        return f"{local}@{_literal(domain, word)}"
    return f"{local}@{domain_name(domain)}"


def _literal(domain: str, word: str) -> str:
    """`[192.0.2.1]` or `[IPv6:…]` (RFC 5321 §4.1.3)."""
    from ipaddress import ip_address  # noqa: PLC0415

    inner = domain[1:-1].lower().removeprefix("ipv6:")
    try:
        ip_address(inner)
    except ValueError:
        raise ValueRefused(
            f"`{word}` is no e-mail address: `{domain}` is no address of a machine", "as in li@acme.com"
        ) from None
    return f"[IPv6:{inner}]" if ":" in inner else f"[{inner}]"

"""Requests that no browser sends, made from a seed."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_from_bytes, quote_plus

MARKUP = "<script>x7731</script>"
UNESCAPED = (b"<script>x7731", b"<img src=x onerror=x7731", b'" onfocus=x7731')
METHODS = ("GET", "HEAD", "POST", "POST", "POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
           "TRACE", "CONNECT", "PROPFIND", "post", "", "G\x00T", "A" * 2000)  # fmt: skip
TEXTS = (
    "", " ", "0", "-1", "6", "1e9", "99999999999999999999", "1" * 5000, "٣", "³", "None", "null",
    "true", "cannot_judge", "CANNOT_JUDGE", "\x00", "a\x00b", "\r\nSet-Cookie: a=b", "\ud800",
    "\ufeff", "\u202e\u2066", "e\u0301" * 50, "👨‍👩‍👧‍👦" * 30, "𠮷野家", "é", "ß" * 3000, "{{7*7}}",
    "%s%n%x",
    "../../etc/passwd", "..\\..\\x", "'; DROP TABLE ballot; --", "${jndi:ldap://x}", "=1+1", "[]",
    MARKUP, "<img src=x onerror=x7731>", '" onfocus=x7731 a="', "&#60;script>", "x" * 70_000,
)  # fmt: skip
BYTES = (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x00", b"\xe4\xb8", b"%")
HEADERS = (
    "ACCEPT", "ACCEPT_LANGUAGE", "ACCEPT_ENCODING", "ACCEPT_CHARSET", "RANGE", "IF_RANGE", "COOKIE",
    "IF_MODIFIED_SINCE", "IF_NONE_MATCH", "IF_MATCH", "REFERER", "ORIGIN", "USER_AGENT", "EXPECT",
    "CONTENT_ENCODING", "TRANSFER_ENCODING", "X_FORWARDED_FOR", "X_FORWARDED_HOST", "FORWARDED",
    "X_HTTP_METHOD_OVERRIDE", "X_ORIGINAL_URL", "AUTHORIZATION", "UPGRADE", "SEC_FETCH_SITE",
    "DATE", "X_" + "A" * 300,
)  # fmt: skip
HEADER_VALUES = (
    "*/*;q=nan", "application/json", "zh;q=,en;q=2", "en" * 5000, "bytes=0-,5-3,-1", "bytes=a-b",
    "Mon, 99 Nov 9999 99:99:99 GMT", '"', "W/\"x", "gzip, br;q=-1", "Basic !!!", "Bearer \x80\xff",
    "a=b; a=c; =; ;;", "chunked", "100-continue", "\x00", MARKUP, "websocket", "",
)  # fmt: skip
HOSTS = ("localhost", "localhost", "localhost", "localhost", "localhost:99999", "evil.example", "",
         "localhost\x00", "[::1", "a b", MARKUP, "localhost:x", "xn--\x80")  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=\x00", "multipart/form-data; boundary=b",
    "multipart/form-data; boundary=b", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "b" * 9000, "multipart/mixed; boundary=b", "text/plain",
    "application/json", "text/xml", "", "/", "a" * 3000, "multipart/form-data; boundary*=utf-9''b",
)  # fmt: skip
PART_HEADERS = (
    'Content-Disposition: form-data; name="{}"', 'Content-Disposition: form-data; name="{}',
    'Content-Disposition: form-data; name="{}"; filename="x\x00.exe"', "Content-Disposition: {}",
    'Content-Disposition: form-data; name="{}"\r\nContent-Type: text/plain; charset=utf-16',
    'Content-Disposition: form-data; name="{}"\r\nContent-Type: x; charset=no-such',
    'Content-Disposition: form-data; name*=utf-8\'\'%ff; name="{}"', "{}", "",
    'Content-Disposition: form-data; name="{}"\r\nContent-Transfer-Encoding: base64',
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """An address, and what a browser would send there ({} where nothing is)."""

    address: str
    data: dict[str, str]
    methods: tuple[str, ...]


def malformed(rng: random.Random, target: Target) -> dict[str, Any]:
    """The WSGI environment of one request: a proper one with one to four things wrong."""
    method = rng.choice(target.methods if rng.random() < 0.7 else METHODS)
    path = target.address.encode()
    if rng.random() < 0.2:
        path = _damaged(rng, path)
    body, kind = _body(rng, target.data)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": _query(rng) if rng.random() < 0.3 else "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": rng.choice(HOSTS) if rng.random() < 0.1 else "localhost",
        "CONTENT_TYPE": kind,
        # Everybody from elsewhere: the brake on guessing is not what is tried here.
        "REMOTE_ADDR": f"10.{rng.randrange(256)}.{rng.randrange(256)}.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    lengths = [str(len(body))] * 12 + ["", "-1", "x", "0", str(len(body) + 99), "9" * 30]
    environ["CONTENT_LENGTH"] = rng.choice(lengths)
    for _ in range(rng.choice([0, 0, 1, 2])):
        environ[f"HTTP_{rng.choice(HEADERS)}"] = rng.choice(HEADER_VALUES)
    return environ


def _damaged(rng: random.Random, path: bytes) -> bytes:
    place = rng.randint(1, len(path))
    inserted = rng.choice([*BYTES, *(text.encode(errors="replace") for text in TEXTS)])
    return rng.choice(
        [path[:place] + inserted + path[place:], path[:place], path + b"/", path + b"/" + inserted]
    )


def _query(rng: random.Random) -> str:
    name = rng.choice(["lang", "action", "token", "%ff", MARKUP, ""])
    value = rng.choice([quote_plus(rng.choice(TEXTS), errors="replace"), "%", "%zz", "%00", MARKUP])
    return "&".join([f"{name}={value}"] * rng.choice([1, 1, 2, 500]))


def _body(rng: random.Random, data: dict[str, str]) -> tuple[bytes, str]:
    pairs = _pairs(rng, data)
    kind = rng.choice(TYPES) if rng.random() < 0.5 else TYPES[0]
    body = _multipart(rng, pairs) if kind.startswith("multipart") else _encoded(rng, pairs)
    if rng.random() < 0.03:
        body += b"x" * 300_000  # more than is accepted
    return body, kind


def _pairs(rng: random.Random, data: dict[str, str]) -> list[tuple[str, str]]:
    """The right fields with some changed, left out, repeated, or unknown ones added."""
    pairs = list(data.items())
    if rng.random() < 0.3:
        action = rng.choice(["save", "submit", "decline", "withdraw", "stop", "resume"])
        pairs = [(name, action if name == "action" else value) for name, value in pairs]
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        change = rng.choice(["change", "change", "drop", "repeat", "add", "many"])
        place = rng.randrange(len(pairs)) if pairs else 0
        if change == "add" or not pairs:
            pairs.append((rng.choice(["x", "item-", "open-", "item-no", *TEXTS[:40]]), "1"))
        elif change == "change":
            pairs[place] = (pairs[place][0], rng.choice(TEXTS))
        elif change == "drop":
            del pairs[place]
        elif change == "repeat":
            pairs.append((pairs[place][0], rng.choice(TEXTS)))
        else:
            pairs += [(f"{pairs[place][0]}{n}", "1") for n in range(rng.choice([50, 300, 2000]))]
    rng.shuffle(pairs)
    return pairs


def _encoded(rng: random.Random, pairs: list[tuple[str, str]]) -> bytes:
    parts = []
    for name, value in pairs:
        raw = value.encode(errors="surrogatepass")
        if rng.random() < 0.05:
            raw += rng.choice(BYTES)
        quoted = quote_from_bytes(raw).encode() if rng.random() < 0.9 else raw
        parts.append(quote_plus(name, errors="replace").encode() + b"=" + quoted)
    return rng.choice([b"&", b"&", b"&", b";", b"&&"]).join(parts)


def _multipart(rng: random.Random, pairs: list[tuple[str, str]]) -> bytes:
    parts = []
    for name, value in pairs:
        head = rng.choice(PART_HEADERS) if rng.random() < 0.2 else PART_HEADERS[0]
        content = value.encode(errors="surrogatepass")
        parts.append(head.format(name).encode(errors="replace") + b"\r\n\r\n" + content)
    end = rng.choice([b"\r\n--b--\r\n", b"\r\n--b--\r\n", b"", b"\r\n--b", b"--b--"])
    return b"--b\r\n" + b"\r\n--b\r\n".join(parts) + end

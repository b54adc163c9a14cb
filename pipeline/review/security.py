"""Who may ask the review page for anything: one machine, one browser that was let in, one origin, small requests."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from html import unescape
from typing import Any

from msgspec import Struct

from pipeline.review.outside_numbers import whole

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_LIMIT = 262_144
"""bytes of a request; a decision has some hundreds"""
OPEN = "/open/"
"""the one-time address: the only one that needs no session"""
POLICY = b"content-security-policy"
"""a page may add to it, never take away"""
HEADERS = (
    (
        POLICY,
        b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class Session(Struct):
    """A browser that was let in."""

    reviewer: str
    used: float
    """seconds on the monotonic clock"""


class Sessions:
    """One-time tokens and the sessions they were exchanged for; kept as digests, in memory alone."""

    def __init__(self, idle: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.idle = idle
        self.clock = clock
        self.tokens: dict[str, str] = {}
        self.live: dict[str, Session] = {}

    def invite(self, reviewer: str) -> str:
        """A token that lets one browser in, once, as this reviewer."""
        token = secrets.token_urlsafe(32)
        self.tokens[_digest(token)] = reviewer
        return token

    def enter(self, token: str) -> str:
        """The session's secret for a token, "" for one that was used or never given."""
        reviewer = self.tokens.pop(_digest(token), "")
        if not reviewer:
            return ""
        secret = secrets.token_urlsafe(32)
        self.live[_digest(secret)] = Session(reviewer, self.clock())
        return secret

    def reviewer(self, secret: str) -> str:
        """Who a secret belongs to, "" where it is unknown or was idle too long."""
        name = _digest(secret)
        session = self.live.get(name)
        if session is None:
            return ""
        if self.clock() - session.used > self.idle:
            del self.live[name]
            return ""
        session.used = self.clock()
        return session.reviewer


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


class Guard:
    """Around the whole application: refuses with a 4xx, and adds the headers that every answer has."""

    def __init__(self, app: App, sessions: Sessions, origin: str, on_idle: Callable[[], None] = lambda: None) -> None:
        self.app = app
        self.sessions = sessions
        self.origin = origin
        self.host = origin.split("://", 1)[1]
        self.cookie = cookie_name(origin)
        self.on_idle = on_idle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = tuple(message.get("headers", ()))
                styled = {pair for pair in said if pair[0].lower() == POLICY and pair[1].startswith(HEADERS[0][1])}
                ours = [pair for pair in HEADERS if pair[0] != POLICY or not styled]
                names = {name for name, _ in HEADERS}
                kept = [pair for pair in said if pair[0].lower() not in names]
                message = {**message, "headers": [*kept, *styled, *ours]}
            await send(message)

        status = self.refusal(scope)
        body = b""
        if not status:
            body, status = await self.read(scope, receive)
        if status:
            if status == 401 and self.cookie in _cookies(scope):
                self.on_idle()
            await refuse(send_guarded, status)
            return
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send_guarded)

    def refusal(self, scope: Scope) -> int:
        """The status with which a request is turned away, 0 for one that may pass."""
        headers = _headers(scope)
        writes = scope["method"] not in ("GET", "HEAD")
        opens = scope["path"].startswith(OPEN)
        site = headers.get("sec-fetch-site", "")
        refused = (
            (421, headers.get("host", "") != self.host),
            (405, scope["method"] not in ("GET", "HEAD", "POST")),
            (403, writes and (headers.get("origin", "") != self.origin or site not in ("", "same-origin"))),
            (403, not opens and site in ("cross-site", "same-site")),
            (415, writes and headers.get("content-type", "").split(";")[0].strip() != "application/json"),
        )
        status = next((code for code, applies in refused if applies), 0)
        if status or opens:
            return status
        scope["reviewer"] = self.sessions.reviewer(_cookies(scope).get(self.cookie, ""))
        return 0 if scope["reviewer"] else 401

    async def read(self, scope: Scope, receive: Receive) -> tuple[bytes, int]:
        """A request's body, or the status that refuses it."""
        length = whole(_headers(scope).get("content-length", "0"))
        if length is None:
            return b"", 400
        if length > BODY_LIMIT:
            return b"", 413
        body = b""
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return b"", 400
            body += message.get("body", b"")
            if len(body) > BODY_LIMIT:
                return b"", 413
            if not message.get("more_body"):
                return body, 0


def with_styles(page: str) -> str:
    """The policy for a page that brings its own styles: exactly those, each by its digest; still no script."""
    found = {
        *re.findall(r"<style[^>]*>(.*?)</style>", page, re.S),
        *map(unescape, re.findall(r' style="([^"]*)"', page)),
    }
    digests = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in sorted(found))
    hashes = " ".join(f"'sha256-{one}'" for one in digests)
    return f"{HEADERS[0][1].decode()}; style-src 'self' 'unsafe-hashes' {hashes}"


def cookie_name(origin: str) -> str:
    """Named with the port: cookies do not tell ports of one host apart."""
    return f"interviews-{origin.rpartition(':')[2]}"


def _headers(scope: Scope) -> dict[str, str]:
    """Headers by lower-case name; one that comes twice is no use to anybody and counts as absent."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        found[key] = "" if key in found else value.decode("latin-1")
    return found


def _cookies(scope: Scope) -> dict[str, str]:
    pairs = (one.strip().partition("=") for one in _headers(scope).get("cookie", "").split(";"))
    return {name: value for name, _, value in pairs if name}


SAYS = {
    400: "Bad request.",
    401: "Not let in. Use the address that `interviews review` printed in its terminal; it works once. "
    "After a long pause a new one is printed there. / Откройте адрес из терминала.",
    403: "Refused.",
    405: "Refused.",
    413: "Too large.",
    415: "Refused.",
    421: "Refused.",
}


async def refuse(send: Send, status: int) -> None:
    """An answer that says no more than that."""
    body = SAYS[status].encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

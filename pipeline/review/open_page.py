"""`interviews review`: a study's folder becomes the review page on this machine."""

from __future__ import annotations

import socket
import ssl
import webbrowser
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pipeline import flow, privacy
from pipeline.decisions.journal import Journal
from pipeline.decisions.sign_off import DATABASE
from pipeline.errors import ConfigError, Interrupted, InterviewsError, StudyBusy, UsageError
from pipeline.messages import Language, say
from pipeline.model import Redaction
from pipeline.release import publish
from pipeline.review.app import Site
from pipeline.review.security import OPEN, Sessions
from pipeline.review.study_view import Outside, Room
from pipeline.study.folder import Study, open_study
from pipeline.study.inputs import Inputs

LOCAL = ("127.0.0.1", "localhost")
IDLE = 3600.0
"""seconds without a request after which a session ends"""


class Options(Struct, frozen=True):
    """How the page is served."""

    language: Language = "ru"
    host: str = "127.0.0.1"
    port: int = 0
    """0 = any free one"""
    cert: Path | None = None
    key: Path | None = None
    browser: bool = True
    reviewer: str = "R1"


def review(study: Study, options: Options) -> None:
    """Serve until the operator stops it. Raises ConfigError, UsageError."""
    tls = check(options)
    if not any(study.store.header(entry.id, "deidentify") for entry in study.entries):
        raise ConfigError("No interview is finished yet.", "Run `interviews run` first, then review what it found.")
    study.store.work.mkdir(mode=0o700, exist_ok=True)
    journal = Journal(study.store.work / DATABASE)
    room = room_of(study, journal)
    listening = listen(options)
    host = f"[{options.host}]" if ":" in options.host else options.host
    origin = f"{'https' if tls else 'http'}://{host}:{listening.getsockname()[1]}"
    sessions = Sessions(IDLE)
    site = Site(room, study.settings.study.title, options.language, sessions, origin)

    def address() -> str:
        return f"{origin}{OPEN}{sessions.invite(options.reviewer)}"

    def renew() -> None:
        if not sessions.live:
            sessions.tokens.clear()
            print(address(), flush=True)

    print(address(), flush=True)
    say("Open this address in a browser; it works once. Ctrl-C ends the review.")
    if options.browser:
        webbrowser.open(address())
    try:
        serve(site.application(renew), listening, options, tls)
    except (Interrupted, KeyboardInterrupt):
        pass
    finally:
        room.close()
        journal.close()
        listening.close()
    say("The review page is closed; every decision is saved.")


def check(options: Options) -> bool:
    """Whether TLS is used. Raises UsageError where the page would be open to others without it."""
    if (options.cert is None) != (options.key is None):
        raise UsageError("A certificate needs its key.", "Give both --cert and --key.")
    if options.cert is None and options.host not in LOCAL:
        raise UsageError(
            "Other machines may reach the page only over TLS.", "Give --cert and --key beside --host, or leave it out."
        )
    if options.cert is None:
        return False
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(options.cert, options.key)
    except (OSError, ssl.SSLError):
        raise UsageError("The certificate or its key cannot be read.", "Both must be PEM files that fit.") from None
    return True


def listen(options: Options) -> socket.socket:
    """A socket on which the page is served. Raises UsageError where the port is taken."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((options.host, options.port))
    except (OSError, OverflowError):
        listening.close()
        raise UsageError(
            "The page cannot be served at this host and port.", "Leave --port out: a free one is taken."
        ) from None
    listening.listen(128)
    return listening


def serve(app: Any, listening: socket.socket, options: Options, tls: bool) -> None:
    """Answer requests, silently."""
    import uvicorn

    files = {"ssl_certfile": str(options.cert), "ssl_keyfile": str(options.key)} if tls else {}
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=2,
        **files,  # type: ignore[arg-type]
    )
    uvicorn.Server(config).run([listening])


def room_of(study: Study, journal: Journal) -> Room:
    """The study's desks, and the ways out to the rest of the program."""
    entries = {entry.id: entry for entry in study.entries}
    stage = flow.STAGES[-1]

    def fresh(name: str) -> bool:
        inputs = Inputs(study)
        return inputs.fresh(stage, name, inputs.fingerprint(stage, entries[name]))

    def save(name: str, redaction: Redaction) -> None:
        wanted = Inputs(study).fingerprint(stage, entries[name])
        try:
            with study.store.locked("interviews review"):
                study.store.write(name, stage.name, redaction, wanted, flow.made_by(stage))
        except StudyBusy:
            return

    released = partial(publish.released, study)
    search = study.settings.deidentify, study.roster.contacts
    outside = Outside(fresh, save, released, check_release, study.settings.review.asked_from)
    return Room(study.store, journal, tuple(entries), search, outside)


def check_release(data: bytes) -> bytes:
    """The release check of the study in a folder, for the worker; nothing where it cannot be made."""
    folder = msgspec.json.decode(data, type=str)
    try:
        return msgspec.json.encode(publish.doubts(open_study(Path(folder))))
    except InterviewsError:
        return b""
    except Exception as error:
        privacy.Log(Path(folder) / "work" / "log.jsonl").write("review-check", where=type(error).__name__)
        return b""

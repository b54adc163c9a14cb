"""What others on the machine could see: file modes, links, command lines, sockets, temporary files, memory images."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_run import private_words, shown
from tests.helpers.sample_studies import ROOT, Ran, demo, interviews

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes, links and /proc as POSIX systems have them")

COMMANDS = (
    ("init",),
    ("match",),
    ("run",),
    ("status",),
    ("export", "--draft"),
    ("verify",),
    ("doctor",),
    ("disclosure",),
    ("sample",),
)
"""what is asked of the study, in this order"""


class Watched(Ran, frozen=True):
    """What a command did, and which command lines were seen while it did it."""

    titles: frozenset[str] = frozenset()


def watched(folder: Path, umask: int, *arguments: str) -> Watched:
    """Run a command under a umask and, where the system allows it, without any network; watch the list of processes."""
    system = folder / "system-tmp"
    system.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "INTERVIEWS_MODELS": str(folder / "no-models"),
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(system),
        "COLUMNS": "200",
    }
    lonely = ["unshare", "-rn"] if can_unshare() else []
    with subprocess.Popen(
        [*lonely, sys.executable, "-m", "pipeline", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=folder,
        umask=umask,
        text=True,
        encoding="utf-8",
    ) as process:
        titles = set()
        while process.poll() is None:
            titles |= set(command_lines(process.pid))
            time.sleep(0.005)
        out, err = process.communicate()
    return Watched(process.returncode, out, err, (), frozenset(titles))


def can_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0


def command_lines(root: int) -> Iterator[str]:
    """Command lines of the processes that a program started; it has a title of its own once it has begun."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except (OSError, ValueError, IndexError):
            continue
        if parent == root or int(folder.name) == root:
            yield line.strip()


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Watched]]:
    """The sample study after every command, under the most careless umask there is."""
    folder = tmp_path_factory.mktemp("private")
    study = demo(folder)
    (study / "private" / "contacts.csv").chmod(0o644)
    return study, {name: watched(folder, 0, name, str(study), *more) for name, *more in COMMANDS}


def test_every_command_works_without_a_network(done: tuple[Path, dict[str, Watched]]) -> None:
    codes = {name: ran.code for name, ran in done[1].items()}
    assert codes == {**dict.fromkeys(codes, 0), "run": 6}, {name: ran.stderr for name, ran in done[1].items()}


def test_nobody_else_can_read_what_is_private(done: tuple[Path, dict[str, Watched]]) -> None:
    study, _ = done
    places = [study / "work", study / "private"]
    seen = [path for place in places for path in (place, *place.rglob("*"))]
    assert {"contacts.csv", "lock", "log.jsonl", "ffmpeg.log", "mix.flac", "report.html"} <= {
        path.name for path in seen
    }
    open_to_others = {path.name: oct(path.stat().st_mode) for path in seen if stat.S_IMODE(path.stat().st_mode) & 0o077}
    assert open_to_others == {}


def test_no_name_is_in_a_command_line(done: tuple[Path, dict[str, Watched]]) -> None:
    study, ran = done
    titles = ran["run"].titles | ran["export"].titles | ran["doctor"].titles
    assert any("ffmpeg" in line for line in titles)
    assert any(line == "interviews run" for line in titles)
    listed = "\n".join(line for line in titles if "pipeline" not in line).lower()
    assert [word for word in private_words(study) if word in listed] == []
    assert "recordings" not in listed


def test_nothing_private_is_said_or_left_behind(done: tuple[Path, dict[str, Watched]]) -> None:
    study, ran = done
    assert shown(study, *ran.values()) == []
    assert [path for path in (study.parent / "system-tmp").rglob("*") if path.is_file()] == []
    left = [path for path in (study / "work" / "tmp").rglob("*") if path.is_file()]
    spoken = "|".join(re.escape(word) for word in sorted(private_words(study)))
    found = [path for path in left if re.search(spoken, path.read_bytes().decode("utf-8", "replace").lower())]
    assert found == []


def test_a_crash_leaves_no_memory_image() -> None:
    script = """
import resource
from pipeline import privacy
privacy.harden()
print(resource.getrlimit(resource.RLIMIT_CORE), open("/proc/self/status").read().count("CoreDumping"))
import ctypes
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if __import__("sys").platform == "linux" else 0)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.startswith("(0, 0)")
    assert ran.stdout.splitlines()[-1] == "0"


def test_a_bug_in_a_thread_shows_its_place_alone() -> None:
    script = """
import threading
from pipeline import privacy
privacy.harden()
def fail(): raise ValueError("Асель")
class Dying:
    def __del__(self): raise ValueError("Асель")
thread = threading.Thread(target=fail); thread.start(); thread.join()
Dying()
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "ValueError" in ran.stderr
    assert "Асель" not in ran.stderr + ran.stdout


@pytest.mark.parametrize("where", ["work", "work/P01", "work/P01/audio", "work/log.jsonl", "work/tmp", "release"])
def test_nothing_is_written_through_a_link(tmp_path: Path, where: str) -> None:
    study = demo(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (study / where).parent.mkdir(parents=True, exist_ok=True)
    (study / where).symlink_to(elsewhere, target_is_directory=True)
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code == 3, ran.stderr
    assert "ссылка или содержит ссылку" in ran.stderr
    assert list(elsewhere.iterdir()) == []
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755


def test_a_link_out_of_the_study_fails_one_recording_alone(tmp_path: Path) -> None:
    study = demo(tmp_path)
    (tmp_path / "Асель.m4a").write_bytes(b"private")
    (study / "recordings" / "Асель.m4a").symlink_to(tmp_path / "Асель.m4a")
    (study / "recordings" / os.fsdecode(b"\xc0\xf1.m4a")).write_bytes(b"x")
    ran = interviews(tmp_path, "run", "--until", "ingest", str(study))
    assert ran.code == 5, ran.stderr
    assert "ведёт за пределы исследования" in ran.stderr
    assert "нечитаемое имя" in ran.stderr
    assert "асель" not in (ran.stdout + ran.stderr).lower()
    assert (study / "work" / "P01" / "ingest.json").is_file()
    assert (study / "work" / "P04" / "ingest.json").is_file()

"""A batch with real stages, and what goes wrong at night, done to it on purpose. Linux alone.

    python -m tests.helpers.fault_campaign [--short] [--kills 200] [--rounds 8] [--seed 0] [--text captions,whisper]
                           [--only kill,disk,permission,clock,damage,weights]

kill: SIGKILL at random moments. disk: a file system too small. permission: a folder that may no longer be written.
clock: set back ten years, and files from the future. damage: artifacts and sound cut short or edited. weights: removed
in mid-run. After each the same command must end with the bytes of a run that nobody disturbed, must have made nothing
again that was finished, and must leave no half-written file and no process behind. Prints a line a kind; ends with 1
at the first breach.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from tests.helpers import machine_faults
from tests.helpers.sample_studies import artifacts
from tests.helpers.small_batches import batch

assert sys.platform != "win32", "it forks, mounts and looks into /proc"

DONE, KILLED = 6, -signal.SIGKILL
"""exit codes: of a batch that waits for its reviewer, of one that was killed"""
MARK = "INTERVIEWS_FAULTS"
KNOWING_OTHERS = ("attribute.json", "deidentify.json")
Stamps = dict[str, tuple[int, int]]
"""finished files: inode and time of the last change"""


class Breach(Exception):
    """Something that must never happen."""


def warm(folder: Path) -> None:
    """Load what the stages load, and work with none of it that has threads: forks of this process begin at once."""
    import onnxruntime  # noqa: F401

    from pipeline import privacy
    from pipeline.cli.main import command
    from pipeline.diarize import shared_rooms, tracks  # noqa: F401

    privacy.harden()
    study = batch(folder)
    (study / "study.yaml").write_text("transcribe: {engine: captions}\ndiarize: {engine: captions}\n")
    with (folder / "said").open("w") as said, redirect_stdout(said), redirect_stderr(said):
        require(command(["run", str(study)]) == DONE, "a run without sound did not end well")


class Bench:
    """A batch to be disturbed, and what an undisturbed run makes of it."""

    def __init__(self, folder: Path, listening: bool, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance
        self.study = batch(folder, listening)
        self.work = self.study / "work"
        self.mark = f"{MARK}={os.getpid()}-{folder.name}"
        began = time.monotonic()
        require(finish(self.start()) == DONE, "the undisturbed run did not end well")
        self.seconds = time.monotonic() - began
        self.wanted = artifacts(self.study)
        self.wipe()

    def here(self, *arguments: str) -> int:
        """A command that hears nothing, in this very process."""
        from pipeline.cli.main import command

        with (self.folder / "said").open("w") as said, redirect_stdout(said), redirect_stderr(said):
            return command([*arguments, str(self.study)])

    def start(self, before: Callable[[], None] = lambda: None) -> int:
        """Begin a run in a fork of this process; returns its id."""
        process = os.fork()
        if process:
            return process
        code = 1
        try:
            said = os.open(self.folder / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            os.dup2(said, 1)
            os.dup2(said, 2)
            os.environ[MARK] = self.mark.partition("=")[2]
            before()
            from pipeline.cli.main import command

            code = command(["run", str(self.study)])
        finally:
            os._exit(code)

    def said(self) -> str:
        return (self.folder / "said").read_text(encoding="utf-8")

    def wipe(self) -> None:
        shutil.rmtree(self.work)

    def finished(self) -> Stamps:
        """Results that are whole, by their paths."""
        from pipeline.store.artifacts import Store

        store, stamps = Store(self.work), Stamps()
        for recording in store.recordings():
            for path in (self.work / recording).glob("*.json"):
                header = store.header(recording, path.stem)
                names = (path.name, *(side.path for side in header.files)) if header else ()
                for name in names:
                    stat = (path.parent / name).stat()
                    stamps[f"{recording}/{name}"] = stat.st_ino, stat.st_mtime_ns
        return stamps

    def check(self, before: Stamps) -> Stamps:
        """What is finished now. Raises Breach where something of `before` was made again, or a process goes on."""
        now = self.finished()
        again = sorted(path for path, stamp in before.items() if now.get(path) != stamp)
        require(not again, f"made again: {', '.join(again)}")
        deadline = time.monotonic() + 5
        while (left := machine_faults.left_running(self.mark)) and time.monotonic() < deadline:
            time.sleep(0.02)
        require(not left, f"left running: {left}")
        return now

    def resume(self, before: Stamps) -> None:
        """Run to the end. Raises Breach where anything differs from a run that nobody disturbed."""
        code = finish(self.start())
        require(code == DONE, f"the resumed run ended with {code}: {self.said()[-300:]}")
        self.check(before)
        made = artifacts(self.study)
        differ = sorted(path for path in made.keys() | self.wanted.keys() if made.get(path) != self.wanted.get(path))
        require(not differ, f"other bytes: {', '.join(differ)}")
        left = [path.name for path in self.study.rglob("*.partial")] + [
            path.name for path in self.work.glob("*/scratch")
        ]
        require(not left, f"left half-written: {', '.join(left)}")

    def stage(self) -> str:
        """Which stage a run had come to."""
        log = self.work / "log.jsonl"
        lines = log.read_text().splitlines() if log.is_file() else []
        events = [json.loads(line) for line in lines if line.endswith("}")]
        return next((str(event["stage"]) for event in reversed(events) if event["event"] == "stage"), "start")


def require(holds: bool, what: str) -> None:
    if not holds:
        raise Breach(what)


def lasting(finished: Stamps, code: int) -> Stamps:
    """What must not be made again. Where a recording failed, the cast of the others lacked its speakers."""
    return {path: stamp for path, stamp in finished.items() if code != 5 or not path.endswith(KNOWING_OTHERS)}


def finish(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def kill(bench: Bench, kills: int) -> str:
    """SIGKILL, again and again until the batch is finished; then another batch."""
    hit: Counter[str] = Counter()
    batches = 0
    while hit.total() < kills:
        before, code = Stamps(), KILLED
        while code == KILLED and hit.total() < kills:
            process = bench.start()
            time.sleep(bench.chance.uniform(0, bench.seconds))
            os.kill(process, signal.SIGKILL)
            code = finish(process)
            require(code in {KILLED, DONE}, f"a run ended with {code}: {bench.said()[-600:]}")
            if code == KILLED:
                hit[bench.stage()] += 1
            bench.seconds *= 1.02 if code == KILLED else 0.9
            before = bench.check(before)
        bench.resume(before)
        batches += 1
        bench.wipe()
    return f"{hit.total()} kills in {batches} batches ({', '.join(f'{name} {n}' for name, n in hit.items())})"


def disk(bench: Bench, rounds: int) -> str:
    """Less room than the batch needs, at another place in each round."""
    need = sum(len(data) for data in bench.wanted.values())
    codes: Counter[int] = Counter()
    for _ in range(rounds):
        with machine_faults.small_disk(bench.work, int(need * bench.chance.uniform(0.05, 0.9))) as enlarge:
            code = finish(bench.start())
            require(code in {3, 5}, f"a full disk ended with {code}: {bench.said()[-600:]}")
            codes[code] += 1
            enlarge()
            bench.resume(lasting(bench.finished(), code))
        bench.wipe()
    return ended(codes)


def permission(bench: Bench, rounds: int) -> str:
    """A folder of work/, or a recording, that may no longer be written or read, from a random moment on."""
    codes: Counter[int] = Counter()
    for _ in range(rounds):
        process = bench.start(machine_faults.heed_permissions)
        time.sleep(bench.chance.uniform(0, 0.6 * bench.seconds))
        places = [bench.work, *bench.work.glob("P*"), *bench.work.glob("P*/audio"), *bench.study.glob("recordings/*")]
        lost = bench.chance.choice([place for place in places if place.is_dir()])
        lost.chmod(0o100)
        code = finish(process)
        lost.chmod(0o700)
        require(code in {3, 5, DONE}, f"lost permission ended with {code}: {bench.said()[-600:]}")
        codes[code] += 1
        bench.resume(lasting(bench.finished(), code))
        bench.wipe()
    return ended(codes)


def clock(bench: Bench, rounds: int) -> str:
    """Files from the future in a batch that was killed; where libfaketime is installed, a run ten years ago as well."""
    setter = machine_faults.clock_setter() if rounds > 1 else ""
    command = [sys.executable, "-m", "pipeline", "run", str(bench.study)]
    past = {**os.environ, "LD_PRELOAD": setter, "FAKETIME": "-10y", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    for _ in range(rounds):
        process = bench.start()
        time.sleep(bench.chance.uniform(0, bench.seconds))
        os.kill(process, signal.SIGKILL)
        finish(process)
        for path in bench.study.rglob("*"):
            os.utime(path, (time.time() + 3e8, time.time() + 3e8))
        before = bench.finished()
        if setter:
            code = subprocess.run(command, env=past, capture_output=True, check=False).returncode
            require(code == DONE, f"a run in the past ended with {code}")
            bench.check(before)
        bench.resume(before)
        bench.wipe()
    return f"{rounds} rounds" + ("" if setter else "; no clock set back: a short run, or libfaketime is not installed")


def damage(bench: Bench, rounds: int) -> str:
    """One file of a finished batch cut short, emptied or edited; named, and made again as it was."""
    bench.resume({})
    done: Counter[str] = Counter()
    for _ in range(rounds):
        name, edit = bench.chance.choice(sorted(bench.wanted)), bench.chance.choice(machine_faults.EDITS)
        edit(bench.work / name)
        what = f"{edit.__name__} of {name}"
        require(bench.here("verify") == 8, f"{what} was not found by verify")
        require(name in bench.said(), f"{what} was not named by verify")
        recording = name.partition("/")[0]
        if name.endswith(".json") and recording != name:
            code = bench.here("export", "--draft")
            require(code in {3, 8} or f"не вошло: {recording}" in bench.said(), f"{what} was published")
        before = {path: stamp for path, stamp in bench.finished().items() if not path.startswith(f"{recording}/")}
        try:
            bench.resume(before)
        except Breach as breach:
            raise Breach(f"after {what}: {breach}") from None
        require(bench.here("verify") == 0, f"{what} was not repaired")
        done[edit.__name__] += 1
    bench.wipe()
    return ", ".join(f"{name} {n}" for name, n in done.items())


def weights(bench: Bench, rounds: int) -> str:
    """The model's file taken away at a random moment, and brought back."""
    codes: Counter[int] = Counter()
    model = bench.folder / "tiny.pt"
    for _ in range(rounds):
        process = bench.start()
        time.sleep(bench.chance.uniform(0, bench.seconds))
        hidden = model.rename(model.with_suffix(".gone"))
        codes[finish(process)] += 1
        before = bench.finished()
        codes[finish(bench.start())] += 1
        hidden.rename(model)
        bench.resume(before)
        bench.wipe()
    require(set(codes) <= {4, DONE}, f"without weights: {codes}")
    return ended(codes)


def ended(codes: Counter[int]) -> str:
    return "ended with " + ", ".join(f"{code} ({n}x)" for code, n in sorted(codes.items()))


KINDS: dict[str, Callable[[Bench, int], str]] = {
    "kill": kill,
    "disk": disk,
    "permission": permission,
    "clock": clock,
    "damage": damage,
    "weights": weights,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=8, help="of each other kind")
    parser.add_argument("--text", default="captions,whisper", help="where the text comes from")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default=",".join(KINDS), help="kinds, with commas between")
    parser.add_argument(
        "--short", action="store_true", help="as the test suite runs it: a round each, no clock set back"
    )
    options = parser.parse_args()
    if options.short:
        options.text, options.kills, options.rounds = "captions", 2, 1
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory() as folder:
        warm(Path(folder) / "warm")
        for text in options.text.split(","):
            if text == "whisper":
                import whisper  # noqa: F401
            bench = Bench(Path(folder) / text, text == "whisper", random.Random(options.seed))
            for kind in chosen(text, options):
                kills = -(-options.kills // len(options.text.split(",")))
                said = attempted(kind, bench, kills if kind == "kill" else options.rounds)
                print(f"{text:9} {kind:11} {said}", flush=True)
                if said.startswith("BREACH"):
                    return 1
    return 0


def chosen(text: str, options: argparse.Namespace) -> list[str]:
    """What is done to a batch: captions need no weights."""
    kinds = [kind for kind in KINDS if kind in options.only.split(",")]
    if text == "whisper":
        return kinds
    return [kind for kind in kinds if kind != "weights"]


def attempted(kind: str, bench: Bench, count: int) -> str:
    began = time.monotonic()
    try:
        said = KINDS[kind](bench, count)
    except Breach as breach:
        return f"BREACH: {breach}"
    except PermissionError as error:
        return f"skipped: {error}"
    return f"{said}; {time.monotonic() - began:.0f} s"


if __name__ == "__main__":
    sys.exit(main())

"""A recording becomes words: through the real loading path and a small network of the real architecture."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest

from pipeline.errors import ConfigError, MissingDependency
from pipeline.media import ffmpeg
from pipeline.media.speech import Regions, speech_regions
from pipeline.model import Failure, Job, Recording, Track, Transcript
from pipeline.transcribe import stage
from pipeline.transcribe.decoding import chosen
from pipeline.transcribe.engine import Engine, Heard
from pipeline.transcribe.hallucination import Draft, broken
from pipeline.transcribe.openai_whisper import OpenAiWhisper
from pipeline.transcribe.stage import Item, Settings
from pipeline.transcribe.windows import placed, windows
from tests.conftest import DATA, ROOT, needs_data
from tests.helpers.checkpoints import save_whisper
from tests.helpers.voices import RATE, babble, save_track

FIXTURE = DATA / "whisper-synthetic"
TRAINED = Settings(
    model=str(FIXTURE / "ru-synthetic.pt"),
    alignment_heads=((2, 0), (2, 1)),
    window_pause=0.35,
    temperatures=(),
    threads=1,
)


@pytest.fixture(scope="module")
def random(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A recogniser that babbles: twelve random Russian words a window."""
    return Settings(model=str(save_whisper(tmp_path_factory.mktemp("weights") / "random.pt", tokens=12)), threads=1)


def item(folder: Path, identity: str = "P01", **spoken: tuple[tuple[float, float], ...]) -> Item:
    """A recording of 40 s whose tracks hold babble in the given intervals."""
    tracks = []
    for seed, (label, intervals) in enumerate(spoken.items(), start=1):
        save_track(folder / identity / "audio" / f"{label}.flac", 40, *intervals, seed=2 * seed - 1)
        tracks.append(Track(label, "mixed" if label == "mix" else "participant", "", 40.0))
    return Item(Job(identity, folder / identity), Recording(identity, (), tuple(tracks), (), 40.0))


def one(made: tuple[str, Transcript | Failure]) -> Transcript:
    assert isinstance(made[1], Transcript), made
    return made[1]


def assert_sound(words: list[tuple[float, float]], speech: Regions) -> None:
    """Word times in order, apart, and at both ends inside speech."""
    assert all(start < end for start, end in words)
    assert all(before[1] <= after[0] for before, after in pairwise(words))
    for time in (time for word in words for time in word):
        assert any(start - 0.0011 <= time <= end + 0.0011 for start, end in speech)


def test_participant_tracks_are_heard_one_by_one(tmp_path: Path, random: Settings) -> None:
    two = item(tmp_path, mix=((1, 30),), one=((1, 4), (12, 18)), two=((6, 9), (20, 24)), silent=())
    (made,) = list(stage.run([two], random))
    transcript = one(made)
    assert (transcript.engine, transcript.dropped, transcript.notes) == ("openai-whisper", (), ())
    assert {word.track for word in transcript.words} == {"one", "two"}
    assert list(transcript.words) == sorted(transcript.words, key=lambda word: (word.start, word.end, word.track))
    for label in ("one", "two"):
        words = [(word.start, word.end) for word in transcript.words if word.track == label]
        assert len(words) > 5
        assert_sound(words, speech_regions(two.job.folder / "audio" / f"{label}.flac"))
    for word in transcript.words:
        assert re.fullmatch(r"\S+", word.text)
        assert 0 <= word.confidence <= 1
        assert (word.language, word.interpolated) == ("ru", False)
        assert word.confidence == round(word.confidence, 3)


def test_the_mix_is_heard_where_there_is_nothing_else(tmp_path: Path, random: Settings) -> None:
    (made,) = list(stage.run([item(tmp_path, mix=((1, 4),))], random))
    assert {word.track for word in one(made).words} == {"mix"}


def test_the_same_sound_gives_the_same_bytes_whatever_came_before(tmp_path: Path, random: Settings) -> None:
    first = item(tmp_path, "P01", mix=((1, 4), (12, 18)))
    other = item(tmp_path, "P02", one=((3, 9),))
    unsure = msgspec.structs.replace(random, temperatures=(0.8,), prompt="магистратура")
    for settings in (random, unsure):
        alone = [msgspec.json.encode(made) for _, made in stage.run([first], settings)]
        after = [msgspec.json.encode(made) for _, made in stage.run([other, first], settings)]
        assert alone == after[1:]


def test_progress_ends_at_one(tmp_path: Path, random: Settings) -> None:
    heard: list[float] = []
    list(stage.run([item(tmp_path, mix=((1, 30),))], random, lambda _, share: heard.append(share)))
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1.0)


def test_a_silent_or_broken_recording_leaves_the_others(tmp_path: Path, random: Settings) -> None:
    silent, broken_one, sound = (
        item(tmp_path, "P01", mix=()),
        item(tmp_path, "P02", mix=((1, 4),)),
        item(tmp_path, "P03", mix=((1, 4),)),
    )
    (broken_one.job.folder / "audio" / "mix.flac").write_bytes(b"")
    made = dict(stage.run([silent, broken_one, sound], random))
    for identity in ("P01", "P02"):
        failure = made[identity]
        assert isinstance(failure, Failure)
        assert (failure.id, failure.stage, failure.code) == (identity, "transcribe", 5)
        assert failure.do
    assert isinstance(made["P03"], Transcript)


def test_a_loop_is_taken_out_under_its_rules_name(tmp_path: Path) -> None:
    endless = save_whisper(tmp_path / "endless.pt", tokens=120)
    settings = Settings(model=str(endless), temperatures=(), threads=1)
    (made,) = list(stage.run([item(tmp_path, mix=((1, 4),))], settings))
    transcript = one(made)
    assert transcript.words == ()
    assert transcript.notes == ("no-words",)
    (dropped,) = transcript.dropped
    assert (dropped.rule, dropped.track) == ("loop", "mix")
    assert len(dropped.text.split()) > 50
    assert 0.9 < dropped.start < dropped.end < 4.2


def test_a_failing_window_is_decoded_again_and_the_better_text_is_kept(random: Settings) -> None:
    engine = OpenAiWhisper(random)
    encoded = engine.encoded([engine.features(babble(3))])
    drafts = [engine.readings(encoded, "ru", temperature) for temperature in (0.0, 0.5, 1.0)]
    assert drafts[0] == engine.readings(encoded, "ru", 0.0)
    assert drafts[1] == engine.readings(encoded, "ru", 0.5)
    assert len({draft[0].tokens for draft in drafts}) > 1

    def judged(log_probability: float, compression: float) -> Draft:
        return Draft("да", 3.0, log_probability, 0.0, compression, True)

    loop, doubtful, worse, good = judged(-0.1, 3.0), judged(-1.3, 1.0), judged(-1.6, 1.0), judged(-0.5, 1.0)
    assert chosen([loop, good]) == good
    assert chosen([doubtful, worse]) == doubtful
    assert chosen([loop, worse]) == worse
    assert chosen([loop, judged(-3.0, 1.0)]) == loop


@pytest.mark.parametrize(
    ("rule", "draft"),
    [
        (None, Draft("Да.", 1.0, -0.2, 0.1, 0.5, True)),
        (None, Draft("Спасибо.", 1.0, -0.9, 0.8, 0.5, True)),
        (None, Draft("", 1.0, -3.0, 0.99, 0.0, True)),
        ("wordless", Draft("...", 1.0, -0.1, 0.99, 0.5, True)),
        ("no-speech", Draft("Продолжение следует", 10.0, -1.2, 0.7, 1.0, True)),
        ("loop", Draft("и потом " * 60, 30.0, -0.1, 0.0, 20.0, True)),
        ("too-fast", Draft("слово " * 20, 1.0, -0.1, 0.0, 2.0, True)),
        ("unfinished", Draft("слово", 30.0, -0.1, 0.0, 1.0, False)),
        ("hopeless", Draft("слово", 3.0, -2.5, 0.0, 1.0, True)),
        ("low-probability", Draft("слово", 3.0, -1.5, 0.0, 1.0, True)),
    ],
)
def test_rules(rule: str | None, draft: Draft) -> None:
    found = broken(draft)
    assert (found and found.name) == rule


@needs_data
def test_ordinary_russian_is_no_loop() -> None:
    from whisper.utils import compression_ratio

    for path in sorted((DATA / "interviews").glob("P0?.json")):
        words = " ".join(turn["text"] for turn in json.loads(path.read_text(encoding="utf-8"))["turns"]).split()
        assert all(compression_ratio(" ".join(words[n : n + 120])) < 2.4 for n in range(0, len(words), 60))


def test_missing_weights_stop_before_any_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INTERVIEWS_MODELS", str(tmp_path))
    with pytest.raises(MissingDependency) as raised:
        stage.check(Settings())
    assert raised.value.exit_code == 4
    assert "large-v3-turbo.pt" in raised.value.do
    (made,) = list(stage.run([item(tmp_path, mix=((1, 4),))], Settings()))
    assert isinstance(made[1], Failure)
    assert made[1].code == 4


def test_damaged_weights_are_told_from_good_ones(tmp_path: Path, random: Settings) -> None:
    import torch

    whole = Path(random.model).read_bytes()
    (tmp_path / "cut.pt").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MissingDependency, match="cut off"):
        stage.check(Settings(model=str(tmp_path / "cut.pt")))
    torch.save({"weights": torch.zeros(3)}, tmp_path / "other.pt")
    with pytest.raises(MissingDependency, match="no checkpoint"):
        stage.load(Settings(model=str(tmp_path / "other.pt")))


def test_a_checkpoint_cannot_run_code(tmp_path: Path) -> None:
    import torch

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "sprung"),)

    torch.save({"dims": Trap(), "model_state_dict": {}}, tmp_path / "trap.pt")
    with pytest.raises(MissingDependency):
        stage.load(Settings(model=str(tmp_path / "trap.pt")))
    assert not (tmp_path / "sprung").exists()


def heads(engine: Engine) -> list[list[int]]:
    assert isinstance(engine, OpenAiWhisper)
    found: list[list[int]] = engine.model.alignment_heads.indices().T.tolist()
    return found


def test_alignment_heads_come_from_settings_sidecar_or_whispers_table(tmp_path: Path) -> None:
    path = save_whisper(tmp_path / "own.pt")
    assert heads(stage.load(Settings(model=str(path)))) == [[1, 0], [1, 1]]
    path.with_suffix(".json").write_text('{"alignment_heads": [[0, 1]]}')
    assert heads(stage.load(Settings(model=str(path)))) == [[0, 1]]
    assert heads(stage.load(Settings(model=str(path), alignment_heads=((1, 1),)))) == [[1, 1]]
    with pytest.raises(ConfigError, match="alignment_heads"):
        stage.load(Settings(model=str(path), alignment_heads=((7, 0),)))
    path.with_suffix(".json").write_text("{")
    with pytest.raises(ConfigError, match=r"own\.json"):
        stage.load(Settings(model=str(path)))


def test_a_file_of_a_published_size_gets_that_sizes_heads(tmp_path: Path) -> None:
    import whisper
    from whisper.model import ModelDimensions, Whisper

    tiny = {"n_audio_state": 384, "n_audio_head": 6, "n_audio_layer": 1}
    tiny |= {"n_text_state": 384, "n_text_head": 6, "n_text_layer": 4}
    engine = stage.load(Settings(model=str(save_whisper(tmp_path / "tuned.pt", **tiny))))
    assert isinstance(engine, OpenAiWhisper)
    reference = Whisper(ModelDimensions(**vars(engine.model.dims)))
    reference.set_alignment_heads(whisper._ALIGNMENT_HEADS["tiny"])
    assert heads(engine) == reference.alignment_heads.indices().T.tolist()


def test_an_english_model_is_refused_for_russian(tmp_path: Path) -> None:
    path = save_whisper(tmp_path / "small.en.pt")
    import torch

    checkpoint = torch.load(path, weights_only=True)
    checkpoint["dims"]["n_vocab"] = 51864
    embedding = checkpoint["model_state_dict"]["decoder.token_embedding.weight"]
    checkpoint["model_state_dict"]["decoder.token_embedding.weight"] = embedding[:51864].clone()
    torch.save(checkpoint, path)
    with pytest.raises(ConfigError, match="English only"):
        stage.load(Settings(model=str(path)))


def test_the_transcript_names_the_model_by_content_and_no_path(tmp_path: Path, random: Settings) -> None:
    (made,) = list(stage.run([item(tmp_path, mix=((1, 4),))], random))
    assert re.fullmatch(r"random \([0-9a-f]{12}\)", one(made).model)


def test_importing_the_stage_is_cheap() -> None:
    code = "import sys; import pipeline.transcribe.stage; print({'torch', 'numpy', 'whisper'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def plain(text: str) -> list[str]:
    return re.sub(r"[^\w ]", "", text.lower().replace("ё", "е").replace("-", " ")).split()


@needs_data
@pytest.mark.slow
def test_real_words_come_out_at_their_times(tmp_path: Path) -> None:
    """Twenty utterances with the trained fixture: word errors as its README states, times of the right words."""
    import jiwer
    import soundfile

    told = json.loads((FIXTURE / "utterances.json").read_text(encoding="utf-8"))[:20]
    seconds = round(told[-1]["end"] + 0.4, 3)
    (tmp_path / "audio").mkdir()
    soundfile.write(
        tmp_path / "audio" / "mix.flac", ffmpeg.read(FIXTURE / "utterances.flac", 0.0, seconds), RATE, subtype="PCM_16"
    )
    recording = Recording("P01", (), (Track("mix", "mixed", "", seconds),), (), seconds)
    (made,) = list(stage.run([Item(Job("P01", tmp_path), recording)], TRAINED))
    transcript = one(made)
    reference = " ".join(word for one in told for word in plain(one["text"]))
    assert jiwer.wer(reference, " ".join(" ".join(plain(word.text)) for word in transcript.words)) <= 0.24
    assert_sound([(word.start, word.end) for word in transcript.words], speech_regions(tmp_path / "audio" / "mix.flac"))
    truth = [word for one in told for word in one["words"]]
    errors = [
        min(abs(word.start - start) for text, start, _ in truth if text == word.text)
        for word in transcript.words
        if any(text == word.text for text, _, _ in truth)
    ]
    assert len(errors) > 80
    assert float(np.median(errors)) <= 0.06


@needs_data
def test_times_of_the_true_text_are_right_within_60_ms() -> None:
    engine = OpenAiWhisper(TRAINED)
    told = json.loads((FIXTURE / "utterances.json").read_text(encoding="utf-8"))[:24]
    read = partial(ffmpeg.read, FIXTURE / "utterances.flac")
    planned = windows(speech_regions(FIXTURE / "utterances.flac"), 396.0, 30.0, read, TRAINED.window_pause)
    errors = []
    for window, said in zip(planned, told, strict=False):
        sound = window.samples(read)
        true = Draft(
            said["text"], window.seconds, 0.0, 0.0, 1.0, True, tuple(engine.tokenizer.encode(" " + said["text"]))
        )
        timed = engine.timed(engine.encoded([engine.features(sound)])[0], window.seconds, true)
        assert [word.text for word in timed] == said["text"].split()
        times = placed(tuple((word.start, word.end) for word in timed), window)
        errors += [abs(start - begun) for (start, _), (_, begun, _) in zip(times, said["words"], strict=True)]
    assert float(np.median(errors)) <= 0.06


@needs_data
@pytest.mark.slow
def test_times_in_an_interview_are_right_within_75_ms(tmp_path: Path) -> None:
    """Turns of up to 12 s of both participants' tracks, one a window, on what they truly said."""
    engine = OpenAiWhisper(TRAINED)
    told = json.loads((DATA / "zoom" / "P01" / "truth.json").read_text(encoding="utf-8"))
    (folder,) = [path for path in (DATA / "zoom" / "P01").iterdir() if path.is_dir()]
    errors: list[float] = []
    for speaker, name in told["tracks"].items():
        raw = tmp_path / speaker
        ffmpeg.decode(folder / name, raw, tmp_path / "log")
        samples = ffmpeg.Raw(raw)
        short = [t for t in told["turns"] if t["speaker"] == speaker and 2 < t["end"] - t["start"] < 12][:8]
        for turn in short:
            start = max(0.0, turn["start"] - 0.2)
            sound = samples[int(start * RATE) : int((turn["end"] + 0.2) * RATE)].astype(np.float32) / np.float32(32768)
            text = " ".join(word["word"] for word in turn["words"])
            true = Draft(text, 1.0, 0.0, 0.0, 1.0, True, tuple(engine.tokenizer.encode(" " + text)))
            timed = engine.timed(engine.encoded([engine.features(sound)])[0], len(sound) / RATE, true)
            if [word.text for word in timed] == text.split() and len(timed) == len(turn["words"]):
                errors += [abs(a.start + start - b["start"]) for a, b in zip(timed, turn["words"], strict=True)]
    print(f"{len(errors)} words, median {1000 * float(np.median(errors)):.0f} ms")
    assert len(errors) > 100
    assert float(np.median(errors)) <= 0.075


@needs_data
def test_no_text_comes_out_of_silence() -> None:
    engine = OpenAiWhisper(TRAINED)
    hiss = 3e-4 * np.random.default_rng(0).standard_normal(10 * RATE).astype(np.float32)
    for heard in engine.hear([np.zeros(10 * RATE, dtype=np.float32), hiss, np.zeros(RATE, dtype=np.float32)]):
        assert isinstance(heard, Heard)
        assert heard.words == ()


@pytest.mark.parametrize("wrong", [{"window_seconds": 60}, {"beam_size": 0}, {"engine": "other"}, {"windows": 1}])
def test_settings_that_would_lose_speech_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Settings)

"""The stream of windows: batches, failures, second tries, halves, languages, late joiners, and what is thrown out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.media.speech import speech_regions
from pipeline.model import Failure, Job, Recording, Track, Transcript
from pipeline.transcribe import planning, stage
from pipeline.transcribe.decoding import Listener, Reading, most_likely, quietest
from pipeline.transcribe.engine import Heard, Timed
from pipeline.transcribe.hallucination import Draft, Sentence, broken, invented, repeats, sentences
from pipeline.transcribe.prefetch import ahead, side_by_side
from pipeline.transcribe.stage import Item, Settings, sifted, together
from pipeline.transcribe.windows import Piece, Window
from tests.conftest import ROOT
from tests.helpers import noises
from tests.helpers.engines import Counting, Hearer, Replayed, unsure
from tests.helpers.voices import RATE, save_track

PLAIN = Settings(other_languages=(), temperatures=(0.4, 0.8))
RECORDED = ROOT / "tests" / "data" / "heard.json"


def sound(*loud: float) -> NDArray[np.float32]:
    """A second of constant sound for each loudness."""
    return np.concatenate([np.full(RATE, one, dtype=np.float32) for one in loud])


def said(heard: Heard | Exception) -> str:
    assert isinstance(heard, Heard), heard
    return " ".join(word.text for word in heard.words)


def listened(network: Any, *sounds: NDArray[np.float32], settings: Settings = PLAIN) -> list[Heard | Exception]:
    return list(Listener(network, settings).hear(iter(sounds)))


def test_windows_come_back_in_order_whatever_the_batch() -> None:
    sounds = [sound(n / 100) for n in range(1, 12)]
    for size in (1, 3, 16):
        settings = Settings(other_languages=(), batch_size=size)
        heard = listened(Counting(), *sounds, settings=settings)
        assert [said(one) for one in heard] == [str(10 * n) for n in range(1, 12)]


def test_a_window_that_fails_costs_no_other() -> None:
    def spoil(rows: Any, made: list[Reading], _temperature: float) -> list[Reading]:
        if [30] in rows:
            raise ValueError("bad window")
        return made

    network = Counting()
    network.spoil = spoil
    heard = listened(network, *(sound(n / 100) for n in range(1, 5)))
    assert [isinstance(one, Exception) for one in heard] == [False, False, True, False]


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")])
def test_batches_shrink_for_good_where_memory_ends(error: Exception) -> None:
    def spoil(rows: Any, made: list[Reading], _temperature: float) -> list[Reading]:
        if len(rows) > 2:
            raise error
        return made

    network = Counting()
    network.spoil = spoil
    heard = listened(network, *(sound(n / 100) for n in range(1, 13)))
    assert [said(one) for one in heard] == [str(10 * n) for n in range(1, 13)]
    assert [size for size, _, _ in network.asked] == [4, 2, 2, 2, 2, 2, 2]


def test_only_failed_windows_are_tried_again_and_together() -> None:
    def spoil(rows: Any, made: list[Reading], temperature: float) -> list[Reading]:
        doubtful = {0.0: [[20], [40]], 0.4: [[40]]}.get(temperature, [])
        return [unsure(one, -1.5) if row in doubtful else one for row, one in zip(rows, made, strict=True)]

    network = Counting()
    network.spoil = spoil
    assert len(listened(network, *(sound(n / 100) for n in range(1, 5)))) == 4
    assert network.asked == [(4, "ru", 0.0), (2, "ru", 0.4), (1, "ru", 0.8)]


def test_a_window_with_too_many_tokens_is_read_in_two_halves_cut_at_a_pause() -> None:
    loud = [0.3 + n / 17 for n in range(12)]
    loud[6] = 0.0
    network = Counting(limit=8)
    (heard,) = listened(network, sound(*loud))
    texts = [str(round(1000 * one)) for one in loud]
    assert list(dict.fromkeys(said(heard).split())) == texts
    assert len(network.asked) == 2
    assert isinstance(heard, Heard)
    assert all(a.end <= b.start + 1e-6 for a, b in zip(heard.words, heard.words[1:], strict=False))
    assert heard.words[-1].end == pytest.approx(12.0)
    assert abs(quietest(sound(*loud)) / RATE - 6.5) < 0.5


def test_each_window_is_read_in_its_language_and_prompts_are_for_the_main_one() -> None:
    network = Counting()
    network.guess = lambda loud: {100: {"kk": 0.97, "ru": 0.02}, 200: {"ru": 0.6, "kk": 0.4}}.get(loud, {"en": 1.0})
    settings = Settings(prompt="магистратура")
    listener = Listener(network, settings)
    heard = list(listener.hear(iter([sound(0.1), sound(0.2), sound(0.3)])))
    assert [one.words[0].language for one in heard if isinstance(one, Heard)] == ["kk", "ru", "en"]
    assert [spoken for _, spoken, _ in network.asked] == ["kk", "ru", "en"]
    assert [settings.expected(spoken) for spoken in ("ru", "kk")] == ["магистратура", ""]


@pytest.mark.parametrize(
    ("guess", "spoken"),
    [
        ({"ru": 0.9, "kk": 0.1}, "ru"),
        ({"ru": 0.3, "kk": 0.6}, "ru"),
        ({"ru": 0.02, "kk": 0.9}, "kk"),
        ({"ru": 0.02, "en": 0.95}, "en"),
        ({"uk": 0.9, "ru": 0.05, "kk": 0.01}, "ru"),
        ({"ba": 0.7, "kk": 0.2, "ru": 0.001}, "kk"),
        ({}, "ru"),
    ],
)
def test_another_language_must_lead_by_a_margin(guess: dict[str, float], spoken: str) -> None:
    assert most_likely(guess, ("ru", "kk", "en"), 0.9, 0.2) == spoken
    assert most_likely(guess, ("ru",), 0.9, 0.2) == "ru"


def test_a_thread_works_ahead_in_order_and_no_further_than_asked() -> None:
    made: list[int] = []

    def source() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    with ahead(source(), 3) as results:
        assert [next(results) for _ in range(5)] == [0, 1, 2, 3, 4]
        assert len(made) <= 5 + 3 + 2
    assert threading.active_count() < 20


def test_what_the_thread_raises_is_raised_in_its_turn() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise KeyError("lost")

    with ahead(source(), 2) as results:
        assert next(results) == 1
        with pytest.raises(KeyError):
            next(results)


def test_workers_are_at_work_together_and_results_keep_their_order() -> None:
    both = threading.Barrier(2, timeout=10)
    taken: list[int] = []

    def source() -> Iterator[int]:
        for number in range(8):
            taken.append(number)
            yield number

    def work(number: int) -> int:
        both.wait()
        return number * number

    results = side_by_side(work, source(), 2, threading.Event())
    assert next(results) == 0
    assert len(taken) <= 3
    assert list(results) == [n * n for n in range(1, 8)]


def test_workers_that_nobody_waits_for_begin_nothing_more() -> None:
    begun: list[int] = []
    unwanted = threading.Event()

    def work(number: int) -> int:
        begun.append(number)
        if number == 1:
            raise KeyError("lost")
        assert number == 0 or unwanted.wait(10)
        return number

    results = side_by_side(work, iter(range(100)), 2, unwanted)
    assert next(results) == 0
    with pytest.raises(KeyError):
        next(results)
    assert len(begun) <= 5
    assert not [one for one in threading.enumerate() if one.name.startswith("ThreadPool")]


@pytest.mark.parametrize("size", [0, 2, 5, 8])
def test_workers_hear_what_one_hears(size: int) -> None:
    def spoil(rows: Any, made: list[Reading], temperature: float) -> list[Reading]:
        if [130] in rows:
            raise ValueError("bad window")
        if len(rows) > 3:
            raise MemoryError
        return [
            unsure(one, -1.5) if row == [50] and not temperature else one for row, one in zip(rows, made, strict=True)
        ]

    settings = Settings(other_languages=(), batch_size=size)
    heard = []
    for workers in (1, 2, 3):
        network = Counting(workers=workers)
        network.spoil = spoil
        listener = Listener(network, settings)
        results = list(listener.hear(sound(n / 100) for n in range(1, 30)))
        heard.append([repr(one) if isinstance(one, Exception) else one for one in results])
        assert listener.size <= max(3, (size or 4) // workers)
    assert heard[0] == heard[1] == heard[2]
    assert [said(one) for one in heard[0] if isinstance(one, Heard)] == [str(10 * n) for n in range(1, 30) if n != 13]


def test_a_model_that_nobody_waits_for_is_not_asked_again() -> None:
    network = Counting(workers=2)
    listener = Listener(network, PLAIN)
    results = listener.hear(sound(n / 100) for n in range(1, 1000))
    next(results)
    results.close()  # type: ignore[attr-defined]
    asked = len(network.asked)
    assert asked <= 4
    assert all(isinstance(one, Exception) for one in listener.batch([listener.prepared(sound(0.1, 0.2))]))
    assert len(network.asked) == asked


def recording(folder: Path, identity: str, seconds: float, *spoken: tuple[float, float]) -> Item:
    save_track(folder / identity / "audio" / "mix.flac", seconds, *spoken)
    track = Track("mix", "mixed", "", seconds)
    return Item(Job(identity, folder / identity), Recording(identity, (), (track,), (), seconds))


@pytest.mark.parametrize(("parallel", "workers", "asked"), [(False, 1, 1), (True, 1, 1), (False, 2, 3)])
def test_recordings_share_batches_and_each_is_finished_as_soon_as_it_can_be(
    tmp_path: Path, parallel: bool, workers: int, asked: int
) -> None:
    items = [recording(tmp_path, f"P0{n}", 12, (1, 4), (6, 10)) for n in range(1, 5)]
    (items[1].job.folder / "audio" / "mix.flac").write_bytes(b"")
    settings = Settings(other_languages=(), batch_size=2 * workers, window_pause=0.5)
    network = Counting(parallel=parallel, workers=workers)
    told: list[tuple[str, float]] = []
    made = together(items, Hearer(network, settings), settings, lambda name, share: told.append((name, share)))
    first = next(made)
    assert first[0] == "P01"
    assert len(network.asked) <= asked
    rest = dict(made)
    assert list(rest) == ["P02", "P03", "P04"]
    assert isinstance(rest["P02"], Failure)
    assert rest["P03"] == rest["P04"] == first[1]
    assert [share for name, share in told if name == "P04"][-1] == pytest.approx(1.0)


def test_a_recording_whose_sound_goes_away_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [recording(tmp_path, f"P0{n}", 12, (1, 4), (6, 10)) for n in range(1, 4)]
    settings = Settings(other_languages=(), batch_size=3, window_pause=0.5)
    stock = planning.Planned.samples

    def samples(one: planning.Planned) -> NDArray[np.float32]:
        if "P02" in str(one.flac) and one.window.pieces[0].start > 5:
            raise OSError
        return stock(one)

    monkeypatch.setattr(planning.Planned, "samples", samples)
    made = dict(together(items, Hearer(Counting(), settings), settings, lambda _n, _s: None))
    assert isinstance(made["P02"], Failure)
    assert isinstance(made["P01"], Transcript)
    assert made["P01"] == made["P03"]


def test_the_mix_is_read_where_somebody_is_not_on_a_track_yet(tmp_path: Path) -> None:
    folder = tmp_path / "P01"
    save_track(folder / "audio" / "mix.flac", 40, (2, 5), (8, 12), (20, 24), (30, 34))
    save_track(folder / "audio" / "track-1.flac", 40, (2, 5), (20, 24), seed=3)
    save_track(folder / "audio" / "track-2.flac", 40, (30, 34), seed=5)
    tracks = (
        Track("mix", "mixed", "", 40.0),
        Track("track-1", "participant", "", 40.0, "ДаринаОмарова", (0.0,)),
        Track("track-2", "participant", "", 40.0, "АйгеримСарсенова", (15.0,)),
    )
    job = Job("P01", folder)
    planned = list(planning.plan(job, Recording("P01", (), tracks, (), 40.0), Settings()))
    (late,) = [one for one in planned if one.track == "mix"]
    ((start, end),) = late.window.speech
    assert start == pytest.approx(8, abs=0.2)
    assert end == pytest.approx(12, abs=0.2)
    on_time = tuple(Track(t.label, t.kind, "", 40.0, t.display_name, (0.0,)) for t in tracks)
    punctual = planning.plan(job, Recording("P01", (), on_time, (), 40.0), Settings())
    assert {one.track for one in punctual} == {"track-1", "track-2"}


WINDOW = Window((Piece(10.0, 14.0, ((10.2, 13.8),)), Piece(20.0, 21.0, ((20.2, 20.8),))))


def heard(*words: tuple[float, float, str, float], no_speech: float = 0.0) -> Heard:
    return Heard(tuple(Timed(*word, "ru") for word in words), (), no_speech)


def test_a_credit_at_the_end_of_a_window_is_taken_out_and_the_rest_stays() -> None:
    one = heard(
        (0.3, 0.8, "Потом", 0.9),
        (0.8, 1.5, "уехала.", 0.9),
        (4.2, 4.4, "Субтитры", 0.7),
        (4.4, 4.6, "сделал", 0.8),
        (4.6, 4.8, "DimaTorzok", 0.8),
    )
    words, dropped = sifted(one, WINDOW, "mix")
    assert [word.text for word in words] == ["Потом", "уехала."]
    ((text, rule),) = [(one.text, one.rule) for one in dropped]
    assert (text, rule) == ("Субтитры сделал DimaTorzok", "credits")


@pytest.mark.parametrize("text", ["Да.", "Спасибо.", "Угу.", "Спасибо большое.", "Нет."])
@pytest.mark.parametrize(("sure", "no_speech"), [(0.9, 0.0), (0.3, 0.5)])
def test_short_answers_are_never_dropped_for_what_they_say(text: str, sure: float, no_speech: float) -> None:
    one = heard(*((4.2 + n / 4, 4.45 + n / 4, word, sure) for n, word in enumerate(text.split())), no_speech=no_speech)
    words, dropped = sifted(one, WINDOW, "mix")
    assert (" ".join(word.text for word in words), dropped) == (text, [])


@pytest.mark.parametrize(
    ("text", "strong", "weak"),
    [
        ("Продолжение следует...", "", "boilerplate"),
        ("Спасибо за просмотр!", "", "boilerplate"),
        ("Спасибо за внимание.", "", "boilerplate"),
        ("Подписывайтесь на канал", "", "boilerplate"),
        ("Субтитры создавал DimaTorzok", "credits", "credits"),
        ("Редактор субтитров А.Синецкая Корректор А.Егорова", "credits", "credits"),
        ("Спасибо вам за вопрос.", "", ""),
        ("Я читала субтитры на английском.", "", ""),
        ("Продолжение следует искать в Праге.", "", ""),
        ("Да.", "", ""),
    ],
)
def test_boilerplate_goes_where_little_speaks_for_it(text: str, strong: str, weak: str) -> None:
    assert invented(Sentence(text, 0.9, 3.0, 1.0, 0.01)) == strong
    assert invented(Sentence(text, 0.4, 3.0, 1.0, 0.01)) == weak


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        (Sentence("и тогда мы решили", 0.3, 1.0, 0.0, 0.0), "outside-speech"),
        (Sentence("и тогда мы решили поехать в другую страну учиться", 0.3, 0.3, 0.5, 0.0), "impossible-rate"),
        (Sentence("и тогда мы решили поехать в другую страну учиться", 0.8, 0.3, 0.5, 0.0), ""),
        (Sentence("и тогда мы решили поехать в другую страну учиться", 0.3, 2.4, 0.5, 0.0), ""),
    ],
)
def test_text_needs_speech_and_time(sentence: Sentence, rule: str) -> None:
    assert invented(sentence) == rule


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("да да да да нет", "да да да да нет"),
        ("ну и потом ну и потом ну и потом уехала", "ну и потом ну и потом ну и потом уехала"),
        ("я думаю " * 6 + "всё", "я думаю я думаю всё"),
        ("тра " * 20, "тра тра"),
    ],
)
def test_a_stuck_recogniser_is_cut_short_and_people_are_not(text: str, left: str) -> None:
    words = text.split()
    gone = {n for start, end in repeats(words) for n in range(start, end)}
    assert " ".join(word for n, word in enumerate(words) if n not in gone) == left


def test_sentences_end_at_full_stops_and_silences() -> None:
    texts = ["Редактор", "А.", "Семкин", "да.", "Нет", "ну"]
    times = [(n, n + 0.9) for n in range(5)] + [(8.0, 8.5)]
    assert sentences(texts, [(float(a), float(b)) for a, b in times]) == ((0, 4), (4, 5), (5, 6))


def test_an_echo_of_the_prompt_is_no_text() -> None:
    settings = Settings(disfluencies=True, prompt="КИМЭП, Болашак")
    text = "Ну, то есть, э-э, да."
    assert (rule := broken(Draft(text, 3.0, -0.2, 0.1, 1.0, True, prompt=settings.expected("ru"))))
    assert rule.name == "echo"
    assert broken(Draft("Э-э, да.", 3.0, -0.2, 0.1, 1.0, True, prompt=settings.expected("ru"))) is None
    assert broken(Draft(text, 3.0, -0.2, 0.1, 1.0, True)) is None


@pytest.mark.parametrize("recorded", json.loads(RECORDED.read_text("utf-8")), ids=lambda one: str(one["name"]))
def test_what_a_model_said_of_silence_music_and_noise_is_thrown_out(recorded: dict[str, Any]) -> None:
    """A small model's own readings of half a minute each, as if a click in it had been taken for speech."""
    seconds = recorded["seconds"]
    answer = recorded["name"].startswith("answer")
    speech = tuple(map(tuple, recorded["speech"])) if answer else ((0.5, 0.8),)
    window = Window((Piece(0.0, seconds, speech),))
    samples = np.zeros(int(seconds * RATE), dtype=np.float32)
    (one,) = Listener(Replayed(recorded), Settings()).hear(iter([samples]))
    assert isinstance(one, Heard)
    words, dropped = sifted(one, window, "mix")
    if seconds > 10 or answer:
        assert " ".join(word.text for word in words) == recorded["text"]
        assert answer or dropped or one.thrown


def test_no_speech_is_found_in_silence_music_and_noise(tmp_path: Path) -> None:
    import soundfile

    made = {
        "silence": noises.silence(10),
        "hiss": noises.hiss(10),
        "loud": noises.hiss(10, 0.1),
        "traffic": noises.traffic(10),
        "short": noises.traffic(2),
        "music": noises.music(10),
        "clicks": noises.clicks(10),
    }
    for name, samples in made.items():
        soundfile.write(tmp_path / f"{name}.flac", samples, RATE, subtype="PCM_16")
    assert {name: speech_regions(tmp_path / f"{name}.flac") for name in made} == dict.fromkeys(made, ())


def test_stage_contract_yields_nothing_for_nothing() -> None:
    assert list(stage.run([], Settings())) == []

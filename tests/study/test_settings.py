"""study.yaml: complete defaults, errors with the nearest name, no value ever quoted."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pipeline.errors import ConfigError
from pipeline.study import settings as config


def written(folder: Path, text: str) -> Path:
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return folder / "study.yaml"


def test_default_yaml_is_complete_and_says_what_the_code_says() -> None:
    stated = config.read_yaml(config.configs() / "default.yaml")
    assert config.convert(stated) == config.Settings()
    assert stated.keys() == msgspec.to_builtins(config.Settings()).keys()
    for table, values in msgspec.to_builtins(config.Settings()).items():
        if isinstance(values, dict):
            assert stated[table].keys() == values.keys(), table


@pytest.mark.parametrize("name", ["study.yaml", "study.ru.yaml", "demo/study.yaml"])
def test_shipped_studies_load(name: str) -> None:
    assert config.load(config.configs() / name).transcribe.engine in {"captions", "openai-whisper"}


def test_a_study_says_only_what_differs(tmp_path: Path) -> None:
    settings = config.load(written(tmp_path, "deidentify: {policy: {CITY_LARGE: keep}}\ndiarize:\n  bridge: 1\n"))
    assert settings.deidentify.policy == {"CITY_LARGE": "keep"}
    assert settings.diarize.bridge == 1.0
    assert settings.transcribe == config.Settings().transcribe


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("transcribe: {engin: captions}", "`engine`"),
        ("transcibe: {engine: captions}", "`transcribe`"),
        ("transcribe: {engine: Айгерим}", "one of: openai-whisper"),
        ("diarize: {bridge: Айгерим}", "a number"),
        ("study: {interviewers: Айгерим}", "a list"),
        ("study: {title: [Айгерим]}", "a text"),
        ("Айгерим: 1", "Known there"),
        ("- Айгерим", "no settings"),
        ("a: [Айгерим", "line"),
        ("study: {ignore: [{record: Айгерим}]}", "study.ignore"),
        ("a: &x [*x, *x]\n", "alias"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nexport: {labels: *c}\n", "alias"),
        (f"study: {{title: {'x' * 300_000}}}\n", "256 KB"),
        ("a: " + "[" * 20_000, "YAML"),
        ("a: !!python/object/apply:os.system ['true']\n", "YAML"),
    ],
)
def test_a_wrong_setting_is_explained_without_its_value(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(written(tmp_path, text))
    message = f"{caught.value.what} {caught.value.do}"
    assert says in message
    assert "Айгерим" not in message


def test_code_in_yaml_is_not_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not valid YAML"):
        config.load(written(tmp_path, "study: !!python/object/apply:os.system ['true']"))

"""Presidio's analyzer as the frame: our rules are its recognisers, our tokens its language model."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from pipeline.deidentify.passage import Finding, Passage, Rule

LANGUAGE = "ru"


@contextmanager
def without_torch() -> Iterator[None]:
    """spaCy imports torch where it finds it, at 3 s and 450 MB; nothing here needs it. Loaded torch stays."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["torch"]


@lru_cache(maxsize=1)
def analyzer(rules: tuple[Rule, ...]) -> Any:
    """An AnalyzerEngine whose recognisers are `rules`; built once in a process."""
    with without_torch():
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

        from pipeline.deidentify import presidio

    nlp = presidio.RussianNlp()
    contexts = dict.fromkeys(rule.context for rule in rules)
    recognisers = [presidio.RuleRecognizer([rule for rule in rules if rule.context == words]) for words in contexts]
    registry = RecognizerRegistry(recognizers=recognisers, supported_languages=[LANGUAGE])
    enhancer = presidio.Enhancer(context_suffix_count=3, context_matching_mode="whole_word")
    return AnalyzerEngine(
        registry=registry, nlp_engine=nlp, supported_languages=[LANGUAGE], context_aware_enhancer=enhancer
    )


def findings(passage: Passage, rules: tuple[Rule, ...]) -> tuple[Finding, ...]:
    """All that the rules see in a passage; overlapping, in order of start."""
    if not passage.tokens:
        return ()
    engine = analyzer(rules)
    artifacts = engine.nlp_engine.artifacts(passage)
    results = engine.analyze(passage.text, LANGUAGE, nlp_artifacts=artifacts, return_decision_process=True)
    found = [Finding(r.start, r.end, r.entity_type, r.score, r.analysis_explanation.recognizer) for r in results]
    return tuple(sorted(found, key=lambda f: (f.start, -f.end, f.kind, f.rule)))

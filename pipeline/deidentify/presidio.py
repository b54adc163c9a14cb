"""Our passages and rules in the shapes Presidio's analyzer wants. Imported by the engine alone: it pulls spaCy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from presidio_analyzer import (
    AnalysisExplanation,
    EntityRecognizer,
    LemmaContextAwareEnhancer,
    LocalRecognizer,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.deidentify.passage import Finding, Passage, Rule, passage

if TYPE_CHECKING:
    from collections.abc import Sequence


class PassageArtifacts(NlpArtifacts):
    """Presidio's artifacts with the passage they came from, so that a rule can read it."""

    passage: Passage


class RussianNlp(NlpEngine):
    """Tokens and lemmas from our own passage: no model to download, none to load."""

    def __init__(self) -> None:
        self.vocab = Vocab()

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        """Always ready."""
        return True

    def artifacts(self, made: Passage) -> PassageArtifacts:
        """The artifacts of a passage that was tokenised already."""
        words = [token.text for token in made.tokens]
        lemmas = [token.lemmas[0] for token in made.tokens]
        starts = [token.start for token in made.tokens]
        doc = Doc(self.vocab, words=words)
        result = PassageArtifacts([], doc, starts, lemmas, self, "ru")
        result.passage = made
        return result

    def process_text(self, text: str, language: str) -> NlpArtifacts:  # noqa: ARG002
        """The artifacts of a text on its own."""
        return self.artifacts(passage(text))

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **_: object
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """One after the other: there is no model that a batch would speed up."""
        del batch_size, n_process
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002
        """No word is dropped: positions of lemmas and tokens must agree for context words to be found."""
        return False

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        """See is_stopword."""
        return False

    def get_supported_entities(self) -> list[str]:
        """None: all kinds come from rules."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Russian, with whatever Kazakh and English is mixed in."""
        return ["ru"]


class RuleRecognizer(LocalRecognizer):
    """Rules that share their context words, as one recogniser; the decision trace shows which rule it was."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        super().__init__(
            supported_entities=["ANY"], name=rules[0].name, supported_language="ru", context=list(rules[0].context)
        )

    def load(self) -> None:
        """Rules load what they need on first use."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        """The rules' findings as Presidio results."""
        del text, entities
        made = nlp_artifacts.passage if isinstance(nlp_artifacts, PassageArtifacts) else passage("")
        return [self.result(found, rule) for rule in self.rules for found in rule.find(made)]

    def result(self, found: Finding, rule: Rule) -> RecognizerResult:
        """A finding in Presidio's shape."""
        origin = {
            RecognizerResult.RECOGNIZER_NAME_KEY: rule.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        why = AnalysisExplanation(recognizer=found.rule, original_score=found.score)
        return RecognizerResult(found.kind, found.start, found.end, found.score, why, origin)


class Enhancer(LemmaContextAwareEnhancer):
    """Presidio's own, spared where no rule has context words: it copies every result to begin with."""

    def enhance_using_context(
        self, text: str, raw_results: list[RecognizerResult], nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer], context: list[str] | None = None,
    ) -> list[RecognizerResult]:  # fmt: skip
        """Scores raised by context words beside a finding."""
        if not any(recognizer.context for recognizer in recognizers):
            return raw_results
        enhanced: list[RecognizerResult] = super().enhance_using_context(
            text, raw_results, nlp_artifacts, recognizers, context
        )
        return enhanced

"""What is asked of a release: its options, a quote from it, an encrypted copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from msgspec import structs

from pipeline.decisions import sign_off
from pipeline.deidentify.labels.key import recipient
from pipeline.errors import ConfigError, UsageError
from pipeline.release import build, encrypted, quotes, removal
from pipeline.release.publish import publish, request_of, up_to_date
from pipeline.release.quotes import Quote
from pipeline.release.request import CaseLink, Options, Request, Tier
from pipeline.store.artifacts import write_atomically
from pipeline.study.folder import Study


def options(tier: str, case_link: str, audio: bool, bag: bool) -> Options:
    """The options of an export. Raises UsageError for a word that is none."""
    for word, allowed, name in ((tier, get_args(Tier), "--tier"), (case_link, get_args(CaseLink), "--case-link")):
        if word not in allowed:
            raise UsageError(f"{name} must be one of {', '.join(allowed)}.", "")
    return Options(tier, case_link, audio, bag)  # type: ignore[arg-type]


def now(study: Study, tier: Tier = "restricted") -> Request:
    """What an export would be asked to make of the interviews that are finished, numbered as it would number them."""
    ready = [entry for entry in study.entries if up_to_date(study, entry)]
    if not ready:
        raise ConfigError("No interview is finished yet.", "Run `interviews run` first.")
    asked = request_of(study, ready, sign_off.books(study.store.work), draft=True)
    request = build.tiered(structs.replace(asked, tier=tier))
    build.check(request)
    return build.settled(request, request.interviews)[0]


def quote(study: Study, participant: str, turns: str, language: str, tier: str = "restricted") -> Quote:
    """A quote for a paper, put on the list in work/quotes.csv. Raises UsageError, ConfigError, ExportRefused."""
    if language not in ("", "ru", "en"):
        raise UsageError("--lang must be ru or en.", "")
    chosen = options(tier, "ref", False, False).tier
    with study.store.locked("interviews quote"):
        request = now(study, chosen)
        made = quotes.make(request, participant, turns, language or request.language)
        quotes.keep(study.folder, made)
    return made


def send(study: Study, draft: bool, asked: Options, recipients: Sequence[str]) -> Iterator[str]:
    """Write transfer/ with the release encrypted: for age recipients, or under a new passphrase where none is named."""
    for text in recipients:
        recipient(text)
    chosen = structs.replace(asked, into="work/tmp/release")
    built = study.folder / chosen.into
    try:
        built.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield from (line for line in publish(study, draft, chosen) if not line.endswith("files)."))
        phrase = "" if recipients else encrypted.passphrase()
        looked = removal.as_dicts(removal.inner(built) / "second_look.csv")
        data = encrypted.with_age(built, recipients) if recipients else encrypted.with_passphrase(built, phrase)
    finally:
        build.clear(built)
    name = "release.zip.age" if recipients else "release.zip"
    folder = study.folder / "transfer"
    folder.mkdir(mode=0o700, exist_ok=True)
    write_atomically(folder / name, (data,))
    write_atomically(folder / "TRANSFER.txt", (encrypted.note(name, data, asked.tier, looked),))
    yield f"The encrypted release is {folder / name}; send TRANSFER.txt along with it."
    if phrase:
        yield f"Its passphrase, shown this once: {phrase}"

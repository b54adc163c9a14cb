"""README.txt for whoever receives the folder, and which of its lines are ours."""

from __future__ import annotations

from msgspec import structs

from pipeline.release.documents import methods
from pipeline.release.request import DRAFT_LINE, Request

README = """\
Расшифровки интервью без имён и других сведений, по которым можно узнать человека

Что здесь лежит
  docx/            расшифровки для чтения, печати и импорта в MAXQDA, NVivo, ATLAS.ti, QualCoder
  txt/             то же простым текстом
  vtt/             то же как субтитры, со временем от начала записи
  json/            то же для программ (поля описаны в schema/transcript.schema.json)
  project.qdpx     весь проект для MAXQDA, NVivo, ATLAS.ti, QualCoder (REFI-QDA): тексты, участники, вопросы
  maxqda/ nvivo/ atlasti/ html/   тексты и таблицы для отдельных программ; html/ для Taguette
  audio/           записи, в которых скрытое заглушено (если их просили)
  data_list.xlsx   список интервью со сведениями об участниках
  data_list.csv    то же для программ
  codebook.csv     что значат столбцы
  deidentification_log.csv   сколько чего скрыто; только числа
  CHANGES.csv      что изменилось с первого выпуска: метки и номера реплик
  METHODS.md       чем и как сделаны расшифровки, что значат пометки
  manifest-sha256.txt   контрольные суммы всех файлов

Как читать
  Каждая реплика стоит отдельным абзацем и начинается с буквы говорящего и двоеточия
  (если не настроено иначе, И это интервьюер, Р это респондент, Д это другой участник).
  ¶12 значит «реплика 12»; номер одинаков во всех файлах, по нему удобно ссылаться.
  [имя-1], [город-2] стоят на месте скрытых слов; одно и то же лицо или место в одном интервью
  обозначено одинаково. В разных интервью номера не связаны между собой.
  (...) и (5) отмечают паузы в три и в пять секунд, // начало одновременной речи.

Импорт в MAXQDA
  Импорт, Документы, Групповая беседа или интервью с несколькими говорящими; выберите файлы из docx/ или maxqda/.
  Буквы говорящих станут кодами, переменные документов берутся из maxqda/document_variables.xlsx.


Interview transcripts without names and other details that identify a person

What is here
  docx/            transcripts to read, print and import into MAXQDA, NVivo, ATLAS.ti, QualCoder
  txt/             the same as plain text
  vtt/             the same as subtitles, timed from the beginning of the recording
  json/            the same for programs (fields: schema/transcript.schema.json)
  project.qdpx     the whole project for MAXQDA, NVivo, ATLAS.ti, QualCoder (REFI-QDA): texts, cases, questions
  maxqda/ nvivo/ atlasti/ html/   texts and tables for single programs; html/ is for Taguette
  audio/           recordings in which everything hidden is covered (if they were asked for)
  data_list.xlsx   the interviews and what may be known of the participants
  data_list.csv    the same for programs
  codebook.csv     what the columns mean
  deidentification_log.csv   how much of what was hidden; numbers alone
  CHANGES.csv      what changed since the first release: labels and turn numbers
  METHODS.md       what made the transcripts and how, and what the marks mean
  manifest-sha256.txt   checksums of all files

How to read
  Each turn is a paragraph of its own and begins with the speaker's letter and a colon
  (unless set otherwise, И or I is the interviewer, Р or R the respondent, Д or O somebody else).
  ¶12 is turn 12; it has the same number in every file, so cite by it.
  [имя-1] (name), [город-2] (town) stand for hidden words; within an interview the same person or place
  has the same label. Numbers of different interviews have nothing to do with each other.
  (...) and (5) are pauses of three and of five seconds, // the beginning of simultaneous speech.

Import into MAXQDA
  Import, Documents, Focus Group or Interview with several speakers; choose the files in docx/ or maxqda/.
  The speakers' letters become codes; document variables come from maxqda/document_variables.xlsx.
"""


def readme(request: Request) -> bytes:
    return ((f"{DRAFT_LINE}\n\n" if request.draft else "") + README).encode()


def ours(request: Request) -> frozenset[str]:
    """Lines of README and METHODS that hold nothing given by the study: no title, no name of a model."""
    bare = structs.replace(request, title="", made_by=(), set_otherwise=())
    pages = tuple(structs.replace(one, text_from="", speakers_from="", signed=None) for one in request.interviews)
    made = (README, methods.methods(bare, pages, 0).decode(), *methods.SAID[request.language].values(), DRAFT_LINE)
    return frozenset(line.strip() for text in made for line in text.splitlines()) - {""}

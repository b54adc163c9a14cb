"""The review page's addresses: pages, audio, and small JSON calls, one a decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace as replaced
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from pipeline import messages, privacy
from pipeline.decisions import leak_sample
from pipeline.decisions.journal import Clash
from pipeline.errors import place
from pipeline.messages import Language
from pipeline.release.request import Doubt
from pipeline.review import actions, outside_numbers, second_look, wording
from pipeline.review.interview_view import Desk
from pipeline.review.render import PAGES, Painter
from pipeline.review.security import OPEN, POLICY, App, Guard, Sessions, cookie_name, with_styles
from pipeline.review.study_view import BOUND, Room

STATIC = Path(__file__).parent / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
"""of the files of static/ that are served; no other name is looked up"""

ACTS = {**actions.ACTS, **second_look.ACTS}
MOST_BOUND = 10_000.0
"""leaks in 10,000 words: all of them"""

Body = TypeVar("Body")


class Site:
    """The application: pages of one study in one language."""

    def __init__(self, room: Room, title: str, language: Language, sessions: Sessions, origin: str) -> None:
        self.room = room
        self.title = title
        self.words = wording.Words(language)
        self.sessions = sessions
        self.origin = origin
        self.static = {file.name: file.read_bytes() for file in STATIC.iterdir() if file.suffix in TYPES}

    def application(self, on_idle: Callable[[], None]) -> App:
        """The guarded application."""
        routes = [
            Route("/", self.study),
            Route(OPEN + "{token}", self.enter),
            Route("/sample", self.sample),
            Route("/report", self.report),
            Route("/static/{name}", self.asset),
            Route("/i/{id}", self.interview),
            Route("/i/{id}/look", self.look),
            Route("/i/{id}/questions", self.questions),
            Route("/i/{id}/turns", self.turns),
            Route("/i/{id}/released", self.released),
            Route("/i/{id}/words", self.times),
            Route("/i/{id}/audio/{number}", self.audio),
            Route("/i/{id}/changes", self.changes),
            Route("/api/invite", self.invite, methods=["POST"]),
            Route("/api/check", self.check, methods=["POST"]),
            Route("/api/clear", self.clear, methods=["POST"]),
            *(Route(f"/api/{{id}}/{name}", self.act(work), methods=["POST"]) for name, work in ACTS.items()),
        ]
        handlers: dict[Any, Any] = {HTTPException: _http_error, Exception: self.bug}
        inner: Any = Starlette(routes=routes, exception_handlers=handlers)
        return Guard(inner, self.sessions, self.origin, on_idle)

    # pages

    def page(self, name: str, request: Request, **values: object) -> HTMLResponse:
        """A page of templates/ with what every page has."""
        common = {"t": self.words, "title": self.title, "reviewer": request.scope.get("reviewer", "")}
        data = msgspec.json.encode(self.words.everything()).decode().replace("</", "<\\/")
        return HTMLResponse(PAGES.get_template(name).render(**common, **values, data=data))

    async def enter(self, request: Request) -> Response:
        """Exchange the one-time address for a session."""
        secret = self.sessions.enter(request.path_params["token"])
        if not secret:
            return PlainTextResponse("This address was used before. / Этот адрес уже использован.", 401)
        answer = RedirectResponse("/", 303)
        secure = self.origin.startswith("https:")
        answer.set_cookie(cookie_name(self.origin), secret, httponly=True, samesite="strict", secure=secure, path="/")
        return answer

    async def study(self, request: Request) -> Response:
        room = self.room
        rows = room.rows()
        return self.page(
            "study.html",
            request,
            rows=rows,
            done=sum(row.signed is not None and not row.stale for row in rows),
            rate=room.rate(),
            doubts=self.doubts(),
            cleared=room.cleared(),
            report=(room.store.work / "report.html").is_file(),
        )

    def doubts(self) -> tuple[Doubt, ...] | None:
        """What the release check found, in the page's language; None before it ran."""
        found = self.room.doubts
        if found is None:
            return None
        return tuple(replaced(one, says=messages.translated(one.says, self.words.language)) for one in found)

    async def interview(self, request: Request) -> Response:
        desk = self.desk(request)
        view = self.room.look(desk)
        self.room.warm(desk)
        return self.page(
            "interview.html",
            request,
            row=self.room.row(desk.id),
            turns=Painter(desk, view, self.words).everything(),
            status=actions.status(self.room, desk, request.scope["reviewer"]),
            dropped=actions.dropped(desk),
            stale=self.room.by_place(desk.id, view.judged.stale),
            stale_corrections=view.stale_corrections,
            speakers=actions.speakers(desk, self.words),
            tracks=[track.kind for track in desk.recording.tracks],
            following=self.following(desk.id),
        )

    async def look(self, request: Request) -> Response:
        """The second look at an interview."""
        desk = self.desk(request)
        self.room.warm(desk)
        return self.page(
            "look.html",
            request,
            row=self.room.row(desk.id),
            questions=self.asked(desk).decode().replace("</", "<\\/"),
            status=actions.status(self.room, desk, request.scope["reviewer"]),
            tracks=[track.kind for track in desk.recording.tracks],
        )

    async def questions(self, request: Request) -> Response:
        """What the second look asks, as it stands now."""
        return Response(self.asked(self.desk(request)), media_type="application/json")

    def asked(self, desk: Desk) -> bytes:
        return msgspec.json.encode(second_look.questions(self.room, desk, self.words))

    def following(self, name: str) -> str:
        """The next interview that waits for a signature, from the first one again after the last; "" for none."""
        rows = self.room.rows()
        at = [row.id for row in rows].index(name)
        waiting = (row.id for row in (*rows[at + 1 :], *rows[:at]) if row.ready and (row.signed is None or row.stale))
        return next(waiting, "")

    async def turns(self, request: Request) -> Response:
        desk = self.desk(request)
        return HTMLResponse(Painter(desk, self.room.look(desk), self.words).everything())

    async def released(self, request: Request) -> Response:
        """Exactly what would be published of an interview."""
        desk = self.desk(request)
        self.room.look(desk)
        return PlainTextResponse(self.room.outside.released(desk.id, False))

    async def sample(self, request: Request) -> Response:
        rate = self.room.rate()
        asked = outside_numbers.decimal(request.query_params.get("bound", ""), 0.1, MOST_BOUND)
        bound = BOUND if asked is None else asked
        more = leak_sample.words_needed(rate.leaks, rate.words, bound)
        return self.page("sample.html", request, drawn=self.room.drawn(), rate=rate, bound=bound, more=more)

    async def report(self, _request: Request) -> Response:
        """The run's own page, as it lies in work/."""
        file = self.room.store.work / "report.html"
        if not file.is_file():
            raise HTTPException(404)
        page = file.read_text(encoding="utf-8")
        return HTMLResponse(page, headers={POLICY.decode(): with_styles(page)})

    async def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self.static:
            raise HTTPException(404)
        return Response(self.static[name], media_type=TYPES[Path(name).suffix])

    # what a page asks for later

    async def times(self, request: Request) -> Response:
        """Each turn's words: offset in the text, end offset, start and end in seconds, number of the track."""
        desk = self.desk(request)
        view = self.room.look(desk)
        tracks = {track.label: number for number, track in enumerate(desk.recording.tracks)}
        mixed = next((n for n, track in enumerate(desk.recording.tracks) if track.kind == "mixed"), None)
        made = {
            name: [
                [a, b, word.start, word.end, mixed if mixed is not None else tracks.get(word.track, 0)]
                for word, (a, b) in zip(turn.words, turn.spans, strict=True)
            ]
            for name, turn in zip(view.by_key, view.dialogue.turns, strict=True)
        }
        return Response(msgspec.json.encode(made), media_type="application/json")

    async def audio(self, request: Request) -> Response:
        """A track of an interview, by its number; ranges are honoured."""
        desk = self.desk(request)
        number = outside_numbers.whole(request.path_params["number"], len(desk.recording.tracks) - 1)
        if number is None:
            raise HTTPException(404)
        file = self.room.store.work / desk.id / "audio" / f"{desk.recording.tracks[number].label}.flac"
        if not file.is_file():
            raise HTTPException(404)
        return FileResponse(file, media_type="audio/flac")

    async def changes(self, request: Request) -> Response:
        """What others changed since the page last heard."""
        desk = self.desk(request)
        since = outside_numbers.whole(request.query_params.get("since", ""))
        if since is None:
            raise HTTPException(400)
        return self.answer(desk, request, since)

    # what a page does

    def act(self, work: actions.Act) -> Callable[[Request], Awaitable[Response]]:
        """The handler of one kind of act: 409 with both values where another reviewer was quicker."""

        async def handler(request: Request) -> Response:
            desk = self.desk(request)
            body = decoded(await request.body(), work.takes)
            try:
                extra = work.does(self.room, desk, request.scope["reviewer"], body)
            except actions.Impossible:
                raise HTTPException(422) from None
            except Clash as clash:
                return self.answer(desk, request, body.since, {"clash": actions.clashing(clash)}, 409)
            return self.answer(desk, request, body.since, extra)

        return handler

    def answer(
        self, desk: Desk, request: Request, since: int, extra: dict[str, object] | None = None, code: int = 200
    ) -> Response:
        """How the interview stands, with the turns that look different since then."""
        view = self.room.look(desk)
        painter = Painter(desk, view, self.words)
        fresh = {
            name: str(painter.turn(view.by_key[name]))
            for name, changed in desk.changes.items()
            if changed > since and name in view.by_key
        }
        status = actions.status(self.room, desk, request.scope["reviewer"])
        value: dict[str, object] = {**status, "turns": fresh, **(extra or {})}
        if fresh or since == 0:
            value["order"] = list(view.by_key)
        return Response(msgspec.json.encode(value), code, media_type="application/json")

    async def invite(self, _request: Request) -> Response:
        """A one-time address for the other reviewer."""
        value = {"url": f"{self.origin}{OPEN}{self.sessions.invite('R2')}"}
        return Response(msgspec.json.encode(value), media_type="application/json")

    async def check(self, _request: Request) -> Response:
        """Search what would be released."""
        doubts = await self.room.check()
        value = {"ok": doubts is not None}
        return Response(msgspec.json.encode(value), media_type="application/json")

    async def clear(self, request: Request) -> Response:
        """A person's word on a doubt of the release check."""
        actions.clear(self.room, request.scope["reviewer"], decoded(await request.body(), actions.Cleared))
        return Response(b"{}", media_type="application/json")

    async def bug(self, _request: Request, error: Exception) -> Response:
        """Say that nothing was changed; where it happened goes to work/log.jsonl, without a word of what."""
        privacy.Log(self.room.store.work / "log.jsonl").write("review-bug", where=place(error))
        return PlainTextResponse("A bug. Nothing was changed. / Ошибка программы; ничего не изменено.", 500)

    def desk(self, request: Request) -> Desk:
        """The interview that an address names: one of the study's ids, or 404."""
        desk = self.room.desk(request.path_params["id"])
        if desk is None:
            raise HTTPException(404)
        return desk


def decoded(data: bytes, kind: type[Body]) -> Body:
    """A request's JSON; 400 for anything but what is expected. msgspec's own message would quote it."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise HTTPException(400) from None


async def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    says = "Not found. / Нет такой страницы." if status == 404 else "Refused. / Отказано."
    return PlainTextResponse(says, status)

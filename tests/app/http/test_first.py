from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, StreamingResponse

from app.http.chunks import LAZY, lazy_chunks
from app.http.first import FirstVisit
from app.http.icons import FONTS
from app.http.kept import FOR_EVER
from app.http.shelf import STATIC
from app.live.bundle import address, bundle

INDEX = '<head>\n<script src="./static/js/index.a.js"></script><link href="./static/css/index.b.css">\n</head>'


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """Something laid out like Streamlit's folder: the page, what it names, and parts that are fetched later."""
    (tmp_path / "index.html").write_text(INDEX)
    scripts = tmp_path / "static/js"
    scripts.mkdir(parents=True)
    (tmp_path / "static/css").mkdir()
    (tmp_path / "static/css/index.b.css").write_text("a{}")
    (scripts / "index.a.js").write_text("import(`./Slider.c.js`)")
    (scripts / "Slider.c.js").write_text('import{a}from"./deep.d.js";import"./index.a.js";')
    (scripts / "deep.d.js").write_text("let x;" * 200)
    (scripts / "Rare.e.js").write_text("")
    return tmp_path


async def streamlit(scope: Any, receive: Any, send: Any) -> None:
    """Answers as Streamlit does: the index page under any name, and other things."""
    path = scope["path"]
    if any(name in (b"accept-encoding", b"if-none-match") for name, _ in scope["headers"]) and path in ("/", "/lessons"):
        reply: Any = HTMLResponse("compressed, or not sent at all")
    elif path == "/other":
        reply = HTMLResponse("x" * len(INDEX))
    elif path == "/long":
        reply = StreamingResponse((part for part in ("<p>", "</p>")), media_type="text/html")
    elif path == "/moved":
        reply = RedirectResponse("/")
    elif path == "/file":
        reply = PlainTextResponse("file")
    elif "/static/" in path:
        reply = PlainTextResponse("theirs", 206 if any(name == b"range" for name, _ in scope["headers"]) else 200)
    else:
        reply = HTMLResponse(INDEX, headers={"ETag": "theirs", "Cache-Control": "no-cache"})
    await reply(scope, receive, send)


def messages(app: FirstVisit, path: str, method: str = "GET", **headers: str) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {}

    asyncio.run(app({"type": "http", "method": method, "path": path, "headers": given}, receive, send))
    return sent


def get(app: FirstVisit, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent = messages(app, path, method, **headers)
    found = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent[1:])


def page(app: FirstVisit, path: str = "/", **headers: str) -> tuple[int, dict[str, str], bytes]:
    return get(app, path, accept="text/html,*/*", **headers)


@pytest.mark.parametrize("path", ["/", "/lessons"])
def test_the_page_names_all_that_it_will_need_wherever_it_is_served(static: Path, path: str) -> None:
    status, headers, body = page(FirstVisit(streamlit, static=static), path, accept_encoding="br", if_none_match="theirs")
    text = body.decode()
    assert status == 200
    assert headers["content-length"] == str(len(body))
    assert headers["cache-control"] == "no-cache"
    for file in ("static/js/Slider.c.js", "static/js/deep.d.js", address().removeprefix("/")):
        assert text.count(f'<link rel="modulepreload" crossorigin href="./{file}">') == 1
    assert text.count("index.a.js") == 1
    assert "Rare" not in text
    assert text.index("window.__streamlit") < text.index("modulepreload") < text.index("</head>")


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/lessons/faster", "/lessons"),
        ("/lessons/", "/lessons"),
        ("/lessons/a/b?c", "/lessons"),
        ("//evil.example/x", "/"),
        ("/\\evil/x", "/%5Cevil"),
        ("/a\r\nb/x", "/a%0D%0Ab"),
    ],
)
def test_an_address_below_a_page_leads_to_the_page(static: Path, path: str, there: str) -> None:
    status, headers, body = page(FirstVisit(streamlit, static=static), path)
    assert (status, headers["location"], body) == (307, there, b"")


def test_the_page_is_sent_once_to_a_browser_that_keeps_it(static: Path) -> None:
    app = FirstVisit(streamlit, static=static)
    _, headers, _ = page(app)
    status, _, body = page(app, if_none_match=headers["etag"])
    assert (status, body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [("/other", 200, b"x" * len(INDEX)), ("/long", 200, b"<p></p>"), ("/moved", 307, b""), ("/file", 200, b"file")],
)
def test_every_other_answer_is_left_alone(static: Path, path: str, status: int, body: bytes) -> None:
    found = page(FirstVisit(streamlit, static=static), path)
    assert (found[0], found[2]) == (status, body)


def test_an_answer_in_parts_is_not_held_back(static: Path) -> None:
    sent = messages(FirstVisit(streamlit, static=static), "/long", accept="text/html")
    assert [message["body"] for message in sent[1:]] == [b"<p>", b"</p>", b""]


def test_what_is_not_a_visit_reaches_streamlit_as_it_came(static: Path) -> None:
    app = FirstVisit(streamlit, static=static)
    assert get(app, "/", accept="*/*")[2] == INDEX.encode()
    assert get(app, "/", accept="text/html", method="POST")[2] == INDEX.encode()


BASES = pytest.mark.parametrize(("base", "prefix"), [("", ""), ("lab", "/lab"), ("/a/b/", "/a/b")])


@BASES
def test_our_module_is_kept_for_ever_and_compressed(static: Path, base: str, prefix: str) -> None:
    app = FirstVisit(streamlit, base, static)
    assert address(base).startswith(f"{prefix}/app/live/")
    status, headers, body = get(app, address(base), accept_encoding="gzip, br")
    assert (status, headers["content-encoding"], headers["cache-control"]) == (200, "gzip", FOR_EVER)
    assert gzip.decompress(body) == bundle().encode()
    _, headers, body = get(app, address(base))
    assert "content-encoding" not in headers
    assert (body, headers["vary"]) == (bundle().encode(), "Accept-Encoding")


@BASES
@pytest.mark.parametrize(
    ("file", "kind"), [("js/deep.d.js", "text/javascript"), ("js/Rare.e.js", "text/javascript"), ("css/index.b.css", "text/css")]
)
def test_every_script_and_style_sheet_is_sent_compressed(static: Path, base: str, prefix: str, file: str, kind: str) -> None:
    app = FirstVisit(streamlit, base, static, static / "nowhere")
    status, headers, body = get(app, f"{prefix}/static/{file}", accept_encoding="gzip, br")
    assert (status, headers["content-encoding"], headers["cache-control"]) == (200, "gzip", FOR_EVER)
    assert (headers["content-type"], headers["vary"]) == (f"{kind}; charset=utf-8", "Accept-Encoding")
    assert gzip.decompress(body) == (static / "static" / file).read_bytes()
    again = get(app, f"{prefix}/static/{file}", accept_encoding="gzip, br", if_none_match=f'"other", {headers["etag"]}')
    assert (again[0], again[2]) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "status"),
    [({}, 200), ({"accept_encoding": "br, gzip;q=0"}, 200), ({"accept_encoding": "gzip", "range": "bytes=0-3"}, 206)],
    ids=["nothing compressed", "anything but gzip", "a part"],
)
def test_who_wants_the_file_itself_gets_it_from_streamlit(static: Path, asked: dict[str, str], status: int) -> None:
    found, headers, body = get(FirstVisit(streamlit, static=static), "/static/js/deep.d.js", **asked)
    assert (found, body) == (status, b"theirs")
    assert headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in headers


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("", "/static/js/none.js"),
        ("", "/static/js/../js/deep.d.js"),
        ("", "/lab/static/js/deep.d.js"),
        ("lab", "/static/js/deep.d.js"),
        ("lab", "/bal/static/js/deep.d.js"),
    ],
)
def test_no_request_reaches_the_folder_with_a_path_of_its_own(static: Path, base: str, path: str) -> None:
    app = FirstVisit(streamlit, base, static)
    kept = {*app.shelf.files}
    assert get(app, path, accept_encoding="gzip")[2] == b"theirs"
    assert {*app.shelf.files} == kept


def test_the_small_font_of_icons_is_sent_in_place_of_the_whole_one_while_it_has_its_name(static: Path) -> None:
    (font,) = FONTS.glob("*.woff2")
    path = f"/static/media/{font.name}"
    assert get(FirstVisit(streamlit, static=static), path)[2] == b"theirs"
    (static / "static/media").mkdir()
    (static / path[1:]).touch()
    _, headers, body = get(FirstVisit(streamlit, static=static), path, accept_encoding="gzip")
    assert (headers["content-type"], headers["cache-control"], body) == ("font/woff2", FOR_EVER, font.read_bytes())


def test_after_an_upgrade_that_moves_everything_only_our_own_is_kept(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<script src="./static/js/gone.a.js">')
    app = FirstVisit(streamlit, static=tmp_path)
    assert list(app.files) == [address()]
    assert page(app)[2] == INDEX.encode()
    nowhere = FirstVisit(streamlit, static=tmp_path / "nowhere")
    assert list(nowhere.files) == [address()]
    assert page(nowhere, "/moved")[0] == 307


def test_a_part_that_is_not_there_or_there_twice_is_left_out(static: Path) -> None:
    scripts = static / "static/js"
    assert lazy_chunks(scripts, [], ["Slider", "Dial"]) == ["Slider.c.js", "deep.d.js", "index.a.js"]
    (scripts / "Slider.f.js").write_text("")
    assert lazy_chunks(scripts, [], ["Slider", "Dial"]) == []


def test_the_installed_streamlit_has_every_part_we_name() -> None:
    found = lazy_chunks(STATIC / "static/js", [])
    assert [name for name in LAZY if not any(file.startswith(f"{name}.") for file in found)] == []

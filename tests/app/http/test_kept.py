from __future__ import annotations

import gzip

import pytest
from starlette.datastructures import Headers

from app.http.kept import Kept, accepts_gzip


def scope(**headers: str) -> dict[str, object]:
    return {"type": "http", "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]}


@pytest.mark.parametrize(
    ("asked", "yes"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("gzip ; q = 1", True),
        ("gzip;q=0.001", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("xgzip", False),
    ],
)
def test_what_a_browser_takes_is_read_as_the_standard_says(asked: str, yes: bool) -> None:
    assert accepts_gzip(Headers({"Accept-Encoding": asked})) is yes


def test_a_header_that_comes_twice_counts_as_one() -> None:
    raw = [(b"accept-encoding", b"br"), (b"accept-encoding", b"gzip")]
    assert accepts_gzip(Headers(raw=raw))
    assert not accepts_gzip(Headers({}))


def test_what_compression_would_make_longer_is_sent_as_it_is() -> None:
    reply = Kept("a.js", b"x").reply(scope(accept_encoding="gzip"))
    assert reply is not None
    assert (reply.body, "content-encoding" in reply.headers) == (b"x", False)


def test_without_the_file_itself_only_the_compressed_form_is_answered() -> None:
    kept = Kept("a.js", None, packed=gzip.compress(b"let a;"))
    reply = kept.reply(scope(accept_encoding="gzip"))
    assert reply is not None
    assert gzip.decompress(bytes(reply.body)) == b"let a;"
    tag = reply.headers["etag"]
    assert kept.reply(scope(if_none_match=tag)) is None
    assert kept.reply(scope(accept_encoding="gzip", range="bytes=0-1", if_none_match=tag)) is None


def test_another_content_has_another_tag() -> None:
    assert Kept("a.js", b"let a;").headers["ETag"] != Kept("a.js", b"let b;").headers["ETag"]

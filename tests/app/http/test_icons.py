from __future__ import annotations

from pathlib import Path

from app.http.icons import FONTS, stand_ins
from app.http.shelf import STATIC
from tests.app.http.make_icons import ligatures, make, read, wanted, whole

AGAIN = "make the font again: .venv/bin/python -m tests.app.http.make_icons"


def test_the_small_font_has_every_icon_that_is_named_anywhere() -> None:
    known = {*ligatures(read(whole()))}
    assert len(wanted() & known) > 50
    assert sorted((wanted() & known) - {*ligatures(read(FONTS / whole().name))}) == [], AGAIN


def test_each_icon_looks_as_it_does_in_the_whole_font() -> None:
    fonts = [read(path) for path in (whole(), FONTS / whole().name)]
    words = [ligatures(font) for font in fonts]
    for name in wanted() & {*words[1]}:
        shapes = [font["glyf"][glyphs[name]].getCoordinates(font["glyf"])[0] for font, glyphs in zip(fonts, words, strict=True)]
        assert shapes[0] == shapes[1], name
        assert len({font["hmtx"][glyphs[name]] for font, glyphs in zip(fonts, words, strict=True)}) == 1


def test_the_small_font_stands_in_for_the_installed_one() -> None:
    (name,) = stand_ins(STATIC)
    assert name == f"static/media/{whole().name}"
    assert len(stand_ins(STATIC)[name]) < whole().stat().st_size / 20


def test_the_font_is_what_its_script_makes(tmp_path: Path) -> None:
    make(tmp_path / "icons.woff2")
    made, kept = (read(path) for path in (tmp_path / "icons.woff2", FONTS / whole().name))
    assert made.getGlyphOrder() == kept.getGlyphOrder(), AGAIN

"""Make the small font of icons from Streamlit's: ``.venv/bin/python -m tests.app.http.make_icons``.

It holds each icon that Streamlit's browser code or a program of ours names. The shapes are Material Symbols (Google,
Apache-2.0), as Streamlit ships them.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from app.http.icons import FONTS, icons_named
from app.http.shelf import STATIC

APP = Path(__file__).parents[3] / "app"
NAME = "MaterialSymbols-Rounded.*.woff2"


def wanted() -> set[str]:
    return icons_named([*STATIC.glob("static/js/*.js"), *(path for path in APP.rglob("*.py") if path.parent != FONTS)])


def read(path: Path) -> TTFont:
    """Return a font that holds no file open."""
    return TTFont(BytesIO(path.read_bytes()), recalcTimestamp=False)


def ligatures(font: TTFont) -> dict[str, str]:
    """Return the glyph that stands for each word."""
    letters = {glyph: chr(code).lower() for code, glyph in font.getBestCmap().items() if code < 128}
    found = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            for first, rules in getattr(getattr(table, "ExtSubTable", table), "ligatures", {}).items():
                for rule in rules:
                    word = [letters.get(glyph) for glyph in (first, *rule.Component)]
                    if None not in word:
                        found["".join(word)] = rule.LigGlyph
    return found


def whole() -> Path:
    (path,) = STATIC.glob(f"static/media/{NAME}")
    return path


def make(target: Path) -> set[str]:
    """Write the font; return the names that the whole font does not know either."""
    font = read(whole())
    glyphs, names = ligatures(font), wanted()
    options = subset.Options(flavor="woff2", layout_features=["*"], layout_closure=False, hinting=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(glyphs=[glyphs[name] for name in names if name in glyphs], text="".join(sorted({*"".join(names)})))
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(target)
    return names - {*glyphs}


if __name__ == "__main__":
    for old in FONTS.glob(NAME):
        old.unlink()
    make(FONTS / whole().name)

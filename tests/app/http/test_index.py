from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

from app.http.first import STATIC
from app.http.index import full_index, themes

CONFIG = tomllib.loads((Path(__file__).parents[3] / ".streamlit/config.toml").read_text())["theme"]


def test_the_font_that_nobody_uses_is_not_fetched() -> None:
    index = (STATIC / "index.html").read_text("utf-8")
    assert 'as="font"' in index
    text = full_index(index, [], {})
    assert 'as="font"' not in text
    assert re.findall("<(script|link|meta|div)", index)[1:] != []
    assert text.count("<script") == index.count("<script") + 1
    assert text.count("<link") == index.count("<link") - 1


def test_what_is_told_cannot_end_its_script() -> None:
    assert full_index("</head>", [], {"font": "</script>"}).count("</script>") == 1


def test_what_is_told_is_a_script_whatever_is_told() -> None:
    for hints in ({}, {"LIGHT_THEME": {"bodyFont": "serif"}}):
        (script,) = re.findall("<script>(.*)</script>", full_index("</head>", [], hints))
        page = "globalThis.window = {}; globalThis.location = {href: 'http://a/lab/steps?x=1'};"
        run = f"{page} {script}; console.log(JSON.stringify(window))"
        done = subprocess.run(["node", "-e", run], capture_output=True, text=True, check=True, timeout=60)
        assert json.loads(done.stdout) == {"__streamlit": hints | {"BACKEND_BASE_URL": "http://a/lab/"}}


def test_the_first_theme_is_ours() -> None:
    for name, theme in themes().items():
        ours = CONFIG[name.removesuffix("_THEME").lower()]
        assert theme["bodyFont"] == CONFIG["font"]
        assert all(theme[key] == ours[key] for key in theme if key != "bodyFont")
        assert len(theme) == 5

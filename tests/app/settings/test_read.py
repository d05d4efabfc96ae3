from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings import Settings, SettingsError, described, read, similar
from app.settings.table import table
from bncore.cost import MAX_SECONDS

README = Path(__file__).parents[3] / "README.md"

WRONG = {
    ("PORT", "http"): "PORT: must be a whole number, 1..65535; got 'http'. Use 8501.",
    ("PORT", "0"): "PORT: must be a whole number, 1..65535; got '0'. Use 8501.",
    ("PORT", "٣"): "PORT: must be a whole number, 1..65535; got '٣'. Use 8501.",
    ("BNLAB_WORKERS", "-1"): "BNLAB_WORKERS: must be a whole number, 0..64; got '-1'. Use 0.",
    ("BNLAB_CACHE_MB", "1e9"): "BNLAB_CACHE_MB: must be a whole number, 0..100000 MB; got '1e9'. Use 120.",
    ("BNLAB_BUDGET_SECONDS", "9" * 70): (
        f"BNLAB_BUDGET_SECONDS: must be a whole number, 1..3600 s; got '{'9' * 60}…'. Use {MAX_SECONDS:.0f}."
    ),
    ("BNLAB_LOG_LEVEL", "loud"): "BNLAB_LOG_LEVEL: must be one of debug, info, warning, error; got 'loud'. Use info.",
    ("BNLAB_METRICS", "yes"): "BNLAB_METRICS: must be one of local, on, off; got 'yes'. Use local.",
    ("BNLAB_METRICS_TOKEN", "secret"): (
        "BNLAB_METRICS_TOKEN: must be 16 to 128 letters, digits and . _ ~ + / = -; got 6 characters. "
        "Make one with: openssl rand -hex 16."
    ),
    ("BNLAB_BASE_PATH", "../etc"): (
        "BNLAB_BASE_PATH: must be letters, digits and . _ ~ - between slashes; got '../etc'. Write it like lab/bn."
    ),
    ("BNLAB_BASE_PATH", "https://school.example/lab"): (
        "BNLAB_BASE_PATH: must be letters, digits and . _ ~ - between slashes; got 'https://school.example/lab'. "
        "Write it like lab/bn."
    ),
    ("BNLAB_TITLE", "a\nb"): "BNLAB_TITLE: must be one line of at most 60 characters; got 'a\\nb'. Write it like BatchNorm Lab.",
    ("BNLAB_TITLE", "x" * 61): (
        "BNLAB_TITLE: must be one line of at most 60 characters; got 61 characters. Write it like BatchNorm Lab."
    ),
    ("BNLAB_EMBED", "https://a.example moodle"): (
        "BNLAB_EMBED: must be origins with blanks between them, at most 20; got 'moodle'. Write it like https://moodle.school.example."
    ),
    ("BNLAB_EMBED", " ".join(f"https://s{i}.example" for i in range(21))): (
        "BNLAB_EMBED: must be origins with blanks between them, at most 20; got 21 of them. Use one with a star: https://*.school.example."
    ),
}


def test_nothing_set_is_the_defaults() -> None:
    assert read({}) == read({variable.name: " " for variable, _ in described().values()}) == Settings()


def test_every_variable_is_read() -> None:
    found = read(
        {
            "PORT": "9000",
            "BNLAB_BASE_PATH": "/lab//bn/",
            "BNLAB_TITLE": " Statistik <7b> ",
            "BNLAB_WORKERS": "3",
            "BNLAB_CACHE_MB": "0",
            "BNLAB_BUDGET_SECONDS": "20",
            "BNLAB_LOG_LEVEL": "error",
            "BNLAB_EMBED": "https://*.school.example http://10.0.0.7:8080 https://*.school.example",
            "BNLAB_METRICS": "off",
            "BNLAB_METRICS_TOKEN": "0123456789abcdef",
        }
    )
    assert found == Settings(
        9000, "lab/bn", "Statistik <7b>", 3, 0, 20, "error",
        ("https://*.school.example", "http://10.0.0.7:8080"), "off", "0123456789abcdef",
    )  # fmt: skip
    assert all(getattr(found, name) != default for name, (_, default) in described().items())


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_is_wrong_is_said_in_one_sentence(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read({name: value})
    assert str(caught.value) == WRONG[name, value]


@pytest.mark.parametrize(
    "origin", ["*", "https://a.example/path", "https://a.example;script-src *", "'self'", "https://", "HTTPS://A"]
)
def test_what_is_no_origin_never_reaches_a_header(origin: str) -> None:
    with pytest.raises(SettingsError, match=r"^BNLAB_EMBED: must be origins"):
        read({"BNLAB_EMBED": origin})


@given(st.sampled_from([variable.name for variable, _ in described().values()]), st.text(max_size=300))
def test_whatever_comes_is_read_or_named(name: str, text: str) -> None:
    said, found = "", Settings()
    try:
        found = read({name: text})
    except SettingsError as error:
        said = str(error)
    assert re.fullmatch(rf"({name}: must be [^\n]*; got [^\n]*\. [A-Z][^\n]*\.)?", said)
    assert "\n" not in found.title
    assert all(re.fullmatch(r"https?://[^\s;,'\"]+", origin) for origin in found.embed)
    assert ".." not in found.base_path.split("/")


def test_the_default_budget_is_the_engines() -> None:
    assert Settings().budget_seconds == MAX_SECONDS


def test_a_slip_of_the_pen_is_found_and_what_kubernetes_sets_is_not() -> None:
    kubernetes = {"BNLAB_PORT": "tcp://10.0.0.1:8501", "BNLAB_SERVICE_PORT": "8501", "BNLAB_PORT_8501_TCP_ADDR": "10.0.0.1"}
    assert similar(kubernetes | {"BNLAB_EMBEDS": "x", "BNLAB_CACHE_MB": "1"}) == {"BNLAB_EMBEDS": "BNLAB_EMBED"}


def test_the_readme_holds_exactly_this_table() -> None:
    readme = README.read_text("utf-8")
    assert table() in readme
    assert readme.count("| `BNLAB_") == table().count("| `BNLAB_")

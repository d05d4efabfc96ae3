"""Everything that runs may be used and passed on; from what is installed, without the internet."""

from __future__ import annotations

import email
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from tests.licences import installed, licence_of, unfit


class Package(Distribution):
    """A package that exists as its metadata alone."""

    def __init__(self, *lines: str) -> None:
        self.lines = "\n".join(lines)

    @property
    def metadata(self) -> email.message.Message:  # type: ignore[override]
        return email.message_from_string(self.lines)

    def read_text(self, filename: str) -> None:
        return None

    def locate_file(self, path: object) -> Path:
        return Path("nowhere")


def test_every_package_at_run_time_may_be_used() -> None:
    found = {name: licence_of(package) for name, package in installed().items()}
    assert {"numpy", "streamlit", "starlette", "prometheus-client", "scipy"} <= set(found)
    assert {name: text for name, text in found.items() if unfit(text)} == {}


def test_tools_are_not_counted() -> None:
    assert not {"pytest", "mypy", "torch", "playwright"} & set(installed())


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (["License-Expression: MIT", "License: whatever"], "MIT"),
        (["Classifier: License :: OSI Approved :: BSD License", "License: text"], "BSD"),
        (["License: Apache License 2.0"], "Apache-2.0"),
        (["Classifier: License :: OSI Approved :: MIT License", "Classifier: License :: X"], "MIT AND X"),
        (["Classifier: License :: OSI Approved", "License: MIT"], "MIT"),
        (["Name: nothing"], ""),
    ],
)
def test_a_licence_is_read_wherever_it_is_named(lines: list[str], licence: str) -> None:
    assert licence_of(Package(*lines)) == licence


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("MIT", []),
        ("MIT AND (Apache-2.0 OR BSD-2-Clause)", []),
        ("GPL-3.0-only OR MIT", []),
        ("GPL-3.0-only AND (MIT OR ISC)", ["GPL-3.0-only"]),
        ("MIT AND (GPL-3.0-only OR (ISC AND X))", ["GPL-3.0-only"]),
        ("MIT AND GPL-3.0-only", ["GPL-3.0-only"]),
        ("GNU Affero General Public License v3", ["GNU Affero General Public License v3"]),
        ("UNKNOWN", ["UNKNOWN"]),
        ("", ["nothing"]),
    ],
)
def test_what_is_unknown_or_asks_for_more_is_named(expression: str, parts: list[str]) -> None:
    assert unfit(expression) == parts

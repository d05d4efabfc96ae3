from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import find_browser


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any browser; programs put into the folder are found."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(find_browser, "NAMES", ("chromium-of-the-test", "chrome-of-the-test"))
    monkeypatch.setattr(find_browser, "MAC", tmp_path / "none")
    monkeypatch.setattr(find_browser, "playwrights_own", lambda: str(tmp_path / "own"))
    return tmp_path


def put(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_without_a_browser_one_line_says_so(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert find_browser.main([]) == 1
    assert capsys.readouterr().err == find_browser.NONE + "\n"


def test_a_hint_that_does_not_start_is_passed_over(bare: Path) -> None:
    put(bare / "chromium-of-the-test", "echo install the snap; exit 1")
    chrome = put(bare / "chrome-of-the-test", "echo Chrome 1")
    assert find_browser.find_browser() == chrome


def test_playwrights_own_is_the_last_to_be_looked_for(bare: Path) -> None:
    own = put(bare / "own", "exit 0")
    assert find_browser.find_browser() == own


def test_a_browser_can_be_named(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(bare / "chromium-of-the-test", "exit 0")
    mine = put(bare / "mine", "exit 0")
    monkeypatch.setenv("CHROMIUM", mine)
    assert find_browser.find_browser() == mine


def test_a_named_browser_that_does_not_start_is_not_replaced(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(bare / "chromium-of-the-test", "exit 0")
    monkeypatch.setenv("CHROMIUM", str(bare / "nothing"))
    assert find_browser.find_browser() is None


@pytest.mark.parametrize(("root", "asked"), [(True, ["playwright", "apt-get"]), (False, ["playwright"])])
def test_it_is_installed_from_playwright_and_then_as_root_from_debian(
    bare: Path, monkeypatch: pytest.MonkeyPatch, root: bool, asked: list[str]
) -> None:
    put(bare / "apt-get", f'[ "$1" = update ] || ln -s /bin/true {bare}/chromium-of-the-test; echo apt-get >> {bare}/asked')
    monkeypatch.setattr(find_browser.sys, "executable", put(bare / "python", f"echo playwright >> {bare}/asked"))
    monkeypatch.setattr(find_browser.os, "geteuid", lambda: 0 if root else 1000)
    assert find_browser.install_browser() == (str(bare / "chromium-of-the-test") if root else None)
    assert sorted(set((bare / "asked").read_text().split())) == sorted(asked)

"""What somebody sees who starts the server with something wrong."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import app.__main__ as start
from tests.browser.server import free_port

ROOT = Path(__file__).parents[3]
SAID = "BNLAB_WORKERS: must be a whole number, 0..64; got 'many'. Use 0.\n"


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("how", ["app", "streamlit"])
def test_a_wrong_value_stops_the_start_with_one_sentence(how: str) -> None:
    command = ["app"] if how == "app" else ["streamlit", "run", "app/main.py", f"--server.port={free_port()}"]
    done = run(*command, BNLAB_WORKERS="many")
    assert (done.returncode, done.stderr, done.stdout) == (2, SAID, "")


def test_a_port_that_is_taken_stops_the_start_with_one_sentence() -> None:
    with socket.create_server(("", 0)) as other:
        port = other.getsockname()[1]
        done = run("app", PORT=str(port))
    said = f"PORT: must be free and open to this user; got {port}: Address already in use. Use another, such as 8600.\n"
    assert (done.returncode, done.stderr) == (2, said)


def test_the_server_takes_the_place_of_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    became: list[list[str]] = []
    port = free_port()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", str(port))
    monkeypatch.setattr(start.os, "execv", lambda _, command: became.append(command))
    start.main()
    assert became == [[sys.executable, "-m", "streamlit", "run", "app/main.py", f"--server.port={port}"]]
    assert Path.cwd() == ROOT

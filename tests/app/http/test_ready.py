from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from app.http import ready

SCRIPT = Path(ready.__file__)


class Answers(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(self.path)
        known = {"/readyz": (200, b"ok\n"), "/lab/bn/readyz": (503, b"no worker is ready\n")}
        status, text = known.get(self.path, (404, b"?"))
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield str(server.server_port)
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("base", "code", "says"),
    [
        ("", 0, "200 ok\n"),
        ("/", 0, "200 ok\n"),
        ("lab/bn", 1, "503 no worker is ready\n"),
        ("/lab/bn/", 1, "503 no worker is ready\n"),
    ],
)
def test_the_answer_decides(port: str, base: str, code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ready.main({"PORT": port, "BNLAB_BASE_PATH": base}) == code
    assert capsys.readouterr().out == says


@pytest.mark.parametrize("environment", [{"PORT": "1"}, {"PORT": "http"}], ids=["nobody there", "no port"])
def test_no_answer_is_no(environment: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert ready.main(environment) == 1
    assert capsys.readouterr().err.startswith("no answer: ")


def test_it_runs_alone_and_asks_past_a_proxy(port: str) -> None:
    environment = {"PORT": port, "http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
    command = [sys.executable, "-I", "-S", str(SCRIPT)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "200 ok\n", "")

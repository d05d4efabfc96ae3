"""What the Dockerfile promises."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()


def told(word: str) -> list[str]:
    return [line.removeprefix(f"{word} ") for line in LINES if line.startswith(f"{word} ")]


def test_it_runs_as_nobody_in_particular_and_is_stopped_with_the_signal_that_the_server_knows() -> None:
    assert told("USER") == ["10001:10001"]
    assert told("STOPSIGNAL") == ["SIGTERM"]
    assert LINES.index("USER 10001:10001") > max(i for i, line in enumerate(LINES) if line.startswith(("RUN", "COPY")))


def test_the_server_is_the_first_process_and_no_shell_stands_before_it() -> None:
    assert [json.loads(each) for each in told("CMD")] == [["python", "-m", "app"]]
    assert told("ENTRYPOINT") == []


def test_the_health_check_asks_whether_the_server_is_ready() -> None:
    (check,) = told("HEALTHCHECK")
    command = json.loads(check[check.index("CMD ") + 4 :])
    assert (ROOT / command[-1]).is_file()
    imports = {
        name.split(".")[0]
        for node in ast.walk(ast.parse((ROOT / command[-1]).read_text("utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([each.name for each in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert imports <= {"__future__", "collections", "http", "os", "sys"}  # it starts in a moment, every ten seconds


def test_scripts_are_compressed_as_root_when_the_image_is_built() -> None:
    assert any("python -m app.http.compress" in line for line in told("RUN"))


def test_what_is_copied_is_let_in_and_exists() -> None:
    allowed = re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    copied = [line.split()[0] for line in told("COPY")]
    assert sorted(copied) == sorted(allowed)
    assert [path for path in copied if not (ROOT / path).exists()] == []

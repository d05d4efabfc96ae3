"""What the server tells about itself while a visitor is there: numbers, readiness, lines of log, and nothing about the visitor."""

from __future__ import annotations

import json
import os
import re
import signal
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from prometheus_client.parser import text_string_to_metric_families

from tests.browser.lab import Lab
from tests.browser.server import AppServer
from tests.faults.serving import eventually, workers

pytestmark = pytest.mark.evidence


def numbers(server: AppServer) -> dict[str, float]:
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=10) as reply:
        families = text_string_to_metric_families(reply.read().decode())
    return {"/".join([each.name, *each.labels.values()]): each.value for family in families for each in family.samples}


def status(server: AppServer, path: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{server.url}/{path}", headers=headers), timeout=10) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code


def events(server: AppServer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.log_text().splitlines() if line.startswith("{")]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked for in /proc")
def test_a_visit_a_lost_worker_and_the_end_are_told_and_nothing_of_the_visitor(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BNLAB_LOG_LEVEL", "debug")
    monkeypatch.setenv("BNLAB_WORKERS", "2")
    monkeypatch.setenv("BNLAB_CACHE_MBS", "9")
    server = AppServer(tmp_path)
    try:
        server.wait_until_healthy()
        before = numbers(server)
        while before.get("bnlab_runs_total/run/done", 0) < 1:  # what the first visitor would ask for is made at the start
            before = numbers(server)
        assert before["bnlab_sessions"] == 0
        with browser.new_context(base_url=server.url) as context:
            Lab(context.new_page(), "/?seed=4711")
            during = numbers(server)
        assert during["bnlab_sessions"] == 1
        assert during["bnlab_runs_total/run/done"] == 2
        assert during["bnlab_run_seconds_count/run"] == during["bnlab_queue_wait_seconds_count/run"] == 2
        assert during["bnlab_cache_lookups_total/miss"] == before["bnlab_cache_lookups_total/miss"] + 2 == 4
        assert during["bnlab_cache_bytes"] > 0
        assert during["bnlab_workers_alive"] == during["bnlab_workers_warm"] == 2
        assert eventually(lambda: numbers(server)["bnlab_sessions"] == 0)
        for pid in workers(server):
            os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: numbers(server)["bnlab_workers_lost_total"] == 2)
        assert eventually(lambda: status(server, "readyz") == 200)
        assert status(server, "metrics", **{"X-Forwarded-For": "10.0.0.7"}) == 403
        assert status(server, "_stcore/metrics", **{"X-Forwarded-For": "10.0.0.7"}) == 404
        assert server.ask_to_stop()
        said = events(server)
        told = [line["event"] for line in said if line["event"] not in ("log", "run left", "run cached")]
        assert told == ["start", "unknown variable", "run done", "run done", "worker lost", "worker lost", "stop"]
        others = [line for line in server.log_text().splitlines() if not line.startswith("{")]
        assert [line for line in others if not re.fullmatch(r"BatchNorm Lab: http://localhost:\d+/", line)] == []
        log = server.log_text()
        assert [word for word in ("127.0.0.1", "4711", "Mozilla", "session_id", "Traceback") if word in log] == []
    finally:
        server.kill()


def test_the_tests_own_server_has_met_no_error(server: AppServer) -> None:
    assert status(server, "livez") == status(server, "readyz") == 200
    assert numbers(server)["bnlab_errors_total/page"] == 0

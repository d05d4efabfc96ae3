from __future__ import annotations

import logging
from collections import Counter

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.compute import Ended, Status
from app.observe import Metrics, Watch

Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def series(metrics: Metrics) -> Series:
    families = text_string_to_metric_families(metrics.text().decode())
    return {(each.name, tuple(sorted(each.labels.items()))): each.value for family in families for each in family.samples}


def changed(before: Series, after: Series) -> Series:
    return {key: after[key] - before.get(key, 0.0) for key in after if after[key] != before.get(key)}


@pytest.fixture
def watch() -> Watch:
    return Watch(Metrics())


def test_every_series_is_there_before_anything_happens(watch: Watch) -> None:
    found = series(watch.metrics)
    assert set(found.values()) == {0.0}
    counts = Counter(name for name, _ in found)
    assert {name: counts[name] for name in counts if name.endswith("_total")} == {
        "bnlab_runs_total": 8, "bnlab_cache_lookups_total": 4, "bnlab_runs_refused_total": 1,
        "bnlab_workers_lost_total": 1, "bnlab_errors_total": 3,
    }  # fmt: skip


def test_a_run_that_was_computed_is_counted_with_its_times(watch: Watch) -> None:
    before = series(watch.metrics)
    watch.ended(Ended("run", "done", 0.3, 1.5))
    found = changed(before, series(watch.metrics))
    run = (("kind", "run"),)
    assert found["bnlab_runs_total", (("kind", "run"), ("result", "done"))] == 1
    assert found["bnlab_queue_wait_seconds_sum", run] == pytest.approx(0.3)
    assert found["bnlab_run_seconds_sum", run] == pytest.approx(1.5)
    assert found["bnlab_run_seconds_count", run] == 1
    assert ("bnlab_queue_wait_seconds_bucket", (("kind", "run"), ("le", "0.25"))) not in found
    assert found["bnlab_queue_wait_seconds_bucket", (("kind", "run"), ("le", "0.5"))] == 1


@pytest.mark.parametrize("result", ["cached", "left", "failed"])
def test_what_was_not_computed_to_its_end_has_no_times(watch: Watch, result: str) -> None:
    before = series(watch.metrics)
    watch.ended(Ended("call", result, 0.0, 9.0))
    assert list(changed(before, series(watch.metrics))) == [("bnlab_runs_total", (("kind", "call"), ("result", result)))]


def test_looks_refusals_losses_and_errors_are_counted(watch: Watch) -> None:
    before = series(watch.metrics)
    for found in ("done", "begun", "shared", "new"):
        watch.looked_up(found)
    watch.refused(200.0, 180.0)
    watch.worker_lost(-9)
    watch.slice_failed("in mischief")
    watch.page_failed(ValueError("Ada"))
    watch.answer_failed(ValueError("Ada"))
    assert changed(before, series(watch.metrics)) == {
        ("bnlab_cache_lookups_total", (("result", "hit"),)): 1,
        ("bnlab_cache_lookups_total", (("result", "part"),)): 1,
        ("bnlab_cache_lookups_total", (("result", "shared"),)): 1,
        ("bnlab_cache_lookups_total", (("result", "miss"),)): 1,
        ("bnlab_runs_refused_total", ()): 1,
        ("bnlab_workers_lost_total", ()): 1,
        ("bnlab_errors_total", (("where", "training"),)): 1,
        ("bnlab_errors_total", (("where", "page"),)): 1,
        ("bnlab_errors_total", (("where", "answer"),)): 1,
    }


def test_what_is_now_is_asked_for_when_it_is_read(watch: Watch) -> None:
    now = [Status(2, 1, 5_000, 3)]
    watch.metrics.watch(lambda: now[0], lambda: 7, 256_000_000)
    gauges = {name: value for (name, _), value in series(watch.metrics).items()}
    assert (gauges["bnlab_sessions"], gauges["bnlab_waiting"]) == (7, 3)
    assert (gauges["bnlab_workers_alive"], gauges["bnlab_workers_warm"]) == (2, 1)
    assert (gauges["bnlab_cache_bytes"], gauges["bnlab_cache_limit_bytes"]) == (5_000, 256_000_000)
    now[0] = Status(0, 0, 0, 0)
    assert series(watch.metrics)["bnlab_workers_alive", ()] == 0


def test_events_are_logged_at_the_level_that_they_deserve(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bnlab")
    for result in ("done", "cached", "left", "failed"):
        watch.ended(Ended("run", result, 0.12345, 1.0))
    watch.refused(200.4, 180.0)
    watch.worker_lost(-9)
    watch.slice_failed("in mischief")
    assert [(record.levelname, record.message, record.fields) for record in caplog.records] == [  # type: ignore[attr-defined]
        ("INFO", "run done", {"seconds": 1.0, "waited": 0.123}),
        ("DEBUG", "run cached", {"seconds": 1.0, "waited": 0.123}),
        ("DEBUG", "run left", {"seconds": 1.0, "waited": 0.123}),
        ("ERROR", "run failed", {"seconds": 1.0, "waited": 0.123}),
        ("INFO", "run refused", {"seconds": 200, "most": 180}),
        ("WARNING", "worker lost", {"code": -9}),
        ("ERROR", "error", {"where": "training", "trace": "in mischief"}),
    ]

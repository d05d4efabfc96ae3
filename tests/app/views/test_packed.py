from __future__ import annotations

from typing import Any

import pytest

from app import narrate
from app.compute.cache import ByteCache
from app.live.codec import unpack, unzipped
from app.views import packed as module
from app.views.packed import packed
from bncore import Experiment, RunConfig
from tests.app.runs import results_of

EXPERIMENT = Experiment(RunConfig(seeds=2, epochs=6))


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Begin with nothing kept, and note each time that sentences are made."""
    noted: list[int] = []
    sentences = narrate.sentences
    monkeypatch.setattr(module, "_cache", ByteCache(module.CACHE_BYTES))
    monkeypatch.setattr(narrate, "sentences", lambda *given: noted.append(given[2]) or sentences(*given))
    return noted


def header_of(*given: Any) -> dict[str, Any]:
    return unpack(unzipped(packed(*given)))[0]


def test_a_whole_run_is_packed_once(told: list[int]) -> None:
    results = results_of(EXPERIMENT)
    assert packed(EXPERIMENT, results, 0, ["m"]) is packed(EXPERIMENT, results, 0, ["m"])
    assert told == [0]


def test_other_words_another_run_or_experiment_are_packed_anew(told: list[int]) -> None:
    results = results_of(EXPERIMENT)
    header = header_of(EXPERIMENT, results, 0)
    assert header_of(EXPERIMENT, results, 0, ["m"]) == {**header, "messages": ["m"]}
    other = header_of(EXPERIMENT, results, 1)
    assert (other["run_index"], other["seed"]) == (1, 1)
    assert other["run"] != header["run"]
    same_numbers = Experiment(EXPERIMENT.base.replace(adam_beta1=0.5))
    assert same_numbers.key == EXPERIMENT.key
    assert header_of(same_numbers, results_of(same_numbers), 0)["arms"][0]["config"]["adam_beta1"] == "0.5"
    assert told == [0, 0, 1, 0]


def test_a_run_under_way_is_not_kept(told: list[int]) -> None:
    for epochs in (2, 3):
        assert header_of(EXPERIMENT, results_of(EXPERIMENT, epochs), 0)["trained"] == epochs
    assert header_of(EXPERIMENT, results_of(EXPERIMENT), 0)["complete"]
    assert told == [0, 0, 0]


def test_a_threshold_is_kept_for_some_epochs_only_where_there_are_so_many() -> None:
    header = header_of(EXPERIMENT, results_of(EXPERIMENT), 0)
    assert " for 5 epochs in a row " in header["kept"]["headline"]
    short = Experiment(RunConfig(seeds=2, epochs=4))
    assert header_of(short, results_of(short), 0)["kept"] == {"epochs": 5, "headline": ""}

from dataclasses import replace

import numpy as np
import pytest

from app.compute.engine import BNCORE, run_slice, run_slices
from app.compute.job import GROWTH, SLICE_SECONDS, Job
from bncore import RunConfig
from tests.app.compute import toy
from tests.app.compute.same import same


def slices(config: RunConfig, pace: float) -> list[int]:
    """Return the epochs of each slice of a run whose epochs take ``pace`` seconds."""
    job, sizes = Job(config), []
    while not job.finished:
        task = job.next_slice()
        piece = run_slice(toy.ENGINE, task)
        job.absorb(replace(piece, seconds=pace * task.epochs))
        sizes.append(task.epochs)
    assert job.epochs == config.total_epochs
    return sizes


def trained(config: RunConfig, epochs: int) -> Job:
    job = Job(config)
    while job.epochs < epochs:
        job.absorb(replace(run_slice(toy.ENGINE, job.next_slice()), seconds=10.0))
    return job


def test_the_first_slice_is_one_epoch_and_later_ones_take_a_tenth_of_a_second() -> None:
    assert slices(RunConfig(epochs=60), SLICE_SECONDS / 20) == [1, 20, 20, 19]


def test_a_slice_grows_by_a_bounded_factor() -> None:
    assert slices(RunConfig(epochs=2000), 1e-9) == [1, GROWTH, GROWTH**2, 2000 - 1 - GROWTH - GROWTH**2]


def test_a_slow_run_goes_epoch_by_epoch() -> None:
    assert slices(RunConfig(epochs=3), 5.0) == [1, 1, 1]


def test_a_small_rest_is_not_a_slice_of_its_own() -> None:
    assert slices(RunConfig(epochs=30), SLICE_SECONDS / 20) == [1, 29]


def test_a_last_epoch_cut_short_counts_as_one() -> None:
    assert slices(RunConfig(epochs=None, steps=14), 5.0) == [1, 1]


def test_results_are_cut_at_an_epoch_and_pictures_with_them() -> None:
    result = trained(RunConfig(epochs=9), 5).result(RunConfig(epochs=9), 3)
    assert result.history.frame_step.tolist() == [0, 13, 26, 39]
    assert len(result.pictures.surface) == 4


def test_results_carry_the_settings_of_who_asks() -> None:
    asked = RunConfig(epochs=3, adam_beta1=0.5)
    result = trained(RunConfig(epochs=3), 3).result(asked)
    assert result.config is result.history.config is asked


def test_results_cannot_be_changed() -> None:
    result = trained(RunConfig(epochs=3), 3).result(RunConfig(epochs=3))
    for array in (result.history.frame_step, result.pictures.surface, np.asarray(result.dataset)):
        assert not array.flags.writeable


def test_without_a_slice_there_is_no_result() -> None:
    with pytest.raises(ValueError, match=r"^Job\.result: needs a trained slice; got none\. Wait for the first\.$"):
        Job(RunConfig()).result(RunConfig())


def test_bytes_are_those_of_the_record_before_and_after_it_is_joined() -> None:
    job = trained(RunConfig(epochs=9), 9)
    before = job.nbytes
    job.result(job.config)
    assert before == job.nbytes == 10 * 8 + 10 * 2 * 8 + 3 * 8


def test_a_run_of_long_epochs_is_known_to_be_slow_before_and_after_it_is_measured() -> None:
    heavy = RunConfig(epochs=1, batch_size=1, samples=2000, seeds=256, hidden=(64, 64))
    assert (Job(heavy).slow, Job(RunConfig()).slow) == (True, False)
    assert trained(RunConfig(epochs=9), 1).slow


def test_a_pass_gives_each_run_the_very_numbers_it_has_alone() -> None:
    jobs = [Job(RunConfig(epochs=5, seeds=3, seed=seed, learning_rate=rate)) for seed, rate in ((0, 0.1), (7, 0.3))]
    alone = [run_slice(BNCORE, job.next_slice()) for job in jobs]
    task = jobs[0].next_slice(2)
    pieces = run_slices(BNCORE, [task, jobs[1].join(task)])
    for job, piece, expected in zip(jobs, pieces, alone, strict=True):
        assert same(piece.history, expected.history)
        assert same(piece.pictures, expected.pictures)
        assert same(piece.state, expected.state)
        job.absorb(piece)
    assert jobs[0].together == jobs[1].together
    assert jobs[0].together != Job(RunConfig(epochs=5, seeds=3)).together


def test_what_is_slow_or_has_cost_a_worker_goes_alone() -> None:
    job = Job(RunConfig())
    assert job.together is not None
    job.failures = 1
    assert job.together is None
    assert Job(RunConfig(batch_size=1, samples=2000, seeds=256, hidden=(64, 64))).together is None

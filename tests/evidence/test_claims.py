"""What the default pages claim, measured over many seeds."""

import numpy as np
import pytest

from bncore import History, epochs_to, quantile, train
from bncore.presets import PRESETS

pytestmark = pytest.mark.evidence


def twins(name: str, **changes: object) -> tuple[History, History]:
    experiment = PRESETS[name].experiment.replace(changes)
    with_bn, without = (train(config) for config in experiment.configs().values())
    return with_bn, without


def test_clear_bn_reaches_95_percent_about_eight_times_sooner() -> None:
    with_bn, without = (epochs_to(h, 0.95) for h in twins("clear", seeds=32))
    assert 4 <= quantile(with_bn, 0.5) <= 6
    assert 38 <= quantile(without, 0.5) <= 47
    assert (with_bn < without).sum() >= 31
    assert 0.1 <= np.isinf(without).mean() <= 0.3


def test_notes_60_percent_at_about_20_against_about_80_epochs_holds_for_medians() -> None:
    with_bn, without = (epochs_to(h, 0.6) for h in twins("notes", seeds=512))
    assert 15 <= quantile(with_bn, 0.5) <= 22
    assert 65 <= quantile(without, 0.5) <= 85


def test_notes_bn_is_first_in_about_four_of_five_of_the_seeds_on_the_page() -> None:
    with_bn, without = (epochs_to(h, 0.6) for h in twins("notes"))
    assert len(with_bn) == 64
    assert 0.70 <= (with_bn < without).mean() <= 0.88


def test_rings_need_bn() -> None:
    with_bn, without = twins("rings", seeds=16)
    assert np.isfinite(epochs_to(with_bn, 0.9)).all()
    assert np.isinf(epochs_to(without, 0.9)).mean() >= 0.9
    assert np.median(with_bn.test_accuracy[-1]) - np.median(without.test_accuracy[-1]) > 0.3


@pytest.mark.parametrize("name", ["one-class-batches", "tiny-batches"])
def test_batches_that_do_not_represent_the_data_ruin_bn_in_every_seed(name: str) -> None:
    with_bn, without = (h.test_accuracy[-1] for h in twins(name, seeds=32))
    assert (with_bn < without).all()
    assert np.median(with_bn) < 0.6
    assert np.median(without) > 0.9

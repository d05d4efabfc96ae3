from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.narrate import headline, messages, sentences, threshold_of
from app.result import ArmResult
from bncore.config import Arm, Experiment, RunConfig
from bncore.divergence import Divergence
from bncore.presets import PRESETS
from bncore.summary import epochs_to, first, quantile
from tests.app.runs import results_of

NEVER = 99


def made(experiment: Experiment, *reached: list[int], threshold: float = 0.95, trained: int | None = None) -> list[ArmResult]:
    """Return results in which seed r of arm i reaches the threshold at the end of epoch reached[i][r]."""
    result = results_of(Experiment(RunConfig(seeds=1, epochs=1)))[0]
    made_up = []
    for config, epochs in zip(experiment.configs().values(), reached, strict=True):
        ends = np.arange((trained or config.total_epochs) + 1)
        accuracy = np.where(ends[:, None] >= np.array(epochs), threshold, 0.5)
        history = replace(
            result.history,
            config=config,
            eval_step=ends * config.steps_per_epoch,
            eval_epoch_end=np.ones(len(ends), bool),
            test_accuracy=accuracy,
        )
        made_up.append(replace(result, config=config, history=history))
    return made_up


def eight(**fields: Any) -> Experiment:
    return Experiment(RunConfig(seeds=8, epochs=60, batch_size=64, **fields))


def test_the_headline_gives_median_seeds_and_order() -> None:
    results = made(eight(), [4, 5, 5, 5, 5, 6, 7, 8], [42, 42, 42, 42, 42, 50, NEVER, NEVER])
    assert headline(eight(), results, 0.95) == "95 % at epoch 5 with BN, 42 without (median of 8 seeds, BN first in 8 of 8)."


def test_never_is_said_with_its_end() -> None:
    results = made(eight(), [5] * 8, [42, 42, 42, NEVER, NEVER, NEVER, NEVER, NEVER])
    assert headline(eight(), results, 0.95) == (
        "95 % at epoch 5 with BN, never within 60 epochs without (median of 8 seeds, BN first in 8 of 8)."
    )
    nobody = made(eight(), [NEVER] * 8, [NEVER] * 8)
    assert headline(eight(), nobody, 0.95) == "95 % never within 60 epochs, with BN or without (median of 8 seeds)."
    steps = Experiment(RunConfig(seeds=8, batch_size=64).replace(steps=70))
    assert "never within 70 updates" in headline(steps, made(steps, [NEVER] * 8, [NEVER] * 8), 0.95)


def test_ties_are_ties() -> None:
    results = made(eight(), [5, 5, 5, 5, 5, 5, 5, 5], [5, 5, 7, 7, 7, 7, 3, 7])
    assert headline(eight(), results, 0.95) == "95 % at epoch 5 with BN, 7 without (median of 8 seeds, BN first in 5 of 8, 2 ties)."


def test_the_twin_without_may_be_first() -> None:
    results = made(eight(), [9] * 8, [3] * 7 + [9])
    assert headline(eight(), results, 0.95) == (
        "95 % at epoch 9 with BN, 3 without (median of 8 seeds, the twin without first in 7 of 8, 1 tie)."
    )


def test_kept_is_counted_from_the_first_of_the_epochs_in_a_row() -> None:
    results = made(eight(), [4] * 8, [42] * 8)
    shaken = results[0].history.test_accuracy.copy()
    shaken[8] = 0.5  # reached at 4, lost at 8, kept from 9 on
    results[0] = replace(results[0], history=replace(results[0].history, test_accuracy=shaken))
    assert headline(eight(), results, 0.95, 5) == (
        "95 % for 5 epochs in a row from epoch 9 with BN, 42 without (median of 8 seeds, BN first in 8 of 8)."
    )
    assert headline(eight(), results, 0.95).startswith("95 % at epoch 4 with BN, 42 without")
    late = made(eight(), [57] * 8, [NEVER] * 8)
    assert headline(eight(), late, 0.95, 5) == (
        "95 % for 5 epochs in a row never within 60 epochs, with BN or without (median of 8 seeds)."
    )


def test_arms_of_other_durations_have_ends_of_their_own() -> None:
    experiment = Experiment(eight().base, (Arm("short", (("epochs", 10),)), Arm("long")))
    assert headline(experiment, made(experiment, [NEVER] * 8, [NEVER] * 8), 0.95) == (
        "95 % never within 10 epochs short, never within 60 epochs long (median of 8 seeds)."
    )
    under_way = made(experiment, [NEVER] * 8, [20] * 8)
    cut = [under_way[0], replace(under_way[1], history=made(experiment, [NEVER] * 8, [20] * 8, trained=30)[1].history)]
    assert headline(experiment, cut, 0.95) == (
        "So far, epoch 30: 95 % never within 10 epochs short, at epoch 20 long (median of 8 seeds, long first in 8 of 8)."
    )


def test_a_run_under_way_says_so() -> None:
    results = made(eight(), [5] * 8, [42] * 8, trained=20)
    assert headline(eight(), results, 0.95) == (
        "So far, epoch 20: 95 % at epoch 5 with BN, not yet without (median of 8 seeds, BN first in 8 of 8)."
    )


def test_one_seed_is_not_called_a_median() -> None:
    experiment = Experiment(RunConfig(seeds=1, epochs=60, batch_size=64))
    results = made(experiment, [5], [42])
    assert headline(experiment, results, 0.95) == "95 % at epoch 5 with BN, 42 without (one seed only, and one seed misleads)."


def test_twins_that_are_the_same_are_called_so() -> None:
    experiment = eight(norm="none")
    results = made(experiment, [5] * 8, [5] * 8)
    assert headline(experiment, results, 0.95) == "The twins are the same network now: 95 % at epoch 5 (median of 8 seeds)."


def test_many_seeds_give_the_interval_of_the_median() -> None:
    experiment = PRESETS["notes"].experiment.replace({"epochs": 30})
    results = list(results_of(experiment))
    text = headline(experiment, results, 0.6)
    a, b = (epochs_to(r.history, 0.6) for r in results)
    counts = first(a, b)
    assert f"60 % at epoch {quantile(a, 0.5):g} [" in text
    assert "median of 64 seeds with its 95 % interval" in text
    assert f"BN first in {counts.a} of 64" in text


def test_other_arms_go_by_their_labels() -> None:
    experiment = Experiment(eight().base, (Arm("slow"), Arm("fast", (("learning_rate", 0.3),)), Arm("plain", (("norm", "none"),))))
    results = made(experiment, [9] * 8, [3] * 8, [NEVER] * 8)
    assert headline(experiment, results, 0.95) == (
        "95 % at epoch 9 slow, 3 fast, never within 60 epochs plain (median of 8 seeds, fast first in 8 of 8)."
    )


@pytest.mark.parametrize(("best", "expected"), [(0.97, 0.95), (0.92, 0.9), (0.65, 0.6), (0.55, 0.6)])
def test_the_threshold_is_the_hardest_that_a_median_reaches(best: float, expected: float) -> None:
    results = made(eight(), [5] * 8, [NEVER] * 8, threshold=best)
    assert threshold_of(eight(), results) == expected


def test_presets_have_their_own_threshold_whatever_the_seed() -> None:
    notes = PRESETS["notes"].experiment.replace({"seed": 5})
    clear = PRESETS["clear"].experiment
    assert threshold_of(notes, made(notes, [NEVER] * 64, [NEVER] * 64)) == 0.6
    few = notes.replace({"seed": 100, "seeds": 2})
    assert threshold_of(few, made(few, [NEVER] * 2, [NEVER] * 2)) == 0.6
    assert threshold_of(clear, made(clear, [NEVER] * 8, [NEVER] * 8)) == 0.95


def test_there_is_a_sentence_for_every_frame() -> None:
    experiment = Experiment(RunConfig(seeds=3, epochs=4))
    results = results_of(experiment)
    told = sentences(experiment, results)
    assert len(told) == len(results[0].history.frame_step)
    assert told[0].startswith("Before training: ")
    accuracy = [100 * np.median(r.history.test_accuracy[-1]) for r in results]
    assert told[-1].startswith(f"{accuracy[0]:.0f} % with BN, {accuracy[1]:.0f} % without (median test accuracy); ")


def test_a_lead_is_claimed_only_where_most_seeds_show_it() -> None:
    experiment = Experiment(RunConfig(seeds=4, epochs=2))
    a, b = results_of(experiment)

    def with_accuracy(values: list[float]) -> list[str]:
        accuracy = np.tile(values, (len(b.history.eval_step), 1))
        ours = replace(a, history=replace(a.history, test_accuracy=np.full_like(a.history.test_accuracy, 0.8)))
        return sentences(experiment, [ours, replace(b, history=replace(b.history, test_accuracy=accuracy))])

    assert "; BN leads in 3 of 4 seeds, by 20 points in the median seed." in with_accuracy([0.6, 0.6, 0.6, 0.8])[-1]
    assert "; neither leads in most seeds." in with_accuracy([0.6, 0.6, 0.9, 0.9])[-1]
    assert "; level in every seed." in with_accuracy([0.8] * 4)[-1]
    assert "; the twin without leads in 4 of 4 seeds, by 10 points in the median seed." in with_accuracy([0.9] * 4)[-1]


def test_lagging_statistics_are_pointed_out() -> None:
    experiment = Experiment(RunConfig(seeds=2, epochs=2, bn_momentum=0.9999, learning_rate=0.3))
    told = sentences(experiment, results_of(experiment))
    assert "standard deviations from the last batch's in" in told[-1]
    assert "Running statistics" not in told[0]


def test_dead_units_are_counted() -> None:
    experiment = Experiment(RunConfig(seeds=2, epochs=1, beta_init=-10.0))
    told = sentences(experiment, results_of(experiment))
    assert "With BN, 16 of 16 units of layer 1 are dead in the run shown." in told[0]


def test_arms_of_other_frames_show_their_latest_moment() -> None:
    experiment = Experiment(RunConfig(seeds=2, epochs=3), (Arm("a"), Arm("b", (("batch_size", 100),))))
    a, b = results_of(experiment)
    told = sentences(experiment, (a, b))
    assert len(a.history.frame_step) != len(b.history.frame_step)
    i = int(np.searchsorted(a.history.frame_epoch, 1.0))
    j = int(np.searchsorted(b.history.frame_epoch, 1.0 + 1e-9, side="right")) - 1
    expected = 100 * np.median(b.history.test_accuracy[b.history.frame_eval[j]])
    assert f", {expected:.0f} % b" in told[i]


def test_sentences_follow_the_arm_that_lasts_longest() -> None:
    experiment = Experiment(RunConfig(seeds=2, epochs=3), (Arm("short", (("epochs", 1),)), Arm("long")))
    short, long = results_of(experiment)
    told = sentences(experiment, (short, long))
    assert len(told) == len(long.history.frame_step) > len(short.history.frame_step)
    assert f"{int(100 * np.median(short.history.test_accuracy[-1]) + 0.5)} % short" in told[-1].lower()


def test_divergence_is_told_where_and_why() -> None:
    experiment = Experiment(RunConfig(seeds=2, epochs=2))
    a, b = results_of(experiment)
    gone = (Divergence(1, 1, 2, 20, "z of layer 2"), Divergence(0, 0, 1, 7, "the weights of layer 1"))
    diverged = replace(b, history=replace(b.history, divergences=gone))
    assert messages(experiment, (a, diverged)) == [
        "without: diverged first with seed 0 in epoch 1, step 7, where the weights of layer 1 stopped being finite. "
        "2 of 2 seeds diverged. A smaller learning rate or initial scale helps."
    ]
    told = sentences(experiment, (a, diverged))
    assert told[-1].endswith("Without, the run shown (seed 0) diverged in epoch 1: the weights of layer 1 is no longer finite.")
    assert "diverged" not in told[0]


def test_warnings_of_the_settings_are_among_the_messages() -> None:
    experiment = Experiment(RunConfig(seeds=2, epochs=1, batch_size=1))
    assert len(messages(experiment, results_of(experiment))) == 1


def test_networks_without_hidden_layers_have_sentences_too() -> None:
    experiment = Experiment(RunConfig(hidden=(), seeds=1, epochs=1))
    assert all(text.endswith(".") for text in sentences(experiment, results_of(experiment)))


def test_r_squared_is_a_number_and_no_percentage() -> None:
    experiment = eight(dataset="plane_wave")
    results = made(experiment, [4, 5, 5, 5, 5, 6, 7, 8], [42, 42, 42, 42, 42, 50, NEVER, NEVER], threshold=0.9)
    assert threshold_of(experiment, results) == 0.9
    assert headline(experiment, results, 0.9) == "R² 0.9 at epoch 5 with BN, 42 without (median of 8 seeds, BN first in 8 of 8)."
    assert headline(experiment, results, 0.9, 5).startswith("R² 0.9 for 5 epochs in a row from epoch 5 with BN")


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        (
            ([0.9, 0.8], [0.5, 0.4]),
            "0.85 with BN, 0.45 without (median test R²); BN leads in 2 of 2 seeds, by 0.40 in the median seed.",
        ),
        (
            ([-0.001, 0.0], [-0.25, -12.0]),
            "0.00 with BN, −6.12 without (median test R²); BN leads in 2 of 2 seeds, by 6.12 in the median seed.",
        ),
        (
            ([0.1, 0.1], [-1.5e6, -1.5e6]),
            "0.10 with BN, −1.5e+06 without (median test R²); BN leads in 2 of 2 seeds, by 1.5e+06 in the median seed.",
        ),
        (
            ([-5.0, -4.0], [np.nan, np.nan]),
            "−4.50 with BN, no finite run without (median test R²); BN leads in 2 of 2 seeds.",
        ),
    ],
)
def test_sentences_of_a_regression(scores: tuple[list[float], list[float]], said: str) -> None:
    experiment = Experiment(RunConfig(dataset="plane_wave", seeds=2, epochs=1))
    results = [
        replace(r, history=replace(r.history, test_accuracy=np.tile(values, (len(r.history.eval_step), 1))))
        for r, values in zip(results_of(experiment), scores, strict=True)
    ]
    assert sentences(experiment, results)[-1].startswith(said)
    assert not any(word in text for text in sentences(experiment, results) for word in ("%", "accuracy", "points"))


def test_several_classes_have_an_accuracy() -> None:
    experiment = Experiment(RunConfig(dataset="spirals3", seeds=2, epochs=1))
    assert "% with BN" in sentences(experiment, results_of(experiment))[-1]

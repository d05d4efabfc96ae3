"""Lesson: fine-tuning a trained network with its BN statistics updated, frozen, or re-estimated first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.lessons.measuring import Array, curve_of, final, more, or_guess
from app.lessons.model import Answer, Case, Claim, Lesson, Measure, Measured, Picture, Quantity, Source
from bncore import Experiment, RunConfig, advance, exact_statistics, fork, load_data, train
from bncore.evaluate import evaluate

__all__ = ["LESSON", "measure", "truth"]

FEW_UPDATE, FEW_FREEZE, FEW_MEND = "few: update", "few: freeze", "few: re-estimate, freeze"
MANY_UPDATE, MANY_FREEZE, MANY_MEND = "many: update", "many: freeze", "many: re-estimate, freeze"

BEFORE = {
    "dataset": "moons", "samples": 500, "test_fraction": 0.2, "batch_size": 32, "learning_rate": 0.1, "epochs": 60,
    "freeze_statistics": False,
}  # fmt: skip
"""What every network has learned before it is fine-tuned."""

FEW = RunConfig(dataset="circles", samples=160, test_fraction=0.8, batch_size=2, learning_rate=0.03).replace(steps=200)
MANY = RunConfig(dataset="adaboost", samples=320, learning_rate=0.1).replace(steps=200)


def measure(config: RunConfig, label: str) -> Measure:
    """Return the accuracy on the new task before fine-tuning, and after."""
    history = train(config.replace(**BEFORE))
    params, running = history.params[-1], history.running[-1]
    data = load_data(config)
    if label in (FEW_MEND, MANY_MEND):
        running = exact_statistics(config, params, data.x_train)
        history = replace(history, running=np.concatenate([history.running[:-1], running[None]]))
    changes = {name: getattr(config, name) for name in BEFORE if name != "epochs"} | {
        "steps": config.steps,
        "epochs": config.epochs,
    }
    state = fork(history, len(history.frame_step) - 1, **changes)
    tuned = advance(state, state.config.total_epochs)[1]
    return Measure(
        {
            "before": or_guess(evaluate(config, data, params, running)[1], config),
            "accuracy": final(tuned),
        },
        {"course": curve_of(tuned)},
    )  # fmt: skip


def _points(measured: Measured, of: str, than: str) -> Array:
    """Return by how many points of accuracy one case is better than another."""
    return 100 * more(measured, "accuracy", of=of, than=than)


def truth(measured: Measured) -> str:
    """Return which answer the median seed gives."""

    def frozen(freeze: str, update: str) -> bool:
        return float(np.median(_points(measured, freeze, update))) > 0.0

    few, many = frozen(FEW_FREEZE, FEW_UPDATE), frozen(MANY_FREEZE, MANY_UPDATE)
    return {(True, True): "freeze", (True, False): "depends", (False, True): "reverse", (False, False): "update"}[few, many]


LESSON = Lesson(
    name="fine_tuning",
    title="Fine-tuning: update the statistics or freeze them?",
    minutes=6,
    idea="When a trained network learns something new, its BN layers could go on updating their running statistics, or keep them "
    "frozen.",
    question="Two networks with BN have learned moons. One goes on with 32 points of another task, in batches of 2. The other "
    "goes on with 256 points that lie elsewhere and spread wider, in batches of 32. Where do you update the statistics, and "
    "where do you freeze them?",
    answers=(
        Answer("update", "Update in both"),
        Answer("freeze", "Freeze in both"),
        Answer("depends", "Freeze with the few points, update with the many"),
        Answer("reverse", "Update with the few points, freeze with the many"),
    ),
    truth=truth,
    cases=(
        Case(FEW_UPDATE, FEW, "warn"),
        Case(FEW_FREEZE, FEW.replace(freeze_statistics=True), "bn"),
        Case(FEW_MEND, FEW.replace(freeze_statistics=True), "other"),
        Case(MANY_UPDATE, MANY, "bn"),
        Case(MANY_FREEZE, MANY.replace(freeze_statistics=True), "warn"),
        Case(MANY_MEND, MANY.replace(freeze_statistics=True), "other"),
    ),
    measure=measure,
    quantities={
        "before": Quantity("test accuracy on the new task before", "share"),
        "accuracy": Quantity("test accuracy on the new task after", "share"),
        "course": Quantity("test accuracy on the new task", "share"),
    },
    claims=(
        Claim(
            "With few points in batches of 2, frozen statistics end better than updated ones",
            lambda m: _points(m, FEW_FREEZE, FEW_UPDATE),
            10,
            "points of accuracy",
        ),
        Claim(
            "With many points that lie elsewhere, updated statistics end better than frozen ones",
            lambda m: _points(m, MANY_UPDATE, MANY_FREEZE),
            10,
            "points of accuracy",
        ),
        Claim(
            "With few points, statistics that are re-estimated once and then frozen end better than updated ones",
            lambda m: _points(m, FEW_MEND, FEW_UPDATE),
            10,
            "points of accuracy",
        ),
        Claim(
            "With many points, statistics that are re-estimated once and then frozen end better than the old ones, frozen",
            lambda m: _points(m, MANY_MEND, MANY_FREEZE),
            10,
            "points of accuracy",
        ),
    ),
    pictures=(Picture("strips", "accuracy", "After fine-tuning: every dot is one seed"),),
    look="In the first group the dots that were updated lie lowest; in the last group the frozen ones do. A network that broke "
    "down counts as guessing, 50 %.",
    explanation=(
        "A batch of 2 knows almost nothing of mean and variance. Whoever updates, trains with that noise and stores it. Frozen "
        "statistics come from a good training set, and fit well enough while the new inputs have about the old scale; BN is then "
        "only a fixed scale and shift.\n\n"
        "The other new task lies elsewhere and spreads wider. Here frozen statistics are those of the wrong inputs: nothing is "
        "normalised any more, and at the old learning rate many of these networks break down. Batches of 32 describe the new "
        "inputs well, so updating is right.\n\n"
        "The third way is to compute mean and variance once from the new training points, without touching a weight, and to "
        "freeze them. It needs no large batches and does not keep the old inputs. It may start lower, because the old weights do "
        "not know the new scale; look at the accuracy before."
    ),
    why_not="With a smaller learning rate frozen statistics that do not fit do less harm, for nothing breaks down. With a larger "
    "one the few points spoil the frozen networks as well. After few updates there is little to tell the ways apart.",
    remember="Small batches: freeze. Other inputs and good batches: update. In doubt: re-estimate on the new data, then freeze.",
    follow_up="The Playground cannot fine-tune. It opens on the few points, learned from the start in batches of 2. "
    "Raise the batch size: from which on does BN learn the task by itself?",
    experiment=Experiment(FEW),
    link="Open the few points in the Playground: learned from the start, not fine-tuned",
    knobs=("steps", "activation", "bn_momentum"),
    sources=(Source("2105.07576", "Wu and Johnson 2021"),),
    seeds=8,
    answers_to="Thought question 3: when a trained network is fine-tuned, should BN's statistics be updated or kept frozen?",
)

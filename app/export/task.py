"""What differs between tasks: two classes, several classes, a value."""

from __future__ import annotations

from typing import NamedTuple

from app.export.plan import Plan

__all__ = ["Task", "task_of"]


class Task(NamedTuple):
    """The texts of one task.

    Attributes
    ----------
    points, output : str
        What the points are, and what the network's output is.
    score : str
        What the score is called in what a program prints.
    numpy_loss : str
        The lines of loss and gradient, given ``logits`` and ``y``; ``hits`` is the score.
    torch, keras : str
        The loss of a library; ``torch_hits`` PyTorch's score.
    """

    points: str
    output: str
    score: str
    numpy_loss: tuple[str, ...]
    hits: str
    torch: str
    torch_hits: str
    keras: str


TASKS = {
    "binary": Task(
        points="The points of this seed, two features and a class, 0 or 1, each.",
        output="The output is a logit; the sigmoid is part of the loss.",
        score="accuracy",
        numpy_loss=(
            '"""Return the mean binary cross-entropy and its gradient with respect to the logits."""',
            "loss = np.mean(np.logaddexp(0, logits) - y * logits)",
            "probability = (1 + np.tanh(logits / 2)) / 2  # the sigmoid, without overflow",
            "return loss, (probability - y) / len(y)",
        ),
        hits="np.mean((logits > 0) == (y > 0.5))",
        torch="nn.BCEWithLogitsLoss()",
        torch_hits="((logits > 0) == (y > 0.5)).double().mean()",
        keras="keras.losses.BinaryCrossentropy(from_logits=True)",
    ),
    "classes": Task(
        points="The points of this seed, two features and the number of a class each.",
        output="The outputs are logits, one a class; the softmax is part of the loss.",
        score="accuracy",
        numpy_loss=(
            '"""Return the mean cross-entropy of the softmax and its gradient with respect to the logits."""',
            "log_p = logits - logits.max(axis=1, keepdims=True)",
            "log_p = log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))",
            "own = np.arange(len(y)), y.astype(int)",
            "dlogits = np.exp(log_p)",
            "dlogits[own] -= 1",
            "return -np.mean(log_p[own]), dlogits / len(y)",
        ),
        hits="np.mean(logits.argmax(axis=1) == y)",
        torch="nn.CrossEntropyLoss()",
        torch_hits="(logits.argmax(1) == y).double().mean()",
        keras="keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
    ),
    "regression": Task(
        points="The points of this seed, two features and a value each.",
        output="The output is the value itself.",
        score="R2",
        numpy_loss=(
            '"""Return the mean squared error and its gradient with respect to the predictions."""',
            "error = logits - y",
            "return np.mean(error**2), 2 * error / len(y)",
        ),
        hits="1 - np.sum((logits - y) ** 2) / np.sum((y - y.mean()) ** 2)",
        torch="nn.MSELoss()",
        torch_hits="1 - ((logits - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()",
        keras="keras.losses.MeanSquaredError()",
    ),
}


def task_of(plan: Plan) -> Task:
    """Return the texts of a plan's task.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> task_of(Plan(RunConfig())).score
    'accuracy'
    """
    return TASKS[plan.config.task]

"""A run as a program in plain NumPy: forward and backward pass written out."""

from __future__ import annotations

from app.export import numpy_layers, shared
from app.export.numpy_norm import normaliser
from app.export.plan import Plan
from app.export.section import Section, block, indented
from app.export.task import task_of

__all__ = ["numpy_sections"]

STEPS = {
    "sgd": ("layer[name] -= {rate} * g",),
    "momentum": ("kept[name] = SGD_MOMENTUM * kept.get(name, 0) + g", "layer[name] -= {rate} * kept[name]"),
    "nesterov": (
        "kept[name] = SGD_MOMENTUM * kept.get(name, 0) + g",
        "layer[name] -= {rate} * (g + SGD_MOMENTUM * kept[name])",
    ),
    "rmsprop": (
        "kept[name] = RMSPROP_RHO * kept.get(name, 0) + (1 - RMSPROP_RHO) * g**2",
        "layer[name] -= {rate} * g / (np.sqrt(kept[name]) + OPTIMIZER_EPS)",
    ),
    "adam": (
        "mean, square = kept.get(name, (0, 0))",
        "mean = ADAM_BETA1 * mean + (1 - ADAM_BETA1) * g",
        "square = ADAM_BETA2 * square + (1 - ADAM_BETA2) * g**2",
        "kept[name] = mean, square",
        "root = np.sqrt(square / (1 - ADAM_BETA2**step)) + OPTIMIZER_EPS",
        "layer[name] -= {rate} * mean / (1 - ADAM_BETA1**step) / root",
    ),
}


def numpy_sections(plan: Plan) -> list[Section]:
    """Return the program, section by section.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> [section.title for section in numpy_sections(Plan(RunConfig()))][3:6]
    ['Batch normalization', 'Network', 'Optimizer']
    """
    task = task_of(plan)
    forward = block(
        *((numpy_layers.mask(plan), "\n") if plan.drops else ()),
        numpy_layers.forward(plan),
        "\n",
        numpy_layers.backward(plan),
        "\n",
        "def loss_of(logits, y):",
        *(f"    {line}" for line in task.numpy_loss),
        "\n",
        "def evaluate(network, x, y):",
        f'    """Return loss and {task.score} in inference mode."""',
        "    logits, _ = forward(network, x, training=False)",
        f"    return loss_of(logits, y)[0], {task.hits}",
        *(("\n", numpy_layers.exact(plan)) if plan.exact else ()),
    )
    norm = [Section(shared.TITLE[plan.config.norm], SAID[plan.kind], normaliser(plan))] if plan.normalised else []
    return [
        Section("Settings", "", block("import numpy as np", "", shared.settings(plan, "NumPy"))),
        Section("Data", task.points, shared.data(plan)),
        Section("First weights", "The app's own: the same seed gives the same numbers.", shared.initial(plan, whole=True)),
        *norm,
        Section("Network", f"{task.output} Each forward function has its backward function.", forward),
        Section("Optimizer", _said(plan), block(*((shared.rate(plan), "\n") if plan.scheduled else ()), _update(plan))),
        Section("Training", "", block(shared.batches(plan), "\n", _training(plan))),
        Section("The app's weights", "Their outputs on the test points are the app's, up to rounding.", _check(plan)),
    ]


RUNNING = (
    "Training uses the mean and the variance of the batch; inference the running ones: running = BN_MOMENTUM * running + "
    "(1 - BN_MOMENTUM) * batch. PyTorch calls 1 - BN_MOMENTUM momentum. "
)
SAID = {
    "batch": RUNNING,
    "renorm": RUNNING,
    "ghost": RUNNING,
    "noisy": RUNNING,
    "frozen": "Training and inference both use the running statistics, which stay at mean 0 and variance 1.",
    "layer": "Training and inference are the same: no statistics are kept.",
    "group": "Training and inference are the same: no statistics are kept.",
    "none": "",
}


def _said(plan: Plan) -> str:
    c = plan.config
    if not c.weight_decay:
        return ""
    if c.optimizer == "adamw":
        return "Weight decay shrinks the weights (not biases, gamma or beta) before each step."
    return "Weight decay is added to the gradient of the weights (not of biases, gamma or beta)."


def _update(plan: Plan) -> str:
    c = plan.config
    name = "adam" if c.optimizer == "adamw" else c.optimizer
    rate = "rate" if plan.scheduled else "LEARNING_RATE"
    decay: tuple[str, ...] = ()
    if c.weight_decay:
        line = f"layer[name] *= 1 - {rate} * WEIGHT_DECAY" if c.optimizer == "adamw" else "g = g + WEIGHT_DECAY * layer[name]"
        decay = ('if name == "weight":', f"    {line}")
    keeps, counts = name != "sgd", name == "adam" or plan.scheduled
    arguments = ["network", "grads", *(["moments"] if keeps else []), *(["step"] if counts else [])]
    loop = "for layer, grad, kept in zip(network, grads, moments):" if keeps else "for layer, grad in zip(network, grads):"
    return block(
        f"def update({', '.join(arguments)}):",
        f'    """Move everything that is learned by one step of {c.optimizer}."""',
        "    rate = rate_of(step)" if plan.scheduled else None,
        f"    {loop}",
        "        for name, g in grad.items():",
        indented(block(*decay, *(line.format(rate=rate) for line in STEPS[name])), 3),
    )


def _training(plan: Plan) -> str:
    c = plan.config
    keeps, counts = c.optimizer != "sgd", c.optimizer in ("adam", "adamw") or plan.scheduled
    arguments = ["network", "grads", *(["moments"] if keeps else []), *(["step"] if counts else [])]
    report = c.steps_per_epoch * max(1, c.total_epochs // 10)
    back = "network, caches, dlogits" if plan.depth or plan.output_norm else "caches, dlogits"
    body = block(
        "logits, caches = forward(network, x_train[batch], training=True)",
        "loss, dlogits = loss_of(logits, y_train[batch])",
        f"grads = backward({back})",
        f"update({', '.join(arguments)})",
        "losses.append(loss)",
        f"if step % {report} == 0:",
        f'    print(f"step {{step}}: loss {{np.mean(losses[-{c.steps_per_epoch}:]):.4f}}")',
    )
    return block(
        "network = initial_layers()",
        "moments = [{} for _ in network]" if keeps else None,
        "losses = []",
        "for step, batch in zip(range(1, STEPS + 1), batches()):",
        indented(body),
        "set_exact_statistics(network)" if plan.exact else None,
        "test_loss, test_score = evaluate(network, x_test, y_test)",
        f'print(f"test loss {{test_loss:.4f}}, test {task_of(plan).score} {{test_score:.3f}}")',
    )


def _check(plan: Plan) -> str:
    return block(
        shared.trained(),
        "\n",
        "network_of_app = trained_layers()",
        "set_exact_statistics(network_of_app)" if plan.exact else None,
        "logits, _ = forward(network_of_app, x_test, training=False)",
        'print("largest difference from the app\'s outputs:", np.abs(logits - data["logits_test"]).max())',
    )

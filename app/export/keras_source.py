"""A run as a program in Keras 3."""

from __future__ import annotations

from app.export import shared
from app.export.keras_norm import custom_layers, layer_of
from app.export.plan import Plan
from app.export.section import Section, block, indented
from app.export.task import task_of

__all__ = ["keras_sections"]

OPTIMIZER = {
    "sgd": "SGD(LEARNING_RATE)",
    "momentum": "SGD(LEARNING_RATE, momentum=SGD_MOMENTUM)",
    "nesterov": "SGD(LEARNING_RATE, momentum=SGD_MOMENTUM, nesterov=True)",
    "rmsprop": "RMSprop(LEARNING_RATE, rho=RMSPROP_RHO, epsilon=OPTIMIZER_EPS)",
    "adam": "Adam(LEARNING_RATE, ADAM_BETA1, ADAM_BETA2, epsilon=OPTIMIZER_EPS)",
    "adamw": "AdamW(\n    LEARNING_RATE, WEIGHT_DECAY, ADAM_BETA1, ADAM_BETA2, epsilon=OPTIMIZER_EPS\n)",
}
DIFFERS = {
    "rmsprop": "Keras puts RMSprop's epsilon inside the root, the app and PyTorch outside it.",
    "adam": "Keras adds Adam's epsilon before the bias correction, the app and PyTorch after it.",
    "adamw": "Keras adds Adam's epsilon before the bias correction, the app and PyTorch after it.",
}
SPEED = (
    "Under a schedule each part of Keras's speed keeps the rate of its own step; in the app the rate of the moment applies to all."
)


def keras_sections(plan: Plan) -> list[Section]:
    """Return the program, section by section.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> [section.title for section in keras_sections(Plan(RunConfig()))][3:]
    ['Model', 'Optimizer', 'Training', "The app's weights"]
    """
    own = custom_layers(plan)
    names = "layers, ops" if plan.exact or plan.kind in ("ghost", "noisy", "renorm") else "layers"
    imports = block("import keras", "import numpy as np", f"from keras import {names}", "")
    seed = "keras.utils.set_random_seed(SEED)" if plan.drops or plan.kind == "noisy" else None
    precision = f'keras.config.set_floatx("{plan.config.precision}")'
    backend = (
        "Keras runs on PyTorch, TensorFlow or JAX: set the environment variable KERAS_BACKEND before. On PyTorch it "
        "multiplies matrices in 32 bits, so it agrees with the app to six digits or so."
    )
    return [
        Section("Settings", backend, block(imports, shared.settings(plan, "Keras"), precision, seed)),
        Section("Data", task_of(plan).points, shared.data(plan)),
        Section("First weights", "The app's own: the same seed gives the same numbers.", shared.initial(plan)),
        *([Section("Layers that Keras does not have", "", own)] if own else []),
        Section("Model", _conventions(plan), block(_model(plan), "\n", _put(plan))),
        Section("Optimizer", _said(plan), _optimizer(plan)),
        Section("Training", "", block(shared.batches(plan), "\n", _evaluation(plan), "\n", _training(plan))),
        Section("The app's weights", "Their outputs on the test points are the app's, up to rounding.", _check(plan)),
    ]


def _conventions(plan: Plan) -> str:
    output = task_of(plan).output
    if not plan.normalised:
        return output
    if not plan.keeps:
        return f"{output} No statistics are kept: training and inference are the same."
    if not plan.moves:
        return f"{output} The running statistics stay at mean 0 and variance 1."
    if not plan.config.unbiased_running:
        stored = "The running variance is biased (divided by n), as in the app."
    elif plan.kind == "renorm":
        stored = "The running variance is unbiased (divided by n - 1), as in the app."
    else:
        stored = (
            "Keras stores the biased running variance (divided by n), the app here the unbiased one, as PyTorch does: after "
            "training, inference differs by this factor n / (n - 1)."
        )
    return f"{output} Keras's momentum is the weight of the old value. {stored}"


def _model(plan: Plan) -> str:
    c, lines = plan.config, [f"keras.Input(({plan.widths[0]},)),"]
    decay = ", kernel_regularizer=keras.regularizers.L2(WEIGHT_DECAY / 2)" if c.weight_decay and c.optimizer != "adamw" else ""
    for i, units in enumerate(plan.widths[1:], 1):
        hidden, normalised = i <= plan.depth, i in plan.normalised
        norm = [f"{layer_of(plan, units, f'norm{i}')},"] if normalised else []
        act = [f'layers.Activation("{c.activation}", name="activation{i}"),'] if hidden and c.activation != "linear" else []
        drop = [f'layers.Dropout(DROPOUT, name="dropout{i}"),'] if hidden and plan.drops else []
        first = c.dropout_place == "before" and normalised
        inner = [*(drop if first else []), *norm]
        lines += [
            f'layers.Dense({units}{decay}, name="dense{i}"),',
            *([*inner, *act] if plan.before or not hidden else [*act, *inner]),
        ]
        lines += [] if first else drop
    fixed = [name for name, on in (("gamma", c.learn_gamma), ("beta", c.learn_beta)) if not on and plan.normalised]
    still = ("for layer in model.layers:", '    if layer.name.startswith("norm"):')
    return block(
        "model = keras.Sequential(",
        "    [",
        *(f"        {line}" for line in lines),
        "    ]",
        ")",
        *((*still, *(f"        layer.{name}.trainable = False  # stays at the first value" for name in fixed)) if fixed else ()),
    )


def _put(plan: Plan) -> str:
    names = {"gamma": "gamma", "beta": "beta"}
    if plan.keeps:
        names |= {"moving_mean": "running_mean", "moving_variance": "running_var"}
    norm = ['norm = model.get_layer(f"norm{i}")', *(f'norm.{own}.assign(arrays["{part}"])' for own, part in names.items())]
    whole = len(plan.normalised) == len(plan.widths) - 1
    found = [] if not plan.normalised else norm if whole else ['if "gamma" in arrays:', *(f"    {line}" for line in norm)]
    lines = ('dense = model.get_layer(f"dense{i}")', 'dense.kernel.assign(arrays["weight"])', 'dense.bias.assign(arrays["bias"])')
    return block(
        "def put(layers_of_arrays):",
        '    """Copy named arrays into the model."""',
        "    for i, arrays in enumerate(layers_of_arrays, 1):",
        indented(block(*lines, *found), 2),
    )


def _said(plan: Plan) -> str:
    c = plan.config
    said = [DIFFERS[c.optimizer]] if c.optimizer in DIFFERS else []
    if c.optimizer in ("momentum", "nesterov") and plan.scheduled:
        said.append(SPEED)
    if c.weight_decay:
        said.append("Weight decay is for the weights, not for biases, gamma or beta.")
        if c.optimizer != "adamw":
            said.append("As an L2 penalty it is part of the loss that Keras returns; the app's loss is without it.")
    return " ".join(said)


def _optimizer(plan: Plan) -> str:
    c = plan.config
    name = "adam" if c.optimizer == "adamw" and not c.weight_decay else c.optimizer
    name = "momentum" if name == "nesterov" and c.sgd_momentum == 0.0 else name
    eagerly = "  # the layers above are plain Python" if plan.kind in ("ghost", "renorm") else ""
    return block(
        *((shared.rate(plan), "\n") if plan.scheduled else ()),
        f"loss_of = {task_of(plan).keras}",
        f"optimizer = keras.optimizers.{OPTIMIZER[name]}",
        'optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])' if name == "adamw" else None,
        f"model.compile(optimizer, loss_of, run_eagerly=True){eagerly}" if eagerly else "model.compile(optimizer, loss_of)",
    )


EXACT = '''\
def set_exact_statistics():
    """Put statistics of the whole training set in place of the running ones (precise BN)."""
    x = ops.convert_to_tensor(x_train, dtype=keras.config.floatx())
    for layer in model.layers:
        if layer.name.startswith("norm"):
            layer.moving_mean.assign(ops.mean(x, axis=0))
            layer.moving_variance.assign(ops.var(x, axis=0))
        x = layer(x, training=False)'''


def _evaluation(plan: Plan) -> str:
    task = task_of(plan)
    target = "y[:, None]" if plan.column else "y"
    evaluate = block(
        "def evaluate(x, y):",
        f'    """Return loss and {task.score} in inference mode."""',
        "    outputs = model.predict(x, verbose=0)",
        f"    logits = outputs{plan.column}" if plan.column else "    logits = outputs",
        f"    score = {task.hits}",
        f"    return float(loss_of({target}, outputs)), score",
    )
    return block(evaluate, *(("\n", EXACT) if plan.exact else ()))


def _training(plan: Plan) -> str:
    c = plan.config
    report = c.steps_per_epoch * max(1, c.total_epochs // 10)
    target = "y_train[batch][:, None]" if plan.column else "y_train[batch]"
    return block(
        "put(initial_layers())",
        "losses = []",
        "for step, batch in zip(range(1, STEPS + 1), batches()):",
        "    optimizer.learning_rate = rate_of(step)" if plan.scheduled else None,
        "    model.reset_metrics()  # or the loss would be the mean over all steps so far",
        f"    losses.append(float(model.train_on_batch(x_train[batch], {target})))",
        f"    if step % {report} == 0:",
        f'        print(f"step {{step}}: loss {{np.mean(losses[-{c.steps_per_epoch}:]):.4f}}")',
        "set_exact_statistics()" if plan.exact else None,
        "test_loss, test_score = evaluate(x_test, y_test)",
        f'print(f"test loss {{test_loss:.4f}}, test {task_of(plan).score} {{test_score:.3f}}")',
    )


def _check(plan: Plan) -> str:
    return block(
        shared.trained(),
        "\n",
        "put(trained_layers())",
        "set_exact_statistics()" if plan.exact else None,
        f"logits = model.predict(x_test, verbose=0){plan.column}",
        'print("largest difference from the app\'s outputs:", np.abs(logits - data["logits_test"]).max())',
    )

"""What the programs of all libraries have in common: settings, points, first weights, the order of the points, the rate."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from app.export.plan import Plan
from app.export.section import LINE, block, indented
from bncore.streams import PURPOSES

__all__ = ["TITLE", "about", "batches", "data", "initial", "rate", "settings", "trained"]

DEVIATION = {"glorot": "np.sqrt(2 / (fan_in + fan_out))", "he": "np.sqrt(2 / fan_in)", "lecun": "np.sqrt(1 / fan_in)"}
"""Standard deviation of the first weights, by the first word of the initializer; ``normal`` has 1."""

PURPOSE_OF = {"WEIGHTS": "weights", "ORDER": "order", "MASKS": "dropout", "NOISE": "noise"}
"""The engine's purposes of random numbers, by what a program calls them."""

TITLE = {
    "batch": "Batch normalization",
    "layer": "Layer normalization",
    "group": "Group normalization",
    "renorm": "Batch renormalization",
    "ghost": "Ghost batch normalization",
    "noisy": "Noisy batch normalization",
    "none": "No normalization",
}
"""What a program is about, by its normaliser."""

ABOUT = (
    "The run of seed {seed} is trained here. Keep {file} beside this file: it holds the points of this seed and the weights "
    "that the app trained. First weights and batches are drawn here with the app's own random numbers"
)
OTHERS = ". {what} comes from {library}'s own generator, so the losses differ from the app's."


def about(plan: Plan, library: str) -> str:
    """Return what is said at the head of a program.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> about(Plan(RunConfig(learning_rate=0.1)), "NumPy").splitlines()[0]
    'Batch normalization: an experiment of BatchNorm Lab in NumPy.'
    """
    drawn = " and ".join(word for word, on in (("dropout", plan.drops), ("noise", plan.kind == "noisy")) if on)
    own = library == "NumPy"
    end = "." if not drawn else f", and so is {drawn}." if own else OTHERS.format(what=drawn.capitalize(), library=library)
    changed = {name: text for name, text in plan.given.changed().items() if name != "table"} or {"none": ""}
    return "\n\n".join(
        [
            f"{TITLE[plan.config.norm]}: an experiment of BatchNorm Lab in {library}.",
            "Settings that are not the app's defaults:\n"
            + "\n".join(_wrapped(f"{name} = {text.replace(',', ', ')}" if text else name, "  ") for name, text in changed.items()),
            _wrapped(ABOUT.format(seed=plan.seed, file=plan.weights_file) + end),
        ]
    )


def _wrapped(text: str, indent: str = "") -> str:
    return "\n".join(textwrap.wrap(text, LINE - 10, initial_indent=indent, subsequent_indent=2 * indent, break_on_hyphens=False))


def settings(plan: Plan, library: str) -> str:
    r"""Return a line for every number that the program uses.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> print("\n".join(settings(Plan(RunConfig()), "NumPy").splitlines()[1:4]))
    SEED = 0
    WIDTHS = (2, 16, 16, 1)  # inputs, units of each layer
    BATCH_SIZE = 32
    """
    c = plan.config
    epochs = f"{c.total_steps / c.steps_per_epoch:g} epochs of {c.steps_per_epoch} batches"
    found = [
        f'FILE = "{plan.weights_file}"',
        f"SEED = {plan.seed}",
        _numbers("WIDTHS", plan.widths, "inputs, units of each layer"),
        _numbers("NORMALISED", plan.normalised, "layers, counted from 1") if plan.hidden_norm == "some" else None,
        f"INIT_SCALE = {c.init_scale!r}" if c.init_scale != 1.0 else None,
        f"BATCH_SIZE = {c.batch_size}",
        f"STEPS = {c.total_steps}  # {epochs}",
        f"LEARNING_RATE = {c.learning_rate!r}",
        f"WARMUP = {c.warmup}  # steps in which the learning rate rises" if c.warmup else None,
        *_optimizer(plan),
        f"DROPOUT = {c.dropout!r}  # share that is set to 0" if plan.drops else None,
        *_normaliser(plan, library),
    ]
    return block(*found)


def _optimizer(plan: Plan) -> Iterable[str]:
    c = plan.config
    if c.weight_decay:
        yield f"WEIGHT_DECAY = {c.weight_decay!r}"
    if c.optimizer in ("momentum", "nesterov"):
        yield f"SGD_MOMENTUM = {c.sgd_momentum!r}"
    if c.optimizer in ("adam", "adamw"):
        yield from (f"ADAM_BETA1 = {c.adam_beta1!r}", f"ADAM_BETA2 = {c.adam_beta2!r}")
    if c.optimizer == "rmsprop":
        yield f"RMSPROP_RHO = {c.rmsprop_rho!r}"
    if c.optimizer in ("adam", "adamw", "rmsprop"):
        yield f"OPTIMIZER_EPS = {c.adam_eps!r}"


def _normaliser(plan: Plan, library: str) -> Iterable[str]:
    c = plan.config
    if not plan.normalised:
        return
    yield f"EPS = {plan.eps!r}  # added to the variance (Keras 1e-3 and PyTorch 1e-5 by default)"
    if plan.moves:
        yield f"BN_MOMENTUM = {c.bn_momentum!r}  # weight of the old value, as in Keras; PyTorch's momentum is 1 minus this"
    yield from (f"GAMMA_INIT = {c.gamma_init!r}", f"BETA_INIT = {c.beta_init!r}")
    if plan.kind == "group" and library == "NumPy":
        yield f"GROUPS = {c.groups}  # the largest number up to this that divides a layer's width"
    if plan.kind == "ghost":
        yield f"GHOST_SIZE = {c.ghost_size}"
    if plan.kind == "renorm":
        yield from (f"R_MAX = {c.renorm_r_max!r}", f"D_MAX = {c.renorm_d_max!r}")
        if c.renorm_start:
            yield f"RENORM_START = {c.renorm_start}  # steps of plain BN first"


def _numbers(name: str, values: tuple[int, ...], said: str) -> str:
    values_text = ", ".join(map(str, values)) + ("," if len(values) == 1 else "")
    line = f"{name} = ({values_text})  # {said}"
    return line if len(line) <= LINE else block(f"{name} = (  # {said}", *(f"    {value}," for value in values), ")")


def data(plan: Plan) -> str:
    """Return the code that reads the points."""
    cast = ".astype(np.float32)" if plan.single else ""
    names = [f'{part}_{where} = data["{part}_{where}"]{cast}' for where in ("train", "test") for part in ("x", "y")]
    return block("with np.load(FILE) as file:", "    data = dict(file)", *names)


def initial(plan: Plan, *, whole: bool = False) -> str:
    """Return the functions that draw the first weights; ``whole`` where the program draws all else with them, too."""
    c = plan.config
    uniform = c.initializer.endswith("_uniform")
    deviation = DEVIATION.get(c.initializer.partition("_")[0])
    draw = "np.sqrt(3) * rng.uniform(-1, 1, (fan_in, fan_out))" if uniform else "rng.standard_normal((fan_in, fan_out))"
    product = [*(["INIT_SCALE"] if c.init_scale != 1.0 else []), *(["sd"] if deviation else []), draw]
    weights = block(
        "def initial_weight(i, fan_in, fan_out):",
        f'    """Return the first weights of layer i, counted from 1: {c.initializer.replace("_", " ")}."""',
        "    rng = random_numbers(WEIGHTS, i)",
        f"    sd = {deviation}" if deviation else None,
        f"    return {' * '.join(product)}",
    )
    return block(_random_numbers(plan, whole=whole), "\n", weights, "\n", _initial_layers(plan, whole=whole))


def _random_numbers(plan: Plan, *, whole: bool) -> str:
    wanted = {"WEIGHTS": True, "ORDER": True, "MASKS": whole and plan.drops, "NOISE": whole and plan.kind == "noisy"}
    numbers = {name: PURPOSES.index(purpose) for name, purpose in PURPOSE_OF.items() if wanted[name]}
    return block(
        f"{', '.join(numbers)} = {', '.join(map(str, numbers.values()))}  # what random numbers are for",
        "\n",
        "def random_numbers(*key):",
        '    """Return this seed\'s generator for one purpose, such as the weights of one layer."""',
        "    return np.random.default_rng(np.random.SeedSequence(SEED, spawn_key=key))",
    )


def _initial_layers(plan: Plan, *, whole: bool) -> str:
    head = "for i, (fan_in, fan_out) in enumerate(zip(WIDTHS, WIDTHS[1:]), 1):"
    parts = block(
        'layer["gamma"] = np.full(fan_out, GAMMA_INIT)',
        'layer["beta"] = np.full(fan_out, BETA_INIT)',
        *(('layer["running_mean"] = np.zeros(fan_out)', 'layer["running_var"] = np.ones(fan_out)') if plan.keeps else ()),
    )
    chosen = {("all", False): "if i < len(WIDTHS) - 1:  # not the output layer", ("none", True): "if i == len(WIDTHS) - 1:"}
    test = chosen.get((plan.hidden_norm, plan.output_norm), "if i in NORMALISED:")
    everywhere = len(plan.normalised) == len(plan.widths) - 1
    body = None if not plan.normalised else parts if everywhere else block(test, indented(parts))
    layer = '{"weight": initial_weight(i, fan_in, fan_out), "bias": np.zeros(fan_out)}'
    cast = "layer = {name: array.astype(np.float32) for name, array in layer.items()}" if whole and plan.single else None
    masks = 'layer["masks"] = random_numbers(MASKS, 0, i)' if whole and plan.drops else None
    noise = 'layer["noise"] = random_numbers(NOISE, 0, i)' if whole and plan.kind == "noisy" else None
    return block(
        "def initial_layers():",
        '    """Return the named arrays of each layer before training."""',
        "    layers = []",
        indented(head),
        f"        layer = {layer}",
        *(indented(line, 2) for line in (body, cast, masks, noise) if line),
        "        layers.append(layer)",
        "    return layers",
    )


def batches(plan: Plan) -> str:
    """Return the function that yields the positions of the points of every step."""
    c = plan.config
    end, why = ("n", "") if c.batch_size == 1 or c.n_train % c.batch_size != 1 else ("n - 1", "  # none of one point")
    cut = f"np.split(order, range(BATCH_SIZE, {end}, BATCH_SIZE)){why}"
    said = {
        "shuffled": "shuffled anew in every epoch",
        "fixed": "the same in every epoch",
        "replacement": "drawn with replacement",
        "one_class": "each of one class",
    }[c.batches]
    head = (
        "def batches():",
        f'    """Yield the positions of the points of each step: {said}."""',
        "    rng = random_numbers(ORDER, 0)",
    )
    if c.batches == "one_class":
        return block(_one_class(plan), "\n", *head, "    while True:", "        yield from batches_of_one_class(rng)")
    order = {"replacement": "rng.integers(n, size=n)"}.get(c.batches, "rng.permutation(n)")
    lines = (f"order = {order}", f"yield from {cut}")
    if c.batches == "fixed":
        return block(*head, "    n = len(x_train)", f"    {lines[0]}", "    while True:", f"        {lines[1]}")
    return block(*head, "    n = len(x_train)", "    while True:", *(f"        {line}" for line in lines))


SWAP_TWO = """\
    if len(last[0]) == len(last[1]) and rng.random() < 0.5:
        last.reverse()"""
SWAP_MORE = """\
    for place in range(len(last) - 1, 0, -1):  # last batches of one size come in random order
        alike = [i for i in range(place + 1) if len(last[i]) == len(last[place])]
        if len(alike) > 1:
            other = alike[int(rng.random() * len(alike))]
            last[place], last[other] = last[other], last[place]"""


def _one_class(plan: Plan) -> str:
    end = "len(points)" if plan.config.batch_size == 1 else "len(points) - 1"
    classes = plan.config.n_classes
    return f'''\
def batches_of_one_class(rng):
    """Return an epoch: full batches in a random order of classes, the last of each class."""
    full, labels, last = [], [], []
    for label in range({classes}):
        points = rng.permutation(np.flatnonzero(y_train == label))
        *cut, rest = np.split(points, range(BATCH_SIZE, {end}, BATCH_SIZE))
        full.append(cut)
        labels += [label] * len(cut)
        last.append(rest)
{SWAP_TWO if classes == 2 else SWAP_MORE}
    return [full[label].pop(0) for label in rng.permutation(labels).astype(int)] + last'''


def rate(plan: Plan) -> str:
    """Return the function that gives the learning rate of a step, counted from 1; for a plan that is `Plan.scheduled`."""
    c = plan.config
    body = {
        "constant": ("rate = LEARNING_RATE",),
        "cosine": ("rate = LEARNING_RATE * (1 + np.cos(np.pi * (step - 1) / STEPS)) / 2",),
        "step": (
            "behind = (step - 1) / STEPS",
            "rate = LEARNING_RATE * (1.0 if behind < 0.5 else 0.1 if behind < 0.75 else 0.01)",
        ),
    }[c.schedule]
    return block(
        "def rate_of(step):",
        '    """Return the learning rate of a step, counted from 1."""',
        *(f"    {line}" for line in body),
        "    return min(1, step / WARMUP) * rate" if c.warmup else "    return rate",
    )


TRAINED = '''\
def trained_layers():
    """Return the named arrays of each layer as the app trained them."""
    layers = [{} for _ in WIDTHS[1:]]
    for name in data:
        if name.startswith("layer"):
            layer, part = name.removeprefix("layer").split("/")
            layers[int(layer) - 1][part] = data[name]
    return layers'''


def trained() -> str:
    """Return the function that reads the app's trained weights."""
    return TRAINED

"""The settings of a run and of an experiment, and everything that is known about each field."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from typing import Any

from bncore.batches import batch_bounds
from bncore.effective import BATCH_NORMS, cautions, chosen_layers, effective, inert_fields
from bncore.errors import ConfigError
from bncore.rows import MAX_ROWS, MIN_ROWS, Row
from bncore.spec import Spec, checked, parse, specified
from bncore.spec import format_value as _format
from bncore.targets import class_sizes, target_of

__all__ = ["Arm", "Experiment", "RunConfig", "Spec", "chosen_layers", "format_value", "parse_value", "spec_of"]

RECORD_VERSION = 3
"""Part of every cache key: raise it when the same settings give other numbers."""


DATASETS = (
    "circles", "rings", "moons", "spirals", "xor", "blobs", "adaboost", "students", "roses", "ring_classes", "spirals3",
    "plane_wave", "rings_temperature", "table",
)  # fmt: skip
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
INITIALIZERS = ("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_normal", "normal")
NORMS = ("batch", "layer", "group", "renorm", "ghost", "noisy", "none")
PLACEMENTS = ("before", "after")
OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SCHEDULES = ("constant", "step", "cosine")
BATCHES = ("shuffled", "one_class", "fixed", "replacement")
INFERENCES = ("running", "exact")
PRECISIONS = ("float64", "float32")


@dataclass(frozen=True)
class RunConfig:
    """The settings of one run; every seed of it differs in nothing else.

    Duration is ``epochs`` or ``steps``: give one, the other is derived (``total_epochs``, ``total_steps``).

    Raises
    ------
    ConfigError
        If a field, or two of them together, break a rule; the message names the field, the rule, what came
        and how to mend it.

    Examples
    --------
    >>> RunConfig().n_train, RunConfig().steps_per_epoch, RunConfig().total_steps
    (400, 13, 780)
    >>> RunConfig(batch_size=0)
    Traceback (most recent call last):
        ...
    bncore.errors.ConfigError: RunConfig.batch_size: must be 1..400, the training points; got 0. Use 1 or more.
    """

    dataset: str = specified(
        "circles", "Data", "Dataset", "The points to learn, in two dimensions, drawn afresh for every seed: two classes, three (ring_classes, spirals3), a value (plane_wave, and rings_temperature, 50 ± 20 and not standardized), or a table of your own; see which shape the decision surface has to take.",
        "choice", choices=DATASETS,
    )  # fmt: skip
    table: tuple[Row, ...] = specified(
        (), "Data", "Table", "Your own points, as x,y,class;x,y,class, with classes numbered from 0 and coordinates kept to 5 digits; where the two columns differ in scale, compare with standardized inputs.",
        "table", MIN_ROWS, MAX_ROWS, unit="rows", reason="fewer cannot be split by class, more do not fit an address",
    )  # fmt: skip
    samples: int = specified(
        500, "Data", "Points", "Points drawn for training and test together; more points make a steadier curve.",
        "int", 20, 2000, unit="points", reason="fewer cannot be split by class, more only cost time", log=True,
    )  # fmt: skip
    noise: float = specified(
        0.1, "Data", "Noise", "Standard deviation of the noise added to every point (of a regression: to its value, in sds); with more no network can be perfect.",
        "float", 0.0, 2.0, unit="data units", reason="beyond 2 every pattern is lost",
    )  # fmt: skip
    factor: float = specified(
        0.5, "Data", "Inner / outer radius", "Radius of the inner circle over that of the outer; closer to 1 is harder.",
        "float", 0.05, 0.95, reason="at 0 the inner circle is a point, at 1 the classes coincide",
    )  # fmt: skip
    test_fraction: float = specified(
        0.2, "Data", "Test fraction", "Share of the points kept for testing, the same share of each class; with few test points accuracy moves in coarse steps.",
        "float", 0.05, 0.8, reason="both sets need points of both classes",
    )  # fmt: skip
    standardize: bool = specified(
        False, "Data", "Standardize inputs", "Subtract the training mean and divide by the training standard deviation, feature by feature; try it on the students, whose two features differ in scale.",
        "bool",
    )  # fmt: skip
    test_shift: float = specified(
        0.0, "Data", "Test shift", "Moves the test points, and no others, along the first feature; under this covariate shift BN's running statistics are wrong: watch test part from training.",
        "float", -5.0, 5.0, unit="training standard deviations", reason="further apart the two sets do not fit one picture",
    )  # fmt: skip
    test_rotation: float = specified(
        0.0, "Data", "Test rotation", "Turns the test points, and no others, counter-clockwise about the training mean; circles hardly feel it, on moons watch the test accuracy fall.",
        "float", -180.0, 180.0, unit="degrees", reason="half a turn either way is every direction",
    )  # fmt: skip
    test_scale: float = specified(
        1.0, "Data", "Test scale", "Multiplies the distance of the test points, and no others, from the training mean; watch what the network says where it saw no training point.",
        "float", 0.1, 10.0, reason="beyond a factor of ten one of the two sets is a dot", log=True,
    )  # fmt: skip
    hidden: tuple[int, ...] = specified(
        (16, 16), "Network", "Hidden layers", "Neurons of each hidden layer, from input to output, such as 16,16; add layers and watch which arm still learns.",
        "sizes", 0, 40, unit="neurons", reason="at most 40 layers of 1 to 64 neurons; what they may cost together is bounded as well",
    )  # fmt: skip
    activation: str = specified(
        "relu", "Network", "Activation", "The bend in every neuron; sigmoid and tanh saturate, ReLU can die.",
        "choice", choices=ACTIVATIONS,
    )  # fmt: skip
    initializer: str = specified(
        "glorot_uniform", "Network", "Initial weights", "How the first weights are drawn; watch how much less it matters with BN.",
        "choice", choices=INITIALIZERS,
    )  # fmt: skip
    init_scale: float = specified(
        1.0, "Network", "Initial scale", "Multiplies the initial weights of every layer; far from 1, a network without BN stops learning.",
        "float", 1e-3, 100.0, reason="beyond these every activation is dead or saturated", log=True, stackable=True,
    )  # fmt: skip
    dropout: float = specified(
        0.0, "Network", "Dropout", "Share of a hidden layer's outputs that is set to 0 in each training step, while the rest is scaled up; watch the loss of the batches, which feels it, part from the training loss, which does not.",
        "float", 0.0, 0.9, reason="beyond 0.9 too little is left to learn from", stackable=True,
    )  # fmt: skip
    dropout_place: str = specified(
        "after", "Network", "Dropout placement", "Drop before the normaliser or after it; before it the running variance holds the spread that dropping adds, which inference does not have: watch training and inference part.",
        "choice", choices=PLACEMENTS,
    )  # fmt: skip
    norm: str = specified(
        "batch", "Normalization", "Normalization", "What normalises the layers, if anything; the second arm can be of any other kind: look which of the two gets there first.",
        "choice", choices=NORMS,
    )  # fmt: skip
    placement: str = specified(
        "before", "Normalization", "BN placement", "Normalise before the activation (the notes' diagram) or after it (the notes' Keras code); after it the next layer gets inputs of mean beta and standard deviation gamma: look at the signal y.",
        "choice", choices=PLACEMENTS,
    )  # fmt: skip
    norm_layers: str | tuple[int, ...] = specified(
        "all", "Normalization", "Layers with BN", "Which hidden layers are normalised, counted from 1: all, none, or such as 1,3; compare the gradient norms of the layers.",
        "layers", 1, 40, reason="only hidden layers that exist can be normalised",
    )  # fmt: skip
    norm_output: bool = specified(
        False, "Normalization", "BN on the output", "Normalise the output layer too; usually a bad idea: watch the loss.",
        "bool",
    )  # fmt: skip
    bn_momentum: float = specified(
        0.9, "Normalization", "BN momentum", "Weight of the old value in running = m * running + (1 - m) * batch (Keras's meaning; PyTorch's is 1 - m); "
        "too high and inference lags behind training.",
        "float", 0.0, 0.9999, reason="at 1 the running statistics would never move", stackable=True,
    )  # fmt: skip
    eps: float = specified(
        1e-3, "Normalization", "BN epsilon", "Added to the variance before the root; it matters when the variance is as small (Keras 1e-3, PyTorch 1e-5).",
        "float", 1e-300, 10.0, reason="above 0 a constant column can be divided, beyond 10 nothing is normalised", log=True, stackable=True,
    )  # fmt: skip
    gamma_init: float = specified(
        1.0, "Normalization", "Initial gamma", "Scale after normalising, before any learning; it is the spread that every unit starts with: watch where training takes it.",
        "float", -10.0, 10.0, reason="beyond 10 every activation saturates", stackable=True,
    )  # fmt: skip
    beta_init: float = specified(
        0.0, "Normalization", "Initial beta", "Shift after normalising, before any learning; strongly negative kills ReLU units.",
        "float", -10.0, 10.0, reason="beyond 10 every activation saturates or dies", stackable=True,
    )  # fmt: skip
    groups: int = specified(
        4, "Normalization", "Groups", "Groups of units of group normalization, the largest number up to this that divides a layer's width; with a unit a group the normalised signal is 0 and the layers below learn nothing.",
        "int", 1, 64, unit="groups", reason="a layer has at most 64 units", log=True,
    )  # fmt: skip
    ghost_size: int = specified(
        8, "Normalization", "Virtual batch size", "Ghost BN normalises parts of the batch of this many points, each by its own statistics; as the parts shrink, watch the loss of the batches rise.",
        "int", 1, 2000, unit="points", reason="a part cannot be larger than the training set", log=True,
    )  # fmt: skip
    renorm_r_max: float = specified(
        3.0, "Normalization", "Renorm r max", "Batch renormalization corrects the batch's scale towards the running one by at most this factor; at 1 it is not corrected, and the more is allowed the closer training comes to inference.",
        "float", 1.0, 100.0, reason="at 1 nothing is corrected", stackable=True, log=True,
    )  # fmt: skip
    renorm_d_max: float = specified(
        5.0, "Normalization", "Renorm d max", "Batch renormalization shifts the batch's mean towards the running one by at most this many sds; at 0 it is not shifted, and the more is allowed the closer training comes to inference.",
        "float", 0.0, 100.0, reason="at 0 nothing is corrected", stackable=True, log=True,
    )  # fmt: skip
    renorm_start: int = specified(
        100, "Normalization", "Renorm start", "Steps of plain BN before batch renormalization, whose limits are reached at 5 (d) and 8 (r) times as many; begun too early it trusts running statistics that are still far off.",
        "int", 0, 100_000, unit="steps", reason="no run is longer", log=True,
    )  # fmt: skip
    inference: str = specified(
        "running", "Normalization", "Statistics at inference", "What inference normalises by: the running statistics, or exact ones of the whole training set (precise BN); compare the two at a high BN momentum.",
        "choice", choices=INFERENCES,
    )  # fmt: skip
    unbiased_running: bool = specified(
        False, "Normalization", "Unbiased running variance", "Store the variance divided by n - 1, as PyTorch does, where Keras stores it divided by n; the difference shows with small batches only.",
        "bool",
    )  # fmt: skip
    freeze_statistics: bool = specified(
        False, "Normalization", "Frozen statistics", "Normalise by the running statistics while training, too, and do not move them (fine-tuning); frozen from the start they are 0 and 1, so nothing is normalised.",
        "bool",
    )  # fmt: skip
    learn_gamma: bool = specified(
        True, "Normalization", "Learn gamma", "Let training move gamma, which else keeps its initial value; watch over time how far it goes.", "bool",
    )  # fmt: skip
    learn_beta: bool = specified(
        True, "Normalization", "Learn beta", "Let training move beta, which else keeps its initial value; BN before the activation cancels the bias, so nothing else can shift a unit.", "bool",
    )  # fmt: skip
    optimizer: str = specified(
        "sgd", "Training", "Optimizer", "The rule of a step; Adam hides much of what BN does on easy data.",
        "choice", choices=OPTIMIZERS,
    )  # fmt: skip
    sgd_momentum: float = specified(
        0.9, "Training", "Optimizer momentum", "Share of the last step that is kept, for momentum and Nesterov only (not BN's momentum); the nearer to 1, the further steps add up: lower the learning rate with it.",
        "float", 0.0, 0.999, reason="at 1 the speed would never decay", stackable=True,
    )  # fmt: skip
    adam_beta1: float = specified(
        0.9, "Training", "Adam beta 1", "Decay of Adam's mean of the gradients; nearer to 1 steps are smoother and turn later.",
        "float", 0.0, 0.9999, reason="at 1 the mean would never move", stackable=True,
    )  # fmt: skip
    adam_beta2: float = specified(
        0.999, "Training", "Adam beta 2", "Decay of Adam's mean of the squared gradients; lower forgets large gradients sooner: watch the loss for jumps.",
        "float", 0.0, 0.999999, reason="at 1 the mean would never move", stackable=True,
    )  # fmt: skip
    adam_eps: float = specified(
        1e-7, "Training", "Adam epsilon", "Added to the root in Adam's step, after the bias correction (Keras 1e-7, PyTorch 1e-8); far above the gradients' size it makes steps shrink with the gradient again, as those of SGD do.",
        "float", 1e-16, 1.0, reason="above 0 a zero gradient can be divided", log=True, stackable=True,
    )  # fmt: skip
    rmsprop_rho: float = specified(
        0.9, "Training", "RMSprop rho", "Decay of RMSprop's mean of the squared gradients (Keras 0.9, PyTorch calls it alpha, 0.99); lower follows the newest gradient: watch the loss for jumps.",
        "float", 0.0, 0.9999, reason="at 1 the mean would never move", stackable=True,
    )  # fmt: skip
    learning_rate: float = specified(
        0.03, "Training", "Learning rate", "Length of a step; raise it until the twin without BN breaks, then look at the one with it.",
        "float", 1e-5, 100.0, reason="below, nothing moves in a lesson's time; beyond, every network diverges", log=True, stackable=True,
    )  # fmt: skip
    schedule: str = specified(
        "constant", "Training", "Schedule", "Learning rate over time: constant, a tenth after half and again after three quarters, or half a cosine to 0; watch the curves calm down as it falls.",
        "choice", choices=SCHEDULES,
    )  # fmt: skip
    warmup: int = specified(
        0, "Training", "Warm-up", "Steps in which the learning rate rises evenly to its value; at a rate that is too high for the first weights, watch whether it saves the run.",
        "int", 0, 100_000, unit="steps", reason="no run is longer", log=True,
    )  # fmt: skip
    batch_size: int = specified(
        32, "Training", "Batch size", "Points a step sees, and BN's statistics are made of (a last partial batch is kept, a last batch of one joins the one before); at fixed epochs a larger batch means fewer updates, so compare at the same number of updates.",
        "int", 1, 2000, unit="points", reason="a batch cannot be larger than the training set", log=True,
    )  # fmt: skip
    batches: str = specified(
        "shuffled", "Training", "Batches", "How batches are made: shuffled anew every epoch, of one class each, the same in every epoch, or drawn with replacement; one class each deceives BN's statistics: watch inference part from training.",
        "choice", choices=BATCHES,
    )  # fmt: skip
    epochs: int | None = specified(
        60, "Training", "Epochs", "Passes over the training set; give more until the curves are level.",
        "int", 1, 2000, unit="epochs", reason="what a run may cost is bounded", log=True, optional=True,
    )  # fmt: skip
    steps: int | None = specified(
        None, "Training", "Steps", "Updates of the weights, instead of epochs; the fair measure when batch sizes are compared.",
        "int", 1, 100_000, unit="steps", reason="what a run may cost is bounded", log=True, optional=True,
    )  # fmt: skip
    weight_decay: float = specified(
        0.0, "Training", "Weight decay", "L2 pull on the weights (not on biases, gamma or beta), added to their gradient, where AdamW shrinks the weights instead; a normalised layer does not feel the size of its weights, so watch its gradient norm grow as they shrink.",
        "float", 0.0, 1.0, reason="beyond 1 the weights vanish at once", stackable=True,
    )  # fmt: skip
    precision: str = specified(
        "float64", "Training", "Precision", "Numbers of 64 bits, or of 32, which is quicker with many seeds or wide layers; a step agrees within 1e-5 and the mean test accuracy of 32 seeds after the default 60 epochs within 0.002: look at single seeds.",
        "choice", choices=PRECISIONS,
    )  # fmt: skip
    seed: int = specified(
        0, "Seeds", "First seed", "Fixes data, split, initial weights and batch order of the first run, while the others have the seeds that follow and any run can be shown; change it and see which findings stay.",
        "int", 0, 2**31 - 1, reason="a 31-bit number fits every link", stackable=True,
    )  # fmt: skip
    seeds: int = specified(
        8, "Seeds", "Number of seeds", "How many runs, with consecutive seeds; medians and bands need many: one run tells little.",
        "int", 1, 1024, unit="runs", reason="what a run may cost is bounded", log=True,
    )  # fmt: skip

    def __post_init__(self) -> None:
        for name, spec in SPECS.items():
            object.__setattr__(self, name, checked(f"RunConfig.{name}", spec, getattr(self, name)))
        _check_together(self)

    def replace(self, **changes: Any) -> RunConfig:
        """Return a copy with some fields changed; ``steps`` takes the place of ``epochs`` and the other way round.

        Raises
        ------
        ConfigError
            If a name is unknown or the result breaks a rule.

        Examples
        --------
        >>> RunConfig().replace(steps=600).total_epochs
        47
        """
        for name in changes:
            spec_of(name)
        if changes.get("steps") is not None and "epochs" not in changes:
            changes["epochs"] = None
        elif changes.get("epochs") is not None and "steps" not in changes:
            changes["steps"] = None
        return replace(self, **changes)

    @property
    def task(self) -> str:
        """What is learned: ``binary``, ``classes`` (three or more) or ``regression``."""
        return target_of(self).task

    @property
    def n_classes(self) -> int:
        """How many classes there are; 0 where a value is learned."""
        return target_of(self).n_classes

    @property
    def outputs(self) -> int:
        """Units of the output layer: one a class, or a single one for two classes and for a value."""
        return self.n_classes if self.n_classes > 2 else 1

    @property
    def target_range(self) -> tuple[float, float] | None:
        """Lowest and highest value that a picture of a regression tells apart; None for classes."""
        return target_of(self).target_range

    @property
    def score(self) -> str:
        """What a record's accuracies are: ``accuracy``, or ``R2`` of a regression."""
        return "R2" if self.task == "regression" else "accuracy"

    @property
    def surface_kind(self) -> str:
        """What a byte of a surface says (`bncore.probe.surfaces`): ``probability``, ``class`` or ``value``."""
        return {"binary": "probability", "classes": "class", "regression": "value"}[self.task]

    @property
    def n_points(self) -> int:
        """Points of both sets together."""
        return sum(self.class_sizes)

    @property
    def n_test(self) -> int:
        """Points of the test set: each class gives its rounded share, so both sets hold the same mixture."""
        return self.n_points - self.n_train

    @property
    def n_train(self) -> int:
        """Points of the training set."""
        return sum(self.train_class_sizes)

    @property
    def train_class_sizes(self) -> tuple[int, ...]:
        """Points of each class in the training set; of a regression one number."""
        return tuple(n - max(1, round(n * self.test_fraction)) for n in self.class_sizes)

    @property
    def class_sizes(self) -> tuple[int, ...]:
        """Points of each class; of a regression one number."""
        return class_sizes(self)

    @property
    def batch_bounds(self) -> tuple[tuple[int, int], ...]:
        """First and last-plus-one position, in the epoch's order, of each mini-batch of an epoch."""
        return batch_bounds(self.train_class_sizes, self.batch_size, self.batches)

    @property
    def steps_per_epoch(self) -> int:
        """Optimizer steps of one epoch."""
        return len(self.batch_bounds)

    @property
    def total_steps(self) -> int:
        """Optimizer steps of the whole run."""
        return self.steps if self.steps is not None else (self.epochs or 0) * self.steps_per_epoch

    @property
    def total_epochs(self) -> int:
        """Epochs of the whole run; the last one may be cut short when ``steps`` is given."""
        return self.epochs if self.epochs is not None else math.ceil((self.steps or 0) / self.steps_per_epoch)

    @property
    def normalised_layers(self) -> tuple[bool, ...]:
        """For each hidden layer whether it is normalised, then the same for the output layer."""
        if self.norm == "none":
            return (False,) * (len(self.hidden) + 1)
        chosen = range(1, len(self.hidden) + 1) if self.norm_layers == "all" else self.norm_layers
        return (*(layer in chosen for layer in range(1, len(self.hidden) + 1)), self.norm_output)

    @property
    def keeps_statistics(self) -> bool:
        """Whether the normaliser keeps running statistics for inference."""
        return self.norm in BATCH_NORMS

    @property
    def seed_list(self) -> tuple[int, ...]:
        """The seed of each run."""
        return tuple(range(self.seed, self.seed + self.seeds))

    def inert(self) -> dict[str, str]:
        """Return the fields that change nothing in this setting, each with the reason in a short sentence."""
        return inert_fields(self)

    @property
    def effective(self) -> RunConfig:
        """The same run with every field that has no effect put back to its default."""
        return effective(self)

    @property
    def key(self) -> str:
        """A short hash, the same for all settings that give the same numbers."""
        return _key(self)

    def warnings(self) -> dict[str, str]:
        """Return what is allowed but should be known, by the field it belongs to."""
        return cautions(self)

    def as_text(self) -> dict[str, str]:
        """Return every field as the text that `parse_value` reads."""
        return {name: format_value(name, getattr(self, name)) for name in SPECS}

    def changed(self) -> dict[str, str]:
        """Return the fields that differ from the defaults, as text; empty for the default run."""
        default = RunConfig()
        return {n: format_value(n, getattr(self, n)) for n in SPECS if getattr(self, n) != getattr(default, n)}


SPECS: dict[str, Spec] = {f.name: f.metadata["spec"] for f in fields(RunConfig)}
"""The fields of `RunConfig` in order, each with what is known about it."""


def spec_of(name: str) -> Spec:
    """Return what is known about a field.

    Raises
    ------
    ConfigError
        If there is no such field.
    """
    try:
        return SPECS[name]
    except KeyError:
        raise ConfigError("RunConfig", "has no such field", name, f"Fields: {', '.join(SPECS)}.") from None


def parse_value(name: str, text: str) -> Any:
    """Return the value of a field from its text, as it stands in a URL or on the command line.

    Raises
    ------
    ConfigError
        If there is no such field, or the text is not of the field's kind or out of its bounds.

    Examples
    --------
    >>> parse_value("hidden", "16,16"), parse_value("norm_layers", "1,3"), parse_value("eps", "1e-5")
    ((16, 16), (1, 3), 1e-05)
    """
    return parse(f"RunConfig.{name}", spec_of(name), text)


def format_value(name: str, value: Any) -> str:
    """Return the text of a field's value; `parse_value` gives the same value back, to the last bit.

    Examples
    --------
    >>> format_value("hidden", (16, 16)), format_value("norm_layers", "all")
    ('16,16', 'all')
    """
    spec_of(name)
    return _format(value)


def _check_together(config: RunConfig) -> None:
    if (config.epochs is None) == (config.steps is None):
        came = "both" if config.epochs is not None else "neither"
        raise ConfigError("RunConfig.epochs, steps", "exactly one must be given", came, "Set the other to none.")
    _check_data(config)
    if not 1 <= config.batch_size <= config.n_train:
        mend = "Use 1 or more." if config.batch_size < 1 else f"Use {config.n_train} or less."
        raise ConfigError("RunConfig.batch_size", f"must be 1..{config.n_train}, the training points", str(config.batch_size), mend)
    if isinstance(config.norm_layers, tuple) and any(n > len(config.hidden) for n in config.norm_layers):
        raise ConfigError(
            "RunConfig.norm_layers", f"must name hidden layers 1..{len(config.hidden)}",
            format_value("norm_layers", config.norm_layers), "Use all, or layers that exist.",
        )  # fmt: skip
    if config.seed + config.seeds > 2**31:
        raise ConfigError("RunConfig.seed", "seed + seeds must stay below 2147483648", str(config.seed), "Use a smaller seed.")


def _check_data(config: RunConfig) -> None:
    if config.dataset == "table" and not config.table:
        raise ConfigError("RunConfig.dataset", "table needs the rows of table", "none", "Give rows, or use circles.")
    if config.batches == "one_class" and config.n_classes == 0:
        raise ConfigError("RunConfig.batches", "one_class needs classes", f"dataset {config.dataset}", "Use shuffled.")
    if 0 in config.train_class_sizes:
        label = config.train_class_sizes.index(0)
        raise ConfigError(
            "RunConfig.test_fraction", "must leave a point of each class to learn from",
            f"{config.test_fraction:g}, and {config.class_sizes[label]} points of class {label}", "Use a smaller one, or more points.",
        )  # fmt: skip


@lru_cache(maxsize=512)
def _key(config: RunConfig) -> str:
    text = json.dumps([RECORD_VERSION, config.effective.as_text()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Arm:
    """One of the runs that are compared: a label and what differs from the base.

    Parameters
    ----------
    label : str
        1 to 40 characters.
    overrides : tuple of (str, value)
        Fields of `RunConfig` and their values in this arm.
    """

    label: str
    overrides: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.label) <= 40 or not self.label.isprintable():
            raise ConfigError("Arm.label", "must be 1..40 printable characters", repr(self.label[:60]), "Shorten it.")
        object.__setattr__(self, "overrides", tuple((str(n), tuple(v) if isinstance(v, list) else v) for n, v in self.overrides))
        for name, _ in self.overrides:
            spec_of(name)


TWINS = (Arm("with BN"), Arm("without", (("norm", "none"),)))
"""The default arms: the base as it is, and the same without normalisation."""


@dataclass(frozen=True)
class Experiment:
    """A base run and the arms that are compared, each a few overrides of it.

    Raises
    ------
    ConfigError
        If there are no arms or more than four, two labels are equal, arms differ in data or seeds, or an arm
        breaks a rule of `RunConfig`.

    Examples
    --------
    >>> {label: config.norm for label, config in Experiment().configs().items()}
    {'with BN': 'batch', 'without': 'none'}
    """

    base: RunConfig = RunConfig()
    arms: tuple[Arm, ...] = TWINS

    def __post_init__(self) -> None:
        if not 1 <= len(self.arms) <= 4:
            raise ConfigError("Experiment.arms", "must be 1..4 arms", f"{len(self.arms)} arms", "Compare four at most.")
        labels = [arm.label for arm in self.arms]
        if len(set(labels)) < len(labels):
            raise ConfigError("Experiment.arms", "labels must differ", ", ".join(labels), "Rename one.")
        for config in self.configs().values():
            for name in SHARED_FIELDS:
                if getattr(config, name) != getattr(self.base, name):
                    raise ConfigError(
                        f"Experiment.arms.{name}", "arms share data and seeds", format_value(name, getattr(config, name)),
                        "Change it in the base.",
                    )  # fmt: skip

    def configs(self) -> dict[str, RunConfig]:
        """Return the settings of each arm, by label, in order."""
        return dict(_configs(self.base, self.arms))

    def replace(self, changes: Mapping[str, Any]) -> Experiment:
        """Return the experiment with fields of its base changed; the arms' overrides stay."""
        return Experiment(self.base.replace(**changes), self.arms)

    @cached_property
    def key(self) -> str:
        """A short hash of the arms and all their numbers."""
        text = json.dumps([[label, config.key] for label, config in self.configs().items()])
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@lru_cache(maxsize=256)
def _configs(base: RunConfig, arms: tuple[Arm, ...]) -> dict[str, RunConfig]:
    return {arm.label: base.replace(**dict(arm.overrides)) for arm in arms}


SHARED_FIELDS = (
    "dataset", "table", "samples", "noise", "factor", "test_fraction", "standardize", "test_shift", "test_rotation", "test_scale", "seed",
    "seeds",
)  # fmt: skip
"""Twins share these: an arm that changed them would compare different worlds."""

STACKABLE_FIELDS = tuple(name for name, spec in SPECS.items() if spec.stackable)
"""Fields that may differ run by run inside one pass, because they change no shape."""

"""What things are called on the screen; no streamlit."""

from __future__ import annotations

from typing import Any

from bncore.config import SPECS, RunConfig, format_value

__all__ = ["choice_words", "field_words", "label_of", "norm_words", "value_words"]

NORMS = {
    "batch": "BN",
    "layer": "layer norm",
    "group": "group norm",
    "renorm": "batch renorm",
    "ghost": "ghost BN",
    "noisy": "noisy BN",
}
"""What a network with a normaliser is called beside another."""

CHOICES = {
    "norm": {
        "batch": "batch (BN)", "layer": "layer", "group": "group", "renorm": "batch renormalization", "ghost": "ghost BN",
        "noisy": "noisy BN", "none": "none",
    },
    "dataset": {"spirals3": "spirals, 3 arms", "ring_classes": "rings, 3 classes", "table": "your own table"},
    "activation": {"relu": "ReLU"},
    "optimizer": {"sgd": "SGD", "nesterov": "Nesterov", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"},
    "schedule": {"step": "two steps down", "cosine": "half a cosine"},
    "batches": {
        "shuffled": "shuffled anew", "one_class": "one class each", "fixed": "the same every epoch",
        "replacement": "with replacement",
    },
    "inference": {"running": "running", "exact": "exact (precise BN)"},
    "precision": {"float64": "64 bits", "float32": "32 bits"},
}  # fmt: skip
"""Words of a choice that are not its value."""

NAMES = ("Adam", "BN", "RMSprop")
"""First words of a label that keep their capital within a sentence."""


def norm_words(config: RunConfig) -> str:
    """Return what a network is called beside one with another normaliser.

    Examples
    --------
    >>> norm_words(RunConfig()), norm_words(RunConfig(norm="layer")), norm_words(RunConfig(norm_layers=()))
    ('with BN', 'with layer norm', 'without')
    """
    return f"with {NORMS[config.norm]}" if any(config.normalised_layers) else "without"


def field_words(name: str) -> str:
    """Return a field's label as it stands within a sentence.

    Examples
    --------
    >>> field_words("learning_rate"), field_words("bn_momentum")
    ('learning rate', 'BN momentum')
    """
    label = SPECS[name].label
    return label if label.startswith(NAMES) else label[:1].lower() + label[1:]


def choice_words(name: str, choice: str) -> str:
    """Return the words of one value of a choice.

    Examples
    --------
    >>> choice_words("batches", "one_class"), choice_words("initializer", "he_normal")
    ('one class each', 'he normal')
    """
    return CHOICES.get(name, {}).get(choice, choice.replace("_", " "))


def value_words(name: str, value: Any) -> str:
    """Return a value of a field in words, as short as it can be without changing it.

    Examples
    --------
    >>> value_words("eps", 1e-5), value_words("learn_beta", False), value_words("hidden", (4, 4)), value_words("optimizer", "sgd")
    ('1e-5', 'off', '4,4', 'SGD')
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    text = format_value(name, value)
    if isinstance(value, (int, float)):
        return label_of(text)
    return choice_words(name, text) if SPECS[name].kind == "choice" else text


def label_of(text: str) -> str:
    """Return a number's text as short as it can be without changing the number.

    Examples
    --------
    >>> label_of("1.0"), label_of("1e-05"), label_of("0.123456789")
    ('1', '1e-5', '0.123456789')
    """
    number = float(text)
    short = f"{number:g}".replace("e-0", "e-").replace("e+0", "e")
    return short if float(short) == number else text

"""Random settings that are allowed, for properties."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from bncore.config import SPECS, Arm, Experiment, RunConfig

__all__ = ["configs", "experiments", "tables", "values_of"]


def values_of(name: str) -> st.SearchStrategy[Any]:
    """Return any value that a field allows by itself."""
    spec = SPECS[name]
    if spec.kind == "choice":
        return st.sampled_from(spec.choices)
    if spec.kind == "bool":
        return st.booleans()
    if spec.kind == "int":
        return st.integers(int(spec.lower or 0), int(spec.upper or 0))
    if spec.kind == "float":
        return st.floats(spec.lower, spec.upper, allow_nan=False)
    if spec.kind == "sizes":
        return st.lists(st.integers(1, 64), max_size=40).map(tuple)
    if spec.kind == "table":
        return st.just(()) | tables()
    return st.just("all") | st.sets(st.integers(1, 40)).map(lambda layers: tuple(sorted(layers)))


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[float, float, int]]:
    """Return any rows that a table allows."""
    size, classes = draw(st.integers(8, 40)), draw(st.integers(2, 4))
    cells = st.floats(-1e6, 1e6, allow_nan=False)
    points = draw(st.lists(st.tuples(cells, cells), min_size=size, max_size=size))
    numbers = sorted(draw(st.sets(st.integers(0, 5), min_size=classes, max_size=classes)))
    return [(x, y, numbers[i % classes]) for i, (x, y) in enumerate(points)]


@st.composite
def configs(draw: st.DrawFn) -> RunConfig:
    """Return any settings that `RunConfig` accepts."""
    values = {name: draw(values_of(name)) for name in SPECS if name not in ("epochs", "steps", "batch_size", "norm_layers", "seed")}
    if values["dataset"] == "table":
        values["table"] = draw(tables())
        values["test_fraction"] = draw(st.floats(0.05, 0.5))
    if values["batches"] == "one_class" and values["dataset"] in ("plane_wave", "rings_temperature"):
        values["batches"] = "shuffled"
    depth = len(values["hidden"])
    chosen = st.sets(st.integers(1, depth)) if depth else st.just(set[int]())
    values["norm_layers"] = draw(st.just("all") | chosen.map(lambda layers: tuple(sorted(layers))))
    values["seed"] = draw(st.integers(0, 2**31 - values["seeds"]))
    duration = draw(st.sampled_from(["epochs", "steps"]))
    values |= {"epochs": None, "steps": None, duration: draw(values_of(duration))}
    values["batch_size"] = draw(st.integers(1, RunConfig(**values, batch_size=1).n_train))
    return RunConfig(**values)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Return an experiment of the twins or of arms of its own."""
    base = draw(configs())
    if draw(st.booleans()):
        return Experiment(base)
    printable = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40).filter(str.isprintable)
    labels = draw(st.lists(printable, min_size=1, max_size=4, unique=True))
    names = ["norm", "placement", "learning_rate", "gamma_init", "hidden", "learn_beta"]
    arms = []
    for label in labels:
        chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=3))
        overrides = {name: draw(values_of(name)) for name in chosen}
        if "hidden" in overrides:
            overrides["norm_layers"] = "all"
        arms.append(Arm(label, tuple(overrides.items())))
    return Experiment(base, tuple(arms))

"""Where a run came from that began with the weights of another."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from bncore.config import SPECS, RunConfig
from bncore.errors import ConfigError
from bncore.network import Layout

__all__ = ["BEGINNING_FIELDS", "MAX_FORKS", "Origin", "run_key"]

BEGINNING_FIELDS = ("initializer", "init_scale", "gamma_init", "beta_init")
"""Settings of the first weights: without meaning where a run begins with the weights of another."""

MAX_FORKS = 32
"""A fork of a fork, and so on, this many times at most."""


@dataclass(frozen=True)
class Origin:
    """The moment of another run that a run began with; made by `Origin.of`.

    Attributes
    ----------
    config : RunConfig
        The settings of that other run.
    step : int
        Its step whose parameters and running statistics were taken.
    changed : tuple of (str, str)
        The settings that were changed for the new run, each with its new value as text.
    origin : Origin or None
        Where that other run itself came from; None if it began with first weights of its own.
    """

    config: RunConfig
    step: int
    changed: tuple[tuple[str, str], ...]
    origin: Origin | None = None

    @classmethod
    def of(cls, config: RunConfig, step: int, forked: RunConfig, origin: Origin | None = None) -> Origin:
        """Return the origin of a run with the settings ``forked``, begun at a step of a run with ``config``.

        Raises
        ------
        ConfigError
            If the runs differ in the number of seeds, in a setting of the first weights, or in the shape of their
            parameters or running statistics, or if this is one fork of a fork too many.

        Examples
        --------
        >>> origin = Origin.of(RunConfig(), 26, RunConfig(learning_rate=0.3))
        >>> origin.step, origin.changed, origin.past
        (26, (('learning_rate', '0.3'),), 27)
        """
        texts, before = forked.as_text(), config.as_text()
        for name in ("seeds", *BEGINNING_FIELDS):
            if texts[name] != before[name]:
                why = "each run goes on with its own weights" if name == "seeds" else "the first weights are those of the frame"
                raise ConfigError(f"fork.{name}", f"must stay {before[name]}, {why}", texts[name], "Leave it as it is.")
        plans = [[(layer.fan_in, layer.parts, layer.statistics) for layer in Layout.of(c).layers] for c in (config, forked)]
        if plans[0] != plans[1]:
            shaping = [f"{n} {texts[n]}" for n in ("hidden", "norm", "norm_layers", "norm_output") if texts[n] != before[n]]
            if forked.outputs != config.outputs:
                shaping.append(f"dataset {forked.dataset} of {forked.outputs} output{'s' if forked.outputs > 1 else ''}")
            rule = "must keep the shape of the parameters and of the running statistics"
            raise ConfigError("fork", rule, ", ".join(shaping), "Leave these as they are, or start a new run.")
        changed = tuple((name, texts[name]) for name in SPECS if texts[name] != before[name])
        made = cls(config, step, changed, origin)
        if made.depth > MAX_FORKS:
            raise ConfigError("fork", f"must be at most {MAX_FORKS} forks deep", str(made.depth), "Fork an earlier run.")
        return made

    @property
    def depth(self) -> int:
        """Forks between the run and first weights: 1, or more for a fork of a fork."""
        return 1 + (self.origin.depth if self.origin else 0)

    @property
    def past(self) -> int:
        """Steps that the weights had behind them, and one more for each fork: which of a purpose's streams the run draws from.

        It grows from fork to fork, so no run draws what one before it in this line has drawn, and it does not depend on
        the changes, so forks of one moment go through the points in the same order, as twins do. Fixed batches
        do not come from it: they are those of the seed, in every fork.
        """
        return self.step + 1 + (self.origin.past if self.origin else 0)

    @property
    def key(self) -> str:
        """A short hash, the same for all origins that give the same parameters and running statistics."""
        text = json.dumps([run_key(self.config, self.origin), self.step])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def __str__(self) -> str:
        words = ", ".join(f"{name} {text if name != 'table' else 'changed'}" for name, text in self.changed) or "nothing changed"
        return f"from step {self.step}: {words}"


def run_key(config: RunConfig, origin: Origin | None) -> str:
    """Return a short hash, the same for all runs that give the same numbers: `RunConfig.key` unless the run is a fork.

    Examples
    --------
    >>> config = RunConfig()
    >>> run_key(config, None) == config.key
    True
    >>> run_key(config, Origin.of(config, 26, config)) == config.key
    False
    """
    if origin is None:
        return config.key
    return hashlib.sha256(json.dumps([config.key, origin.key]).encode()).hexdigest()[:16]

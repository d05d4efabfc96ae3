"""What an exported program is made of: the settings that count, and the run of one seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bncore.config import RunConfig
from bncore.network import Layout

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """One run of one arm, as the writers of programs ask for it.

    Parameters
    ----------
    given : RunConfig
        The settings of the arm.
    run : int
        Position of the run among its seeds.

    Examples
    --------
    >>> plan = Plan(RunConfig(norm="ghost", freeze_statistics=True), 2)
    >>> plan.kind, plan.seed, plan.widths, plan.normalised
    ('frozen', 2, (2, 16, 16, 1), (1, 2))
    """

    given: RunConfig
    run: int = 0

    @cached_property
    def config(self) -> RunConfig:
        """The settings without those that change nothing."""
        return self.given.effective

    @property
    def seed(self) -> int:
        """The seed of the run."""
        return self.given.seed + self.run

    @property
    def stem(self) -> str:
        """How the names of all its files begin: letters, digits and dashes only."""
        return f"bnlab-{self.given.key[:8]}-seed{self.seed}"

    @property
    def weights_file(self) -> str:
        """The name of the file with the points and the trained weights."""
        return f"{self.stem}.npz"

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Inputs, units of each hidden layer, outputs."""
        layers = Layout.of(self.config).layers
        return (layers[0].fan_in, *(layer.fan_out for layer in layers))

    @property
    def column(self) -> str:
        """What takes the one column of the outputs; empty where each class has one."""
        return "[:, 0]" if self.widths[-1] == 1 else ""

    @property
    def depth(self) -> int:
        """Number of hidden layers."""
        return len(self.config.hidden)

    @property
    def normalised(self) -> tuple[int, ...]:
        """The normalised layers, counted from 1; the output layer is the last."""
        return tuple(i for i, on in enumerate(self.config.normalised_layers, 1) if on)

    @property
    def hidden_norm(self) -> str:
        """Whether ``all``, ``some`` or ``none`` of the hidden layers are normalised."""
        on = self.config.normalised_layers[:-1]
        return "all" if on and all(on) else "some" if any(on) else "none"

    @property
    def output_norm(self) -> bool:
        """Whether the output layer is normalised."""
        return self.config.normalised_layers[-1]

    @property
    def kind(self) -> str:
        """The normaliser as it is while training: ``RunConfig.norm``, or ``frozen`` where the statistics do not move."""
        return "frozen" if self.config.keeps_statistics and self.config.freeze_statistics else self.config.norm

    @property
    def keeps(self) -> bool:
        """Whether running statistics are kept."""
        return self.config.keeps_statistics and bool(self.normalised)

    @property
    def moves(self) -> bool:
        """Whether training moves the running statistics."""
        return self.keeps and self.kind != "frozen"

    @property
    def exact(self) -> bool:
        """Whether inference normalises by the statistics of the whole training set."""
        return self.keeps and self.config.inference == "exact"

    @property
    def before(self) -> bool:
        """Whether layers are normalised before the activation."""
        return self.config.placement == "before"

    @property
    def drops(self) -> bool:
        """Whether hidden layers drop outputs."""
        return self.config.dropout > 0.0

    @property
    def scheduled(self) -> bool:
        """Whether the learning rate changes in the course of training."""
        return self.config.schedule != "constant" or self.config.warmup > 0

    @property
    def single(self) -> bool:
        """Whether the run computes in 32 bits."""
        return self.config.precision == "float32"

    @property
    def eps(self) -> float:
        """BN's epsilon; in 32 bits at least their smallest normal number, as in the engine."""
        return max(self.config.eps, 1.1754943508222875e-38) if self.single else self.config.eps

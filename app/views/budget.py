"""What a run may cost on this server."""

from __future__ import annotations

from app.observe import WATCH
from app.settings import current
from bncore.config import Experiment, RunConfig
from bncore.cost import check_budget, estimate, fitting
from bncore.errors import ConfigError

__all__ = ["affordable", "offers"]


def affordable(asked: Experiment | RunConfig) -> None:
    """Refuse what would cost more than `BNLAB_BUDGET_SECONDS` allows, or more memory than there is for one run.

    Raises
    ------
    ConfigError
        The message names the nearest settings that fit.

    Examples
    --------
    >>> affordable(Experiment())
    """
    most = current().budget_seconds
    try:
        check_budget(asked, most)
    except ConfigError:
        configs = [asked] if isinstance(asked, RunConfig) else asked.configs().values()
        WATCH.refused(max(estimate(config).seconds for config in configs), most)
        raise


def offers(config: RunConfig) -> dict[str, int]:
    """Return the most seeds, and the longest duration, that this server allows an arm.

    Examples
    --------
    >>> offers(RunConfig(seeds=4))
    {'seeds': 4, 'epochs': 60}
    """
    return fitting(config, current().budget_seconds)

"""Every environment variable of the server, with all that is known about it."""

from __future__ import annotations

from dataclasses import dataclass

from app.settings.variable import variable
from bncore.cost import MAX_SECONDS

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """What a server is started with.

    Each field is one environment variable; `app.settings.read` makes the value of the variables' texts.

    Examples
    --------
    >>> Settings().port, Settings().title
    (8501, 'BatchNorm Lab')
    """

    port: int = variable(8501, "PORT", "number", "Where the server listens.", lower=1, upper=65535)
    base_path: str = variable(
        "", "BNLAB_BASE_PATH", "path", "Path below which everything is served, such as `lab/bn` behind a school's portal."
    )
    title: str = variable("BatchNorm Lab", "BNLAB_TITLE", "text", "Name in the browser's tab.", upper=60)
    workers: int = variable(
        0, "BNLAB_WORKERS", "number", "Processes that train, about 110 MB each; 0 is one a core.", lower=0, upper=64
    )
    cache_mb: int = variable(
        120,
        "BNLAB_CACHE_MB",
        "number",
        "What was trained is kept for everybody, up to this much.",
        lower=0,
        upper=100_000,
        unit="MB",
    )
    budget_seconds: int = variable(
        int(MAX_SECONDS), "BNLAB_BUDGET_SECONDS", "number",
        "A run of which one arm is expected to take longer on one core is refused, with the nearest that fits.",
        lower=1, upper=3600, unit="s",
    )  # fmt: skip
    log_level: str = variable(
        "info",
        "BNLAB_LOG_LEVEL",
        "choice",
        "What is logged: this and what is graver.",
        choices=("debug", "info", "warning", "error"),
    )
    embed: tuple[str, ...] = variable(
        (), "BNLAB_EMBED", "origins", "Sites that may show the lab in a frame, such as `https://moodle.school.example`.",
        empty="only its own",
    )  # fmt: skip
    metrics: str = variable(
        "local", "BNLAB_METRICS", "choice", "Who may read `/metrics`: this machine alone, whoever reaches the server, or nobody.",
        choices=("local", "on", "off"),
    )  # fmt: skip
    metrics_token: str = variable(
        "", "BNLAB_METRICS_TOKEN", "secret", "Who sends it as `Authorization: Bearer …` may read `/metrics` from anywhere."
    )

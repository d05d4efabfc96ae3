"""The errors of the engine; they read *where: rule; what came. How to mend it*."""

from __future__ import annotations

__all__ = ["ConfigError"]


class ConfigError(ValueError):
    """A setting breaks a rule.

    Parameters
    ----------
    where : str
        The field, as ``Class.field``.
    rule : str
        What must hold.
    came : str
        What was given.
    mend : str
        What to do about it, a sentence.

    Examples
    --------
    >>> str(ConfigError("RunConfig.seeds", "must be 1..1024", "0", "Use 1 or more."))
    'RunConfig.seeds: must be 1..1024; got 0. Use 1 or more.'
    """

    def __init__(self, where: str, rule: str, came: str, mend: str) -> None:
        super().__init__(f"{where}: {rule}; got {came}. {mend}")
        self.where, self.rule, self.came, self.mend = where, rule, came, mend

    def __reduce__(self) -> tuple[type[ConfigError], tuple[str, str, str, str]]:
        return type(self), (self.where, self.rule, self.came, self.mend)

    @property
    def field(self) -> str:
        """The field alone, without its class."""
        return self.where.rpartition(".")[2]

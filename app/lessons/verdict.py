"""Whether a claim holds over seeds: the rule, and its words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.lessons.model import Claim, Measured, Verdict

__all__ = ["ENOUGH", "Finding", "finding_of", "judged", "wilson"]

ENOUGH = 0.8
"""The share of seeds in the claimed direction from which a claim may hold."""

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Finding:
    """What the seeds say of a claim.

    Parameters
    ----------
    hits, seeds : int
        Seeds in the claimed direction, of how many.
    low, high : float
        Wilson's 95 % interval of that share.
    median : float
        Effect, in the claim's unit.
    verdict : Verdict
    """

    hits: int
    seeds: int
    low: float
    high: float
    median: float
    verdict: Verdict

    @property
    def share(self) -> float:
        """Share of seeds in the claimed direction, 0 to 1."""
        return self.hits / self.seeds


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share.

    Examples
    --------
    >>> [round(bound, 3) for bound in wilson(8, 10)]
    [0.49, 0.943]
    """
    share, z2 = hits / count, Z_95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z_95 / (1 + z2 / count) * float(np.sqrt(share * (1 - share) / count + z2 / (4 * count**2)))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))  # at 0 and 1 rounding alone parts them


def judged(effects: NDArray[np.float64], least: float) -> Finding:
    """Return what the effects of R seeds say; one that is not a number counts as none.

    A claim holds where at least four of five seeds are as claimed, the interval lies above one half, and the median effect is
    at least ``least``; it does not hold where the interval lies below one half; else the finding is mixed.

    Examples
    --------
    >>> judged(np.array([2.0] * 9 + [-1.0]), least=1.0).verdict, judged(np.array([2.0] * 9 + [-1.0]), least=3.0).verdict
    ('holds', 'mixed')
    >>> judged(np.array([-1.0] * 10), least=1.0).verdict
    'does not hold'
    """
    known = np.where(np.isnan(effects), 0.0, effects)
    hits, seeds = int((known > 0).sum()), len(known)
    low, high = wilson(hits, seeds)
    median = float(np.quantile(known, 0.5, method="inverted_cdf"))
    verdict: Verdict = "mixed"
    if hits >= ENOUGH * seeds and low > 0.5 and median >= least:
        verdict = "holds"
    elif high < 0.5:
        verdict = "does not hold"
    return Finding(hits, seeds, low, high, median, verdict)


def finding_of(claim: Claim, measured: Measured) -> Finding:
    """Return what was found of a claim."""
    return judged(np.asarray(claim.effect(measured), float), claim.least)

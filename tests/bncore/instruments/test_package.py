"""What holds for all instruments: their names can be imported from one place, and many runs cost no more calls than one."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from bncore import instruments
from bncore.data import load_data
from bncore.instruments import passes
from tests.bncore.instruments.moments import SMALL, moment, record

CALLS = {
    "gap": lambda now: instruments.gap(now.config, now.data, now.params, now.running),
    "jitter": lambda now: instruments.jitter(now.config, now.data, now.params, now.running, 0, draws=5),
    "scale_invariance": lambda now: instruments.scale_invariance(*now, layer=1, a=2.0),
    "drift": lambda now: instruments.drift(record(now.config), load_data(now.config), 1),
    "covariate_shift": lambda now: instruments.covariate_shift(*now),
    "landscape": lambda now: instruments.landscape(*now),
    "propagation": lambda now: instruments.propagation(*now),
}


def test_every_public_name_of_an_instrument_is_exported():
    inside = {"place_of"}  # a helper of the package
    for module in pkgutil.iter_modules(instruments.__path__):
        names = set(importlib.import_module(f"bncore.instruments.{module.name}").__all__)
        assert names - inside <= set(instruments.__all__)


def counted(function, calls):
    def counting(*args):
        calls.append(function)
        return function(*args)

    return counting


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_many_runs_take_as_many_passes_as_one(call, monkeypatch):
    counts = []
    for seeds in (1, 6):
        now, calls = moment(SMALL.replace(seeds=seeds)), []
        with monkeypatch.context() as patch:
            patch.setattr(passes, "forward", counted(passes.forward, calls))
            patch.setattr(passes, "backward", counted(passes.backward, calls))
            call(now)
        counts.append(len(calls))
    assert counts[0] == counts[1] > 0

"""docs/design.md names all that the player is given."""

from __future__ import annotations

import re
from pathlib import Path

from app.live.pack import pack_run, unpack
from bncore.config import Experiment, RunConfig
from tests.app.runs import results_of

DESIGN = Path(__file__).parents[3] / "docs" / "design.md"


def test_every_name_of_the_header_and_every_array_is_in_the_design() -> None:
    experiment = Experiment(RunConfig(seeds=1, epochs=1, hidden=(4,)))
    header, arrays = unpack(pack_run(experiment, results_of(experiment)))
    block = re.search(r"The player's header.*?(?=\n## )", DESIGN.read_text("utf-8"), re.DOTALL)
    assert block is not None
    words = set(re.findall(r"\w+", block[0]))
    names = {*header, *header["kept"], *header["edges"], *header["arms"][0], *header["arms"][0]["layers"][0]} - {"arrays"}
    names |= {re.sub(r"\d+$", "", name.split("/")[-1]) for name in arrays}
    assert names <= words

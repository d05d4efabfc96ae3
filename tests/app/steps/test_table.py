from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from app.maths import number_text
from app.steps.batch import NOTES, ONE
from app.steps.stages import STAGES
from app.steps.table import backward_table, forward_table
from tests.app.steps.scenes import scene


def parts(html):
    """Return the lines of the body and of the foot of a table, each the texts of its cells."""
    table = ElementTree.fromstring(html).find("table")
    return [
        [["".join(cell.itertext()) for cell in line] for line in (table.find(part) if table.find(part) is not None else [])]
        for part in ("tbody", "tfoot")
    ]


def test_the_whole_forward_table_is_the_walk():
    shown = scene(stage="db", neuron="2")
    body, foot = parts(forward_table(shown))
    names = ("z", "z_hat", "y", "a", "logit", "probability", "losses")
    for i, line in enumerate(body):
        assert line[4:] == [number_text(shown.column(name)[i]) for name in names]
    assert [line[1:4] for line in body] == [
        ["7.1", "84", "● no"],
        ["8.3", "118", "■ yes"],
        ["6.4", "103", "● no"],
        ["8.9", "97", "■ yes"],
    ]
    walk = shown.walk
    assert {line[0]: line[4] for line in foot} == {
        "mean": number_text(walk.mu[1]), "variance": number_text(walk.var[1]),
        "running mean": number_text(walk.running_mean[1]), "running variance": number_text(walk.running_var[1]),
    }  # fmt: skip
    means = [sum(shown.column(name)) / 4 for name in ("y", "a")]
    assert foot[0][6:8] == [number_text(means[0]) if abs(means[0]) > 1e-12 else foot[0][6], number_text(means[1])]
    assert foot[0][10] == number_text(walk.loss)


def test_the_whole_backward_table_is_the_walk():
    shown = scene(stage="db")
    body, foot = parts(backward_table(shown))
    names = ("dlogit", "da", "dy", "gamma_terms", "dz_hat", "var_terms", "dz")
    for i, line in enumerate(body):
        weights = [number_text(float(term)) for term in shown.walk.w_terms[i, :, 0]]
        assert line[2:] == [*(number_text(shown.column(name)[i]) for name in names), *weights]
    gives = {"dβ": "dbeta", "dγ": "dgamma", "dμ": "dmu", "dσ²": "dvar", "db": "db"}
    words = [cell for cell in foot[0][2:] if cell]
    assert words == [
        *(f"{short} = {number_text(shown.number(name))}" for short, name in gives.items()),
        *(f"dW = {number_text(float(shown.walk.dw[k, 0]))}" for k in (0, 1)),
    ]


@pytest.mark.parametrize("m", [1, 4, 16])
def test_columns_come_one_after_another_and_stay(m):
    before = 0
    for stage in STAGES:
        shown = scene(stage=stage, batch=(NOTES * 4)[:m])
        tables = forward_table(shown) + backward_table(shown)
        cells = len(re.findall(r"<td[^>]*title=", tables))
        assert cells > before
        before = cells


@pytest.mark.parametrize("stage", list(STAGES))
def test_what_a_stage_makes_is_marked(stage):
    shown = scene(stage=stage)
    marked = re.findall(r'<td data-symbol="(\w+)" class="on"', forward_table(shown) + backward_table(shown))
    made = {"running": {"running_mean", "running_var"}, "loss": {"logit", "p", "loss"}, "da": {"logit_slope", "da"}}
    assert set(marked) == made.get(stage, {stage})


def test_a_cell_tells_all_its_digits():
    shown = scene(stage="z_hat")
    assert f'title="{shown.column("z_hat")[0]!r}">−1.087</td>' in forward_table(shown)


def test_a_zero_has_no_sign():
    assert "-0.0" not in forward_table(scene(stage="db", batch=ONE)) + backward_table(scene(stage="db", batch=ONE))

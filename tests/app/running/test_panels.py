"""The lab's sheet: what its buttons do, what it says, and that every number in it is the lab's own."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app.maths import number_text
from app.running import formulas, libraries, pictures, words
from app.running.lab import SPECS, Lab
from app.running.panels import lab_act, lab_parts


def lab(**changes: Any) -> Lab:
    return Lab({name: default for name, (_, default) in SPECS.items()} | changes)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


ENDS = [
    {},
    {"batch": 0},
    {"count": 1},
    {"count": 500, "batch": 500, "size": 1},
    {"size": 256, "momentum": 0.0},
    {"momentum": 0.9999, "start_mean": -100.0, "start_var": 2500.0},
    {"mean": -100.0, "sd": 50.0, "drift": 100.0},
    {"sd": 0.01, "mean": 0.0, "start_var": 0.0, "sample": 1000.0, "gamma": 0.0, "beta": -10.0},
]


@pytest.mark.parametrize("changes", ENDS)
def test_every_setting_has_its_sheet(changes):
    parts = lab_parts(lab(**changes))
    assert not re.search(r"nan|inf\b|None|not a number|∞", plain("".join(parts.values())))
    for name in ("pictures", "sample"):
        assert "aria-label" in parts[name]


def test_the_formula_holds_the_numbers_of_the_moment():
    asked = lab(batch=7, mean=-5.0)
    said = plain(formulas.update_formulas(asked))
    found = asked.found
    for value in (found.running_mean[6], found.batch_mean[6], found.running_mean[7], found.running_var[7], found.batch_var[6]):
        assert number_text(float(value), 5) in said
    assert "At batch 7 of 25:" in said


def test_the_headline_is_measured():
    assert (
        words.headline(lab(batch=1))
        == "After 1 batch at momentum 0.9: running mean 0.469 (true 5), running variance 1.17 (true 4)."
    )
    asked = lab(batch=1)
    assert (number_text(asked.now[0], 3), number_text(asked.now[1], 3)) == ("0.469", "1.17")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "Rule: smallest k with 0.9k ≤ 0.05, which is 29 batches."),
        ({}, "the running mean did not come so near in 25 batches, the running variance came there first after 24 batches."),
        ({"momentum": 0.0}, "Rule: one batch replaces all, 1 batch."),
        ({"momentum": 0.99, "size": 256}, "both did not come so near in 25 batches."),
        ({"start_mean": 5.0, "start_var": 4.0}, "both were there at the start."),
        ({"drift": 24.0}, "The mean moves by 1 a batch. A running mean follows a moving one from behind: by 9 once"),
        ({"size": 4}, "The variance of 4 numbers, divided by 4 (biased), is on average only 75 % of the true one"),
    ],
)
def test_the_rule_says_how_many_batches(changes, says):
    assert says in plain(words.rule_words(lab(**changes)))


def test_the_bias_of_the_start_is_in_words():
    asked = lab(momentum=0.5, batch=2, size=2)
    said = plain(words.start_words(asked))
    assert "Of the starting values 0 and 1, 0.52 = 25 % is left after batch 2." in said
    assert "shifts the mean by −1.25 and the variance by −0.25: a bias." in said  # 0.25 (0 - 5), 0.25 (1 - 4 / 2)


def test_only_what_has_come_is_drawn():
    for k in (0, 1, 25):
        drawn = pictures.mean_picture(lab(batch=k))
        assert drawn.count("data-symbol='mu'") == k
        assert pictures.var_picture(lab(batch=k)).count("data-symbol='var'") == k
    assert "Mean of 3 of 25 batches: the running mean goes from 0 to 1.277; true mean 5." in pictures.mean_picture(lab(batch=3))
    assert number_text(lab(batch=3).now[0]) == "1.277"
    assert "true mean 5 to 13" in pictures.mean_picture(lab(drift=8.0))


def test_the_tables_hold_what_each_library_would_store():
    asked = lab(momentum=0.75, batch=10)
    said = plain(libraries.stored_table(asked).replace("</td>", "|"))
    assert "Keras, momentum=0.75|" in said
    assert "PyTorch, momentum=0.25|" in said
    for library, momentum in ((libraries.KERAS, None), (libraries.PYTORCH, None), (libraries.PYTORCH, 0.75)):
        kept = library.stores(asked.batches, momentum)
        assert f"{number_text(kept.running_mean[10], 6)}|{number_text(kept.running_var[10], 6)}|" in said
    assert plain(libraries.stored_table(lab(size=1))).count("refused: an error") == 2
    assert "not defined for one number" in libraries.conventions(lab(size=1))
    assert "× 16 / 15 = 1.0667" in libraries.conventions(lab())


def test_a_sample_has_an_answer_from_each():
    asked = lab()
    said = plain(libraries.sample_table(asked.answers()).replace("</td>", "|"))
    for answer in asked.answers().values():
        assert f"{number_text(answer.x_hat, 5)}|{number_text(answer.y, 5)}|" in said
    assert plain(libraries.sample_table(lab(size=1).answers())).count("refused") == 1


@pytest.mark.parametrize(
    ("k", "name", "playing", "changes", "goes_on"),
    [
        (3, "next", False, {"batch": 4}, False),
        (25, "next", False, {"batch": 25}, False),
        (3, "back", True, {"batch": 2}, False),
        (0, "back", False, {"batch": 0}, False),
        (9, "first", True, {"batch": 0}, False),
        (25, "play", False, {"batch": 0}, True),
        (9, "play", False, {}, True),
        (9, "play", True, {}, False),
        (9, "tick", True, {"batch": 10}, True),
        (24, "tick", True, {"batch": 25}, False),
        (9, "tick", False, {}, False),
        (9, "draw", True, {"draw": 1}, True),
        (9, "nonsense", True, {}, True),
    ],
)
def test_a_button_does_what_it_says(k, name, playing, changes, goes_on):
    assert lab_act(lab(batch=k), name, playing) == (changes, goes_on)


def test_many_batches_play_in_fifty_steps_and_the_last_seed_is_followed_by_the_first():
    assert lab_act(lab(count=500, batch=0), "tick", True) == ({"batch": 10}, True)
    assert lab_act(lab(draw=999_999), "draw", False) == ({"draw": 0}, False)


def test_the_sheet_plays_by_itself_only_while_it_plays():
    assert "data-play='tick:350'" in lab_parts(lab(), playing=True)["transport"]
    assert "data-play" not in lab_parts(lab())["transport"]


def test_what_could_not_be_used_stands_by_its_box_and_harms_nothing():
    parts = lab_parts(lab(), said=["count: <b>", "sample: 2"])
    assert "<p class='warn' role='alert'>count: &lt;b&gt;</p>" in parts["source"]
    assert "<p class='warn' role='alert'>sample: 2</p>" in parts["sample-knobs"]
    assert "sample: 2" not in parts["source"]

"""What inference mode loses after five epochs, and at the end."""

import numpy as np

from app.lessons.two_modes import BASE, measure
from bncore import exact_statistics, load_data, train
from bncore.evaluate import evaluate
from bncore.instruments import gap

SMALL = BASE.replace(seeds=2, epochs=8, bn_momentum=0.99)


def test_it_reads_both_modes_after_five_epochs_and_at_the_end() -> None:
    found = measure(SMALL, "").numbers
    data, early, late = load_data(SMALL), train(SMALL.replace(epochs=5)), train(SMALL)
    modes = [gap(SMALL, data, history.params[-1], history.running[-1]) for history in (early, late)]
    assert (found["training"] == modes[0].batches.accuracy).all()
    assert (found["inference"] == modes[0].inference.accuracy).all()
    assert (found["lag"] == modes[0].batches.accuracy - modes[0].inference.accuracy).all()
    assert (found["lag_at_end"] == modes[1].batches.accuracy - modes[1].inference.accuracy).all()


def test_neither_the_decay_nor_precise_bn_changes_what_training_mode_sees() -> None:
    ways = [measure(SMALL.replace(**changes), "") for changes in ({}, {"bn_momentum": 0.5}, {"inference": "exact"})]
    assert all((way.numbers["training"] == ways[0].numbers["training"]).all() for way in ways)


def test_precise_bn_answers_by_the_statistics_of_the_training_set() -> None:
    early = train(SMALL.replace(epochs=5))
    data = load_data(SMALL)
    exact = exact_statistics(SMALL, early.params[-1], data.x_train)
    expected = evaluate(SMALL, data, early.params[-1], exact)[3]
    assert (measure(SMALL.replace(inference="exact"), "").numbers["inference"] == expected).all()


def test_training_shorter_than_five_epochs_is_read_at_its_end() -> None:
    found = measure(SMALL.replace(epochs=2), "").numbers
    assert np.array_equal(found["lag"], found["lag_at_end"])

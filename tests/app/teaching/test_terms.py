from __future__ import annotations

import re
from html import unescape

import pytest

from app.glossary import GLOSSARY
from app.lessons.catalogue import NAMES, lesson_of
from app.teaching.parts import explained, looked
from app.teaching.terms import FORMS, Terms


def dotted(html: str) -> list[str]:
    return re.findall(r'class="term"[^>]*>([^<]*)<', html)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Gradients grow; a gradient shrinks.", ["Gradients"]),
        ("With He initialisation he and Glorot agree.", ["He initialisation", "Glorot"]),
        ("Weight decay is no decay of a learning rate.", ["Weight decay", "learning rate"]),
        ("gradient descent with momentum", ["gradient descent with momentum"]),
        ("batch renormalization, and renormalization", ["batch renormalization"]),
        ("batch-mates overfit", ["batch-mates", "overfit"]),
        ("Each logit in nats, a < b", ["logit", "nats"]),
        ("mini-batch of subunits", []),
    ],
)
def test_a_term_is_dotted_once_in_the_longest_form_that_is_known(text: str, words: list[str]) -> None:
    html = Terms().marked(text)
    assert dotted(html) == words
    assert unescape(re.sub(r"<[^>]*>", "", html)) == text


def test_a_term_that_was_met_in_another_form_is_not_dotted_again() -> None:
    terms = Terms()
    assert dotted(terms.marked("Networks that overfit.")) == ["overfit"]
    assert dotted(terms.marked("Overfitting again, with dropout.")) == ["dropout"]


def test_every_other_form_is_of_a_term() -> None:
    assert set(FORMS.values()) <= set(GLOSSARY)
    assert not set(FORMS) & set(GLOSSARY)


@pytest.mark.parametrize("name", NAMES)
def test_every_lesson_explains_its_words_each_once(name: str) -> None:
    terms = Terms()
    lesson = lesson_of(name)
    notes = re.findall(r'data-note="([^"]*)"', looked(lesson, terms) + explained(lesson, terms))
    assert len(notes) == len(set(notes)) >= 3

from __future__ import annotations

import pytest

from app.glossary import GLOSSARY, term

NAMES = ("Adam", "Glorot", "He", "ReLU")
"""They keep their capital."""


@pytest.mark.parametrize("name", GLOSSARY)
def test_every_term_is_one_or_two_plain_sentences(name: str) -> None:
    note = GLOSSARY[name]
    assert note[0].isupper()
    assert note.endswith(".")
    assert len(note) <= 200
    assert name[0].islower() or name.isupper() or name[:2].isupper() or name.split()[0] in NAMES


def test_a_term_stands_as_it_is_or_in_other_words_and_is_only_ever_text() -> None:
    note = GLOSSARY["epoch"]
    start = f'<button type="button" class="term" aria-expanded="false" data-note="{note}">'
    assert term("epoch") == f"{start}epoch</button>"
    assert term("epoch", "a < b") == f"{start}a &lt; b</button>"


def test_a_word_that_is_not_explained_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"^'quux'$"):
        term("quux")

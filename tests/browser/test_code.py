"""The Code page in a real browser: other libraries, copying, files, a narrow screen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage

QUERY = "?seeds=2&epochs=5&learning_rate=0.1"


def opened(page: Page, query: str = QUERY) -> Page:
    page.goto(f"/code{query}")
    expect(page.get_by_test_id("stCode")).to_contain_text("an experiment of BatchNorm Lab in", timeout=30_000)
    return page


def download(page: Page, label: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_another_library_is_another_program_and_stays_in_the_address(page: Page) -> None:
    opened(page)
    shown = page.get_by_test_id("stCode")
    expect(shown).to_contain_text("import keras")
    page.get_by_test_id("stButtonGroup").get_by_text("NumPy").click()
    expect(shown).to_contain_text("def norm_backward(dy, layer, cache)")
    page.wait_for_url("**v.library=numpy*")
    page.reload()
    expect(shown).to_contain_text("def norm_backward(dy, layer, cache)", timeout=30_000)
    expect(shown).to_contain_text("LEARNING_RATE = 0.1")


def test_the_program_is_copied_whole(new_page: NewPage) -> None:
    page = opened(new_page(permissions=["clipboard-read", "clipboard-write"]))
    page.get_by_test_id("stCode").hover()
    page.get_by_role("button", name="Copy to clipboard").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('outputs:')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith('"""Batch normalization: an experiment of BatchNorm Lab in Keras.')
    compile(copied, "copied.py", "exec")


def test_the_files_have_their_names_and_fit_each_other(page: Page, tmp_path: Path) -> None:
    opened(page, f"{QUERY}&v.library=numpy&v.run=2")
    expect(page.get_by_role("button", name="Weights .npz")).to_be_visible(timeout=30_000)
    source, notebook, weights = (download(page, label, tmp_path) for label in ("Program .py", "Notebook .ipynb", "Weights .npz"))
    stem = weights.stem
    assert stem.endswith("-seed1")
    assert (source.name, notebook.name) == (f"{stem}-numpy.py", f"{stem}-numpy.ipynb")
    assert f'FILE = "{weights.name}"' in source.read_text("utf-8")
    assert json.loads(notebook.read_text("utf-8"))["nbformat"] == 4
    with np.load(weights, allow_pickle=False) as arrays:
        assert arrays["logits_test"].shape == (100,)


def test_a_phone_needs_no_scrolling_sideways(new_page: NewPage) -> None:
    page = opened(new_page(390, 844))
    expect(page.get_by_role("heading", name="Three kinds of numbers")).to_be_attached(timeout=30_000)
    widths = page.evaluate("[document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth]")
    assert max(widths) <= 390


def test_the_playground_opens_with_the_same_experiment(page: Page) -> None:
    opened(page)
    page.get_by_role("link", name="Open this in the Playground").click()
    expect(page.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=30_000)
    assert "learning_rate=0.1" in page.url

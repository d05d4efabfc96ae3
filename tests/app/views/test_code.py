from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app import compute
from app.export import Plan, program
from app.views import code
from bncore import RunConfig
from bncore.data import load_data

SMALL = {"seeds": "2", "epochs": "3"}
CONFIG = RunConfig(seeds=2, epochs=3)


def page() -> None:
    from app.views.code import render

    render()


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(code, "link_to_playground", lambda _: None)  # the navigation is not drawn here
    monkeypatch.setattr(code, "WAIT", 60.0)
    test = AppTest.from_function(page, default_timeout=60)
    test.query_params.update(SMALL)
    return test


def shown(app: AppTest) -> str:
    assert not app.exception
    return str(app.code[0].value)


def files(app: AppTest) -> dict[str, Any]:
    return {element.proto.label: element.proto for element in app.get("download_button")}


def test_the_page_shows_the_program_of_the_experiment(app: AppTest) -> None:
    app.query_params["learning_rate"] = "0.1"
    app.run()
    plan = Plan(CONFIG.replace(learning_rate=0.1))
    assert shown(app) == program(plan, "keras").source.rstrip()
    assert set(files(app)) == {"Program .py", "Notebook .ipynb", "Weights .npz"}
    assert any(f"python {plan.stem}-keras.py" in caption.value for caption in app.caption)


@pytest.mark.parametrize("library", ["torch", "numpy"])
def test_another_library_shows_another_program_and_is_in_the_address(app: AppTest, library: str) -> None:
    app.run()
    app.segmented_control(key="v.library").set_value(library).run()
    assert shown(app) == program(Plan(CONFIG), library).source.rstrip()
    assert app.query_params["v.library"] == library


def test_the_address_chooses_library_arm_and_seed(app: AppTest) -> None:
    app.query_params |= {"v.library": "numpy", "v.arm": "2", "v.run": "2"}
    app.run()
    assert shown(app) == program(Plan(CONFIG.replace(norm="none"), 1), "numpy").source.rstrip()


@pytest.mark.parametrize("bad", ["C++", "<img>", ""])
def test_what_the_address_says_wrongly_is_the_usual(app: AppTest, bad: str) -> None:
    app.query_params |= {"v.library": bad, "v.arm": "99", "v.run": "-3"}
    app.run()
    assert shown(app) == program(Plan(CONFIG.replace(norm="none")), "keras").source.rstrip()


def test_labels_and_values_of_the_address_never_reach_the_program(app: AppTest) -> None:
    app.query_params |= {"arm": ['""" import os; os.system("x") #:', "two:norm=none"], "dataset": '"""; evil()'}
    app.run()
    assert "evil" not in shown(app)
    assert "os.system" not in shown(app)
    assert any(warning.value.startswith("dataset\\: must be one of") for warning in app.warning)


def test_the_weights_are_those_of_the_run(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bytes] = []
    made = code.weights_npz
    monkeypatch.setattr(code, "weights_npz", lambda plan, result: kept.append(made(plan, result)) or kept[-1])
    app.query_params |= {"v.run": "2"}
    app.run()
    with np.load(io.BytesIO(kept[-1]), allow_pickle=False) as arrays:
        assert arrays["layer1/weight"].shape == (2, 16)
        np.testing.assert_array_equal(arrays["x_train"], load_data(CONFIG).x_train[1])
    assert "Weights .npz" in files(app)


def test_while_it_trains_the_program_is_there_and_the_weights_say_how_far_they_are(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Working:
        done, released, error, progress = False, False, None, 0.25

        def wait(self, _: float) -> bool:
            return False

        def results(self) -> None:
            return None

    monkeypatch.setattr(compute, "request", lambda *_: Working())
    monkeypatch.setattr(code, "WAIT", 0.0)
    app.run()
    assert shown(app)
    assert set(files(app)) == {"Program .py", "Notebook .ipynb"}
    assert app.button(key="code.training").label == "Training: 25 %"


def test_a_failed_run_is_a_sentence(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failed:
        done, released, error = True, False, "Training: must fit into memory; got MemoryError. Use fewer seeds, points or neurons."

    monkeypatch.setattr(compute, "request", lambda *_: Failed())
    app.run()
    assert shown(app)
    assert "must fit into memory" in app.error[0].value


def test_too_much_to_train_still_has_a_program(app: AppTest) -> None:
    app.query_params |= {"hidden": ",".join(["64"] * 20), "seeds": "512", "epochs": "500"}
    app.run()
    assert app.warning[0].value.startswith("There are no trained weights. seeds\\: one arm may take at most")
    assert set(files(app)) == {"Program .py", "Notebook .ipynb"}


def test_a_run_that_diverged_says_so(app: AppTest) -> None:
    app.query_params |= {"learning_rate": "100", "activation": "linear", "hidden": "8,8,8,8", "norm": "none", "epochs": "10"}
    app.run()
    assert any("This run diverged at step" in caption.value for caption in app.caption)


def test_what_a_library_refuses_is_a_sentence_and_no_file(app: AppTest) -> None:
    app.query_params |= {"norm": "group", "groups": "16", "batch_size": "1", "v.library": "torch"}
    app.run()
    assert not app.code
    assert app.info[0].value.startswith("PyTorch's GroupNorm refuses a batch of one sample")
    assert set(files(app)) == {"Weights .npz"}


def test_the_tables_show_the_counts_of_the_notes(app: AppTest) -> None:
    app.run()
    said = "\n".join(element.value for element in app.markdown)
    assert "| BN 1 | gamma 16, beta 16, running mean 16, running var 16 | 32 | 32 | 64 |" in said
    assert "Here 12 (6 + 6) and 8 (4 + 4)." in said

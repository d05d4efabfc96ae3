"""The programs: that they are good code, say what they are, and in NumPy do to the last digits what the engine does."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from app.export import LIBRARIES, Plan, program, weights_arrays, weights_npz
from bncore.config import RunConfig
from tests.app.export.runs import BASE, CASES, batch_losses, executed, trained
from tests.configs import configs

RULES = "E,F,W,I,B,UP,SIM"
OPTIONS = ("--isolated", "--no-cache", "--line-length", "100")


def plan_of(case: str) -> Plan:
    return Plan(RunConfig(**BASE | CASES[case]), 1)


@pytest.mark.parametrize("case", CASES)
def test_numpy_trains_as_the_engine_does_and_answers_as_the_app(case: str, tmp_path: Path) -> None:
    plan, result = trained(case)
    names = executed(plan, result, "numpy", tmp_path)
    arrays = weights_arrays(plan, result)
    single = plan.config.precision == "float32"
    size = max(1.0, float(np.abs(arrays["logits_test"]).max()))
    assert np.abs(names["logits"] - arrays["logits_test"]).max() <= (1e-5 if single else 1e-12) * size
    ours, apps = batch_losses(result.history, names["losses"])
    if case != "deep":  # forty layers of three units double the last digit's error in each
        np.testing.assert_allclose(ours, apps, rtol=1e-4 if single else 1e-9)
        for i, layer in enumerate(names["network"], 1):
            np.testing.assert_allclose(layer["weight"], arrays[f"layer{i}/weight"], atol=1e-4 if single else 1e-7)
        np.testing.assert_allclose(names["test_loss"], result.history.test_loss[-1, 1], rtol=1e-3 if single else 1e-7)
        np.testing.assert_allclose(names["test_score"], result.history.test_accuracy[-1, 1], rtol=1e-3 if single else 1e-7)
    assert "largest difference from the app's outputs" in names["printed"]


@pytest.mark.parametrize("library", LIBRARIES)
def test_programs_are_formatted_and_without_a_fault_that_ruff_finds(library: str, tmp_path: Path) -> None:
    for i, case in enumerate(CASES):
        (tmp_path / f"case_{i}.py").write_text(program(plan_of(case), library).source, "utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    for command in (["format", "--check"], ["check", "--select", RULES, "--ignore", "B905"]):
        done = subprocess.run(
            [ruff, *command, *OPTIONS, tmp_path],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("library", LIBRARIES)
def test_every_name_of_a_program_is_used(library: str, case: str) -> None:
    tree = ast.parse(program(plan_of(case), library).source)
    defined = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id.isupper()}
    defined |= {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    assert defined - used == set()


def test_the_numpy_program_imports_numpy_only_and_is_read_in_one_sitting() -> None:
    for case in CASES:
        tree = ast.parse(source := program(plan_of(case), "numpy").source)
        assert [a.name for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names] == ["numpy"]
        assert len(source.splitlines()) < 300
    assert len(program(Plan(RunConfig()), "numpy").source.splitlines()) < 200


@settings(max_examples=60)
@given(configs())
def test_any_settings_give_programs_that_compile(config: RunConfig) -> None:
    for library in LIBRARIES:
        made = program(Plan(config), library)
        assert bool(made.source) != bool(made.refusal)
        compile(made.source, library, "exec")


def test_a_program_says_its_settings_and_where_libraries_differ() -> None:
    plan = Plan(RunConfig(learning_rate=0.1, seed=5), 2)
    source = program(plan, "torch").source
    assert source.startswith('"""Batch normalization: an experiment of BatchNorm Lab in PyTorch.\n')
    assert "\n  learning_rate = 0.1\n  seed = 5\n" in source
    assert "The run of seed 7 is trained here." in source
    assert "momentum=1 - BN_MOMENTUM" in source
    assert "PyTorch stores the unbiased running variance" in source.replace("\n# ", " ")
    assert "is biased (divided by n), as in the app" in program(plan, "keras").source.replace("\n# ", " ")


@pytest.mark.parametrize(
    ("library", "changes", "says"),
    [
        ("numpy", {"dropout": 0.2}, "the app's own random numbers, and so is dropout."),
        ("torch", {"dropout": 0.2}, "Dropout comes from PyTorch's own generator, so the losses differ from the app's."),
        ("keras", {"norm": "noisy"}, "Noise comes from Keras's own generator, so the losses differ from the app's."),
        ("keras", {"optimizer": "adam"}, "Keras adds Adam's epsilon before the bias correction, the app and PyTorch after it."),
        (
            "keras",
            {"weight_decay": 0.1},
            "As an L2 penalty it is part of the loss that Keras returns;",
        ),
    ],
)
def test_a_program_says_what_it_cannot_repeat(library: str, changes: dict[str, object], says: str) -> None:
    assert says in re.sub(r"\n(# )?", " ", program(Plan(RunConfig(**changes)), library).source)


def test_what_pytorch_refuses_is_a_sentence() -> None:
    plan = Plan(RunConfig(norm="group", groups=16, batch_size=1))
    assert program(plan, "torch").refusal == (
        "PyTorch's GroupNorm refuses a batch of one sample with groups of one unit. Use fewer groups, or a larger batch."
    )
    assert program(plan, "torch").source == program(plan, "torch").notebook == ""
    assert program(plan, "keras").source


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_notebook_holds_the_same_code_and_is_valid(library: str) -> None:
    made = program(Plan(RunConfig()), library)
    book = json.loads(made.notebook)
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in book["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", name) for name in ids)
    for cell in book["cells"]:
        code = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == {"cell_type", "id", "metadata", "source"} | code
    code = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    assert ast.dump(ast.parse("\n".join(code))) == ast.dump(ast.Module(ast.parse(made.source).body[1:], []))


def test_files_have_names_of_letters_digits_and_dashes_only() -> None:
    plan = plan_of("BN after")
    assert re.fullmatch(r"bnlab-[0-9a-f]{8}-seed1\.npz", plan.weights_file)
    assert program(plan, "keras").stem == f"{plan.stem}-keras"


def test_the_weights_are_plain_arrays_by_layer(tmp_path: Path) -> None:
    plan, result = trained("some layers")
    file = tmp_path / "w.npz"
    file.write_bytes(weights_npz(plan, result))
    with np.load(file, allow_pickle=False) as arrays:
        shapes = {name: arrays[name].shape for name in arrays.files}
    assert shapes["layer1/weight"] == (2, 6)
    assert shapes["layer3/running_var"] == (6,)
    assert "layer2/gamma" not in shapes
    assert shapes["logits_test"] == shapes["y_test"]
    assert weights_npz(plan, result) == weights_npz(plan, result)


def test_a_table_of_ones_own_stays_out_of_the_program() -> None:
    rows = tuple((float(i), float(-i), i % 2) for i in range(12))
    source = program(Plan(RunConfig(dataset="table", table=rows, batch_size=4)), "numpy").source
    assert "  dataset = table\n" in source
    assert "0.0,-0.0,0" not in source
    assert "table =" not in source.replace("dataset = table", "")

"""The house rules that a machine can check: pins, documents, names and contrasts."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((*ROOT.glob("bncore/**/*.py"), *ROOT.glob("app/**/*.py")))
SCRIPTS = sorted(ROOT.glob("app/static/live/**/*.js"))
LONGER = {"config.py": 600}  # a table: each field with all that is known about it
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt", "requirements-peers.txt")


def text(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def pins(path: str) -> dict[str, str]:
    lines = [line for line in text(path).splitlines() if line and not line.startswith("#")]
    return dict(re.fullmatch(r"([a-z0-9-]+)==([0-9.]+)", line).groups() for line in lines)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, 1..21."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """Return ``share`` of one colour laid over the other."""
    parts = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02X}" for a, b in parts)


def is_public_definition(node: ast.stmt) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not node.name.startswith("_")


@pytest.mark.parametrize("path", REQUIREMENTS)
def test_each_dependency_is_pinned_and_has_its_line(path: str) -> None:
    listed = set(re.findall(r"^\| ([a-z0-9-]+) \| ", text("docs/decisions/dependencies.md"), re.MULTILINE))
    assert set(pins(path)) <= listed


def test_each_line_on_a_dependency_is_true() -> None:
    listed = set(re.findall(r"^\| ([a-z0-9-]+) \| ", text("docs/decisions/dependencies.md"), re.MULTILINE)) - {"package"}
    javascript = json.loads(text("package.json"))["devDependencies"]
    assert listed == {name for path in REQUIREMENTS for name in pins(path)} | set(javascript)


def test_typescript_is_pinned() -> None:
    assert re.fullmatch(r"[0-9.]+", json.loads(text("package.json"))["devDependencies"]["typescript"])


def test_readme_names_its_two_commands_and_the_container() -> None:
    readme = text("README.md")
    commands = re.findall(r"^make [a-z]+", readme, re.MULTILINE)
    assert commands == ["make run", "make test"]
    assert "docker build -t bnlab . && docker run -p 8501:8501 bnlab" in readme


def test_the_example_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", text("README.md"), re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})
    assert len(capsys.readouterr().out.strip("[]\n").split()) == 8


def test_readme_and_contributing_name_only_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", text("README.md") + text("CONTRIBUTING.md")))
    assert named <= targets


@pytest.mark.parametrize(
    "path", ["README.md", "CONTRIBUTING.md", *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/**/*.md"))]
)
def test_links_inside_the_repository_lead_somewhere(path: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text(path)) if "://" not in link]
    assert [link for link in links if not (ROOT / path).parent.joinpath(link).exists()] == []


def test_each_decision_is_in_the_index() -> None:
    pages = {page.name for page in ROOT.glob("docs/decisions/*.md")} - {"README.md"}
    assert set(re.findall(r"\]\(([a-z-]+\.md)\)", text("docs/decisions/README.md"))) == pages


def test_make_run_the_container_and_the_tests_start_the_same_server() -> None:
    assert "@PORT=$(PORT) exec $(BIN)/python -m app\n" in text("Makefile")
    assert 'CMD ["python", "-m", "app"]' in text("Dockerfile")
    assert '"-m", "streamlit", "run", "app/main.py", f"--server.port=' in text("app/__main__.py")
    assert '"-m", "streamlit", "run", "app/main.py", f"--server.port=' in text("tests/browser/server.py")


@pytest.mark.parametrize(
    ("target", "variables", "says"),
    [
        (
            ".venv/bin/python",
            {"PYTHON": "no-python"},
            "Python 3.11 or newer is needed (looked for: no-python). Name yours with make PYTHON=...",
        ),
        (
            ".venv/bin/python",
            {"PYTHON": "false"},
            "Python 3.11 or newer is needed (looked for: false). Name yours with make PYTHON=...",
        ),
        (
            "node_modules/.stamp",
            {"PATH": "/nowhere", "SHELL": "/bin/sh"},
            "Node.js 20 or newer with npm is needed to check the JavaScript. Install it from nodejs.org or your system's packages.",
        ),
    ],
    ids=["no Python", "an old Python", "no Node.js"],
)
def test_set_up_says_in_one_line_what_is_missing(tmp_path: Path, target: str, variables: dict[str, str], says: str) -> None:
    for name in ("Makefile", "package.json", "package-lock.json"):
        (tmp_path / name).write_text(text(name), "utf-8")
    command = [shutil.which("make") or "make", "--silent", target, *(f"{name}={value}" for name, value in variables.items())]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == says


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_names_are_in_all(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    exported = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(name, ast.Name) and name.id == "__all__" for name in node.targets)
    ]
    defined = {node.name for node in tree.body if is_public_definition(node)}
    if module.name == "main.py":
        defined.discard("lifespan")
    assert defined <= set(exported[0] if exported else ())


@pytest.mark.parametrize("module", [*MODULES, *SCRIPTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_short_and_hold_no_leftovers(module: Path) -> None:
    lines = module.read_text("utf-8").splitlines()
    assert len(lines) <= LONGER.get(module.name, 250 if module.suffix == ".js" else 300)
    assert [line for line in lines if re.search(r"\b(TODO|FIXME|XXX)\b|console\.log|breakpoint\(\)", line)] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_of_the_page_can_be_read(theme: str) -> None:
    colours = tomllib.loads(text(".streamlit/config.toml"))["theme"][theme]
    sidebar = colours["secondaryBackgroundColor"]
    selected = mixed(colours["primaryColor"], sidebar, 0.1)
    assert min(contrast(colours["textColor"], ground) for ground in (colours["backgroundColor"], sidebar)) >= 7
    assert min(contrast(colours["linkColor"], ground) for ground in (colours["backgroundColor"], sidebar)) >= 4.5
    assert min(contrast(colours["primaryColor"], ground) for ground in (colours["backgroundColor"], sidebar, selected)) >= 4.5

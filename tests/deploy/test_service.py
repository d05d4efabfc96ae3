"""The systemd unit, as systemd itself reads it."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.settings import described

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy/bnlab.service"
MOST = 1.5
"""How exposed the unit may be, of 10, as systemd-analyze counts."""


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze, of Debian's package systemd, is not on this system")
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that exists in place of the one of a checkout."""
    program = tmp_path / ".venv/bin/python"
    program.parent.mkdir(parents=True)
    program.touch(0o755)
    (tmp_path / "docs").mkdir()
    path = tmp_path / UNIT.name
    path.write_text(UNIT.read_text("utf-8").replace("/opt/bnlab", str(tmp_path)), "utf-8")
    return path


def test_systemd_finds_nothing_wrong(unit: Path) -> None:
    done = analyze("verify", "--man=no", str(unit))
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_would_find_what_is_wrong(unit: Path) -> None:
    unit.write_text(unit.read_text("utf-8").replace("ProtectSystem=strict", "ProtectSystem=very"), "utf-8")
    assert "Failed to parse protect system value" in analyze("verify", "--man=no", str(unit)).stderr


def test_the_unit_is_as_closed_as_systemd_counts(unit: Path) -> None:
    done = analyze("security", "--offline=yes", "--no-pager", f"--threshold={int(MOST * 10)}", str(unit))
    assert done.returncode == 0, done.stdout


def test_it_starts_the_checkouts_own_environment_and_stays_stopped_over_a_wrong_setting() -> None:
    parts = configparser.ConfigParser(strict=False, interpolation=None)
    parts.optionxform = str  # type: ignore[assignment, method-assign]
    parts.read(UNIT)
    service = parts["Service"]
    assert service["ExecStart"] == "/opt/bnlab/.venv/bin/python -m app"
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", "2")
    assert (service["DynamicUser"], service["ProtectSystem"], service["CapabilityBoundingSet"]) == ("yes", "strict", "")


def test_the_settings_it_names_exist() -> None:
    known = {variable.name for variable, _ in described().values()}
    assert {*re.findall(r"\bBNLAB_[A-Z_]+", UNIT.read_text("utf-8"))} <= known

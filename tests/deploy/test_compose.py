"""The compose file against the Compose Specification's own schema, and the promises that the schema does not know.

`compose-spec.json` is the schema as github.com/compose-spec/compose-spec publishes it (Apache-2.0).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from app.settings import described

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "deploy/compose.yaml"
TEXT = COMPOSE.read_text("utf-8")
SERVICES: dict[str, Any] = yaml.safe_load(TEXT)["services"]
EACH = pytest.mark.parametrize("name", SERVICES)


def faults(document: object) -> list[str]:
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text("utf-8"))
    return [f"{error.json_path}: {error.message}" for error in Draft7Validator(schema).iter_errors(document)]


def test_the_file_keeps_to_the_published_schema() -> None:
    assert faults(yaml.safe_load(TEXT)) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("read_only: true", "read_only: 3"), ("replicas:", "replica:"), ("condition: service_healthy", "condition: well")],
)
def test_the_schema_finds_what_is_wrong(right: str, wrong: str) -> None:
    assert right in TEXT
    assert faults(yaml.safe_load(TEXT.replace(right, wrong, 1))) != []


@EACH
def test_each_service_has_a_read_only_root_no_capability_and_limits(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [mount.partition(":")[0] for mount in service["tmpfs"]] == ["/tmp"]
    assert {*service["deploy"]["resources"]["limits"]} == {"cpus", "memory", "pids"}
    assert service["restart"] == "unless-stopped"
    assert {"privileged", "user", "network_mode", "cap_add", "devices"} & {*service} == set()


@EACH
def test_nothing_is_mounted_that_a_service_could_write(name: str) -> None:
    assert [mount for mount in SERVICES[name].get("volumes", []) if not mount.endswith(":ro")] == []


def test_only_the_proxy_is_reached_and_copies_reach_nobody() -> None:
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["proxy"]
    assert yaml.safe_load(TEXT)["networks"]["inside"] == {"internal": True}
    assert SERVICES["lab"]["networks"] == ["inside"]


def test_both_services_are_checked() -> None:
    assert "healthcheck" in SERVICES["proxy"]
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text("utf-8")
    assert SERVICES["proxy"]["depends_on"] == {"lab": {"condition": "service_healthy"}}


def test_every_setting_of_the_app_can_be_given_and_no_other() -> None:
    known = {variable.name for variable, _ in described().values()}
    assert {*SERVICES["lab"]["environment"]} == known
    proxys = {*re.findall(r"\$\{(BNLAB_[A-Z_]+)", (ROOT / "deploy/haproxy.cfg").read_text("utf-8"))}
    assert {*SERVICES["proxy"]["environment"]} == proxys & {"BNLAB_BASE_PATH", "BNLAB_TLS"}
    assert proxys - {*SERVICES["proxy"]["environment"]} == {"BNLAB_BIND", "BNLAB_DNS", "BNLAB_HOST", "BNLAB_TLS_FILE"}


def test_each_variable_has_a_default_and_is_explained() -> None:
    guide = (ROOT / "docs/deploy.md").read_text("utf-8")
    used = re.findall(r"\$\{([A-Z_]+)(:-)?", TEXT)
    assert [name for name, default in used if not default] == []
    settings = {variable.name for variable, _ in described().values()}
    assert [name for name, _ in used if name not in settings and f"`{name}`" not in guide] == []

"""The image and the compose file, as far as they can be checked where no container engine is."""

import re
from typing import Any

import msgspec
import pytest
import yaml

from cairn.kernel.settings import PREFIX, Settings
from cairn.serving import STOP_TIMEOUT_S
from support.repository import REPOSITORY

SERVERS = ("server-1", "server-2")
COMPOSE = REPOSITORY / "compose.yaml"
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
LAST_STAGE = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return parsed


def test_every_service_comes_back_and_says_how_it_is(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["restart"] == "unless-stopped", name
        assert "healthcheck" in service or "build" in service, name
    for server in SERVERS:
        waits = compose["services"][server]["depends_on"]
        assert set(waits) == set(compose["services"]) - {*SERVERS, "balancer"}
        assert {wait["condition"] for wait in waits.values()} == {"service_healthy"}


def test_the_balancer_looks_away_before_a_server_stops(compose: dict[str, Any]) -> None:
    configuration = compose["configs"]["balancer"]["content"]
    interval = re.search(r"health_interval (\d+)s", configuration)
    assert interval is not None
    for server in SERVERS:
        assert f"{server}:8000" in configuration
        drain_s = int(compose["services"][server]["environment"]["CAIRN_DRAIN_S"])
        grace_s = int(compose["services"][server]["stop_grace_period"].removesuffix("s"))
        assert 2 * int(interval[1]) < drain_s < grace_s - STOP_TIMEOUT_S


def test_compose_sets_only_settings_that_exist(compose: dict[str, Any]) -> None:
    fields = {PREFIX + field.name.upper() for field in msgspec.structs.fields(Settings)}
    assert {name for name in compose["services"]["server-1"]["environment"] if name.startswith(PREFIX)} <= fields


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    secret = re.compile(r"PASSWORD|SECRET|KEY")
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            for reference in re.findall(r"\$\{([^}]*)\}", str(value)):
                assert not secret.search(reference) or ":?" in reference, f"{name}: {variable}"
            assert not secret.search(variable) or "${" in str(value), f"{name}: {variable}"


def test_named_volumes_are_declared(compose: dict[str, Any]) -> None:
    used = {mount.split(":")[0] for service in compose["services"].values() for mount in service.get("volumes", ())}
    assert used == set(compose["volumes"])


def test_images_are_pinned_to_a_version(compose: dict[str, Any]) -> None:
    images = [service["image"] for service in compose["services"].values() if "build" not in service]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)
    assert not [image for image in images if ":" not in image or image.endswith(":latest")]


def test_the_image_runs_as_nobody_special_and_says_how_it_is() -> None:
    assert "\nUSER cairn\n" in LAST_STAGE
    assert "\nHEALTHCHECK " in LAST_STAGE
    assert "/readyz" in LAST_STAGE
    assert "\nVOLUME /data\n" in LAST_STAGE
    assert LAST_STAGE.index("USER cairn") < LAST_STAGE.index("ENTRYPOINT")


def test_the_image_builds_with_the_same_uv() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    pinned = re.search(r"^UV_VERSION := (\S+)$", makefile, flags=re.MULTILINE)
    assert pinned is not None
    assert f"uv=={pinned[1]}" in DOCKERFILE


def test_everything_the_image_copies_is_let_through() -> None:
    let_through = {
        line[1:] for line in (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"
    }
    for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, flags=re.MULTILINE):
        for source in line.split()[:-1]:
            assert source.split("/")[0] in let_through, source

"""Images, compose file, nginx and units fit each other and the settings. What needs Docker isn't run here."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.requirements import need

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text()
DOCUMENTED = set(re.findall(r"`([A-Z_0-9]+)`", (ROOT / "docs" / "settings.md").read_text()))
OURS = {name for name, service in SERVICES.items() if str(service["image"]).startswith("portal")}
# Of the servers beside the portal, in .env for compose.yaml alone.
SERVERS = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "ELASTIC_PASSWORD"}
OPTIONAL = {"PORTAL_VERSION", "HTTP_PORT", "HTTPS_PORT"}


def offered() -> set[str]:
    """Names that .env.example has, switched off ones as well."""
    return set(re.findall(r"^#?([A-Z_0-9]+)=", EXAMPLE, re.MULTILINE))


def pins(text: str) -> dict[str, str]:
    """Packages and their versions."""
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\\s]+)", text, re.MULTILINE))


def test_every_name_of_the_environment_is_explained():
    used = {
        name
        for service in SERVICES.values()
        if service["image"].startswith("portal:")
        for name in service["environment"]
    }
    assert used <= DOCUMENTED
    assert offered() - SERVERS <= DOCUMENTED


def test_what_the_compose_file_asks_for_is_in_the_example():
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))
    assert asked - OPTIONAL <= offered()
    # A password that is forgotten stops the start, it doesn't become empty.
    text = (ROOT / "compose.yaml").read_text()
    assert all(f"${{{name}:?}}" in text and f"${{{name}}}" not in text for name in SERVERS)


def test_production_starts_with_the_example_filled_in(start):
    values = dict(line.split("=", 1) for line in EXAMPLE.splitlines() if re.match(r"[A-Z]", line))
    values["SECRET_KEY"] = "6fR2mQ9xLw4ZtB8vKc1YpD7sHj3NgE5aUo0iTbVr-another-one"
    for name in SERVERS:
        values[name] = "abc123"
    for name, value in SERVICES["web"]["environment"].items():
        values[name] = re.sub(r"\$\{([A-Z_]+)[^}]*\}", lambda match: values[match[1]], value)
    settings = start(values)
    assert settings.DATABASES["default"]["HOST"] == "database"
    assert settings.CACHES["default"]["LOCATION"] == "redis://:abc123@cache:6379/0"
    assert "django_tasks_db" in settings.INSTALLED_APPS


def test_services_name_servers_networks_and_volumes_that_exist():
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        named = [one.split(":")[0] for one in service.get("volumes", []) if ":" in one]
        assert {name for name in named if not name.startswith((".", "/"))} <= set(COMPOSE["volumes"])
    for address in (SERVICES["web"]["environment"][name] for name in ("DATABASE_URL", "CACHE_URL", "SEARCH_URL")):
        assert re.search(r"@([a-z]+):\d+/", address)[1] in SERVICES
    for name, condition in SERVICES["web"]["depends_on"].items():
        assert condition["condition"] == "service_completed_successfully" or "healthcheck" in SERVICES[name]


def test_nothing_runs_with_more_than_it_needs():
    for name, service in SERVICES.items():
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not service.get("privileged") and service.get("network_mode") != "host"
    for name in OURS:
        assert SERVICES[name]["read_only"] and SERVICES[name]["cap_drop"] == ["ALL"], name
    # What holds data has no way in from outside, and no way out.
    assert COMPOSE["networks"]["inside"]["internal"]
    for name in ("database", "cache", "search", "bucket"):
        assert SERVICES[name]["networks"] == ["inside"] and "ports" not in SERVICES[name]


def test_commands_exist():
    from django.core.management import get_commands

    commands = {str(service.get("command", "")) + str(service.get("healthcheck", "")) for service in SERVICES.values()}
    units = [path.read_text() for path in (ROOT / "deploy" / "systemd").glob("*.service")]
    text = "\n".join([*commands, *units]).replace("', '", " ")
    named = set(re.findall(r"manage\.py ([a-z_]+)", text))
    assert {"migrate", "run_due", "doctor", "db_worker"} <= named <= set(get_commands())


def test_stages_and_copied_files_exist():
    text = (ROOT / "Dockerfile").read_text()
    stages = set(re.findall(r" AS (\w+)", text))
    assert {service["build"]["target"] for service in SERVICES.values() if "build" in service} <= stages
    for source in re.findall(r"^COPY (?!--from)(\S+) ", text, re.MULTILINE):
        assert (ROOT / source).exists(), source
    assert "\nUSER portal\n" in text
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert all((ROOT / name).exists() for name in let_in)
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps <= set(let_in), "an app is missing from the image"


def test_the_image_installs_what_was_tested_and_no_test_tools():
    everything, runs = (pins((ROOT / name).read_text()) for name in ("requirements.txt", "deploy/requirements.txt"))
    assert {name: version for name, version in runs.items() if everything.get(name) != version} == {}
    assert {"django", "wagtail", "gunicorn", "psycopg", "redis"} <= set(runs)
    assert not {"pytest", "playwright", "moto", "ruff", "uv"} & set(runs)
    assert (ROOT / "deploy" / "requirements.txt").read_text().count("--hash=sha256:") > len(runs)


def nginx_config(folder: Path, name: str) -> Path:
    """A whole configuration around one of ours, with a certificate of a minute's making."""
    openssl = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=portal"]
    subprocess.run(  # noqa: S603
        [*openssl, "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"], check=True, capture_output=True
    )
    text = (ROOT / "deploy" / "nginx" / name).read_text()
    text = re.sub(r"/\S+/(fullchain|privkey)\.pem", rf"{folder}/\1.pem", text)
    text = text.replace("/etc/nginx/portal.conf", str(ROOT / "deploy" / "nginx" / "portal.conf"))
    # Newer than what Debian has: names that are looked up again, and the way HTTP/2 is switched on.
    text = text.replace("server web:8000 resolve", "server 127.0.0.1:8000").replace("http2 on;", "")
    text = re.sub(r"listen (\[::\]:)?(80|443)\b", lambda match: f"listen {match[1] or ''}{int(match[2]) + 18000}", text)
    (folder / "site.conf").write_text(text)
    # Started by root its workers would be somebody else, who may not look into the folders of tests.
    user = "user root; " if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log off; client_body_temp_path {folder}/body; "
        f"proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; "
        f"scgi_temp_path {folder}/s; include {folder}/site.conf; }}\n"
    )
    return folder / "nginx.conf"


@pytest.mark.parametrize("name", ["compose.conf", "debian.conf"])
def test_nginx_takes_its_configuration(tmp_path, name):
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    need(nginx, "nginx (apt install nginx)")
    outcome = subprocess.run(  # noqa: S603
        [nginx, "-t", "-c", nginx_config(tmp_path, name)], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    assert "[warn]" not in outcome.stderr


def test_units_are_in_order(tmp_path):
    analyze = shutil.which("systemd-analyze")
    need(analyze, "systemd-analyze (apt install systemd)")
    units = []
    for unit in sorted((ROOT / "deploy" / "systemd").glob("*.service")):
        # What it starts isn't installed on a machine for tests.
        text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(text)
        units.append(tmp_path / unit.name)
    assert len(units) == 3
    outcome = subprocess.run([analyze, "verify", "--man=no", *units], capture_output=True, text=True, check=False)  # noqa: S603
    told = [
        line for line in (outcome.stdout + outcome.stderr).splitlines() if str(tmp_path) in line or "portal-" in line
    ]
    assert told == []

"""What the repository promises beside its code: one place for dependencies, docs that hold."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement

from segment import cli

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"\bsegment (?!run --help)([a-z]+)((?: [^`\n#]*)?)")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[ ;]", line)[0].lower() for line in requirements}


def test_conda_users_get_the_package_itself_and_the_same_python():
    environment = text("environment.yml")

    assert f"- python {PROJECT['requires-python']}" in environment
    assert "- --editable .[dev]" in environment.split("- pip:")[1]
    declared = names(PROJECT["dependencies"]) - {"python"}
    assert [name for name in declared if re.search(rf"- {re.escape(name)}\b", environment)] == []


def test_the_lock_pins_everything_that_is_declared_by_hash():
    lock = text("requirements.lock")
    pinned = set(re.findall(r"^([a-z0-9.-]+)==", lock, re.M))
    declared = names(PROJECT["dependencies"]) | names(PROJECT["optional-dependencies"]["dev"])

    assert declared <= pinned
    assert lock.count("--hash=sha256:") >= len(pinned)


def test_the_lock_is_what_is_installed():
    lines = re.findall(r"^[a-z0-9.-]+==[^\\\n]+", text("requirements.lock"), re.M)
    pins = [Requirement(line) for line in lines]
    here = {pin.name: pin.specifier for pin in pins if not pin.marker or pin.marker.evaluate()}
    declared = names(PROJECT["dependencies"])

    installed = {name: importlib.metadata.version(name) for name in declared}

    assert {name for name in declared if installed[name] not in here[name]} == set()


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements.in", "pyproject.toml", "Makefile"]
)
def test_no_registry_host_is_named(name):
    assert re.findall(r"https?://|index-url|\bpypi\.", text(name)) == []


def test_pandas_stays_below_4_because_lifetimes_needs_an_option_that_4_removes():
    assert "pandas>=2.2,<4" in PROJECT["dependencies"]


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    targets = [it for it in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in it]

    assert [it for it in targets if not (path.parent / it).exists()] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_command_in_the_docs_exists_with_its_options(path):
    fenced = "\n".join(re.findall(r"```console\n(.*?)```", path.read_text(encoding="utf-8"), re.S))
    for name, rest in COMMAND.findall(fenced):
        command = cli.main.commands[name]
        known = {opt for param in command.params for opt in param.opts} | {"--help"}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, f"segment {name}{rest}"


def test_every_command_is_in_the_readme():
    readme = text("README.md")

    assert isinstance(cli.main, click.Group)
    documented = {name for name, _ in COMMAND.findall(readme)}
    assert set(cli.main.commands) - documented - {"codebook", "sample"} == set()


def test_every_target_of_make_that_the_readme_names_exists():
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.M))

    assert set(re.findall(r"\$ make ([a-z]+)", text("README.md"))) <= targets
    assert {"help", "report", "test", "lab", "bench", "clean"} <= targets


def test_the_continuous_integration_calls_what_the_readme_gives():
    script = text(".ci/run")

    assert "make report" in script
    assert re.search(r"^make test$", script, re.M)

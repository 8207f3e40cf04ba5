"""What the project's files say about each other and about the package."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import actloss
from actloss import cli
from actloss.course import map as course_map

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONDA_NAMES = {"pytorch-cpu": "torch"}
TEXTS = ("README.md", "CONTRIBUTING.md")


def tracked(*patterns: str) -> list[Path]:
    """The files that belong to the project: those git knows, or would."""
    if not (ROOT / ".git").exists():
        return [path for pattern in patterns or ("**/*",) for path in ROOT.glob(pattern)]
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def requirements(*extras: str) -> dict[str, Requirement]:
    """What the package requires on Linux, by name, with these extras."""
    lines = [*PROJECT["dependencies"]]
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    found = [Requirement(line) for line in lines]
    linux = {"sys_platform": "linux", "platform_machine": "x86_64"}
    return {r.name: r for r in found if r.marker is None or r.marker.evaluate(linux)}


def pins() -> dict[str, list[Requirement]]:
    """Every line of the pinned environment, by name."""
    found: dict[str, list[Requirement]] = {}
    for name in ("lock.txt", "torch.txt"):
        for line in (ROOT / "requirements" / name).read_text().splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                pin = Requirement(line)
                found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


# --- Versions -----------------------------------------------------------------------------------


def test_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    newest = re.search(r"^## (\S+?),? ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert {actloss.__version__, citation["version"], newest[1]} == {PROJECT["version"]}


def test_conda_environment_has_the_bounds_of_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    conda = {}
    for line in environment["dependencies"]:
        if isinstance(line, str) and line != "pip":
            requirement = Requirement(line)
            name = CONDA_NAMES.get(requirement.name, requirement.name)
            conda[name] = requirement.specifier
    assert conda.pop("python") == Requirement(f"python{PROJECT['requires-python']}").specifier
    ours = requirements("torch", "tensorflow", "test")
    ours["tensorflow"] = ours.pop("tensorflow-cpu")
    assert conda == {name: requirement.specifier for name, requirement in ours.items()}
    assert {"pip": ["-e ."]} in environment["dependencies"]


def test_tensorflow_has_the_same_bounds_on_every_platform():
    lines = map(Requirement, PROJECT["optional-dependencies"]["tensorflow"])
    assert len({str(line.specifier) for line in lines}) == 1


@pytest.mark.parametrize(
    ("system", "machine", "wheel"),
    [
        ("linux", "x86_64", {"tensorflow-cpu"}),
        ("linux", "aarch64", {"tensorflow"}),
        ("darwin", "arm64", {"tensorflow"}),
        ("darwin", "x86_64", set()),
        ("win32", "AMD64", {"tensorflow"}),
    ],
)
def test_each_platform_gets_one_tensorflow(system, machine, wheel):
    here = {"sys_platform": system, "platform_machine": machine, "os_name": "posix"}
    asked = map(Requirement, PROJECT["optional-dependencies"]["tensorflow"])
    assert {line.name for line in asked if line.marker.evaluate(here)} == wheel
    pinned = [pin for name in ("tensorflow", "tensorflow-cpu") for pin in pins()[name]]
    assert {pin.name for pin in pinned if pin.marker.evaluate(here)} == wheel


def test_lock_pins_all_that_the_package_asks_for():
    locked = pins()
    for name, requirement in requirements("torch", "tensorflow", "test", "dev").items():
        if name != PROJECT["name"]:
            for pin in locked[canonicalize_name(name)]:
                (exact,) = pin.specifier
                assert exact.operator == "==", pin
                assert requirement.specifier.contains(exact.version), (requirement, pin)


def test_lock_leaves_cuda_out():
    assert not [name for name in pins() if re.match("nvidia|cuda|triton", name)]


def test_lock_names_no_release_candidate():
    lines = [pin for pinned in pins().values() for pin in pinned]
    assert not [str(p) for p in lines if Version(next(iter(p.specifier)).version).is_prerelease]


# --- Import -------------------------------------------------------------------------------------


@pytest.mark.parametrize("modules", ["actloss", "actloss.activations, actloss.losses"])
def test_import_brings_in_nothing_heavy(modules):
    heavy = {"torch", "tensorflow", "keras", "matplotlib", "scipy", "pandas", "IPython"}
    code = f"import {modules}, sys, json; print(json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert not heavy & set(json.loads(done.stdout))


PARTS = ("nn", "genomics", "viz", "course", "grading", "cli")  # as in CONTRIBUTING.md


def rank(module: str) -> int:
    """Where a module stands: 0 for the functions and what they share, then part by part."""
    names = module.split(".")
    return PARTS.index(names[1]) + 1 if len(names) > 1 and names[1] in PARTS else 0


def imported_by(path: Path) -> list[str]:
    """The modules, and the names in modules, that a module imports anywhere in its code."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in found if name.split(".")[0] == "actloss"]


def test_nothing_imports_upwards():
    package = ROOT / "actloss"
    modules = set(package.rglob("*.py")) - {package / "__init__.py"}  # the whole house's door
    for path in modules:
        own = rank(".".join(path.relative_to(ROOT).with_suffix("").parts))
        assert not [name for name in imported_by(path) if rank(name) > own], path


# --- What is written for people -----------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS)
def test_commands_that_are_written_exist(text):
    written = (ROOT / text).read_text()
    code = "\n".join(re.findall(r"```.*?```|`[^`]+`", written, re.DOTALL))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    made = set(re.findall(r"\bmake ([a-z]+)", code))
    assert made
    assert made <= targets
    commands = set(re.findall(r"(?<![-/\w.])(?:\.venv/bin/)?actloss ([a-z]+)", code))
    assert commands
    assert commands <= set(cli.main.commands)


@pytest.mark.parametrize("text", TEXTS)
def test_files_that_are_written_exist(text):
    written = (ROOT / text).read_text()
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", written)
    assert not [link for link in links if not (ROOT / link).exists()]


def test_code_in_the_readme_runs():
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    exec(code, {})


def test_make_lists_every_target():
    shown = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    assert set(re.findall(r"^make (\w+)", shown, re.MULTILINE)) == set(phony.split())


def test_map_in_the_readme_is_the_map_of_the_course():
    assert course_map.as_markdown("notebooks") in (ROOT / "README.md").read_text()


# --- What must not be in the tree ----------------------------------------------------------------


def test_no_registry_and_no_machine_is_named():
    # Put together here, so that this file does not name them itself.
    hosts = ["pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian.org"]
    places = [f"{ROOT}/", "/work" + "/main", "file:" + "//"]
    named = re.compile(r"/(home|Users)/\w|" + "|".join(map(re.escape, hosts + places)))
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in named.finditer(text)]
    assert not found


def test_files_are_small():
    sizes = {path: path.stat().st_size for path in tracked()}
    notebooks = {path: size for path, size in sizes.items() if path.suffix == ".ipynb"}
    assert notebooks
    assert not {path: size for path, size in notebooks.items() if size > 600_000}
    assert not {path: size for path, size in sizes.items() if size > 1_500_000}


def test_a_learner_s_work_is_not_tracked():
    assert not tracked("work/*", ".venv/*")


def test_wheel_holds_the_course(tmp_path):
    # From a copy, since the build may leave files where it runs.
    for path in tracked():
        copy = tmp_path / "project" / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", str(tmp_path), str(tmp_path / "project")),
        ],
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    listing = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(wheel)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for kind in ("notebooks", "exercises", "solutions"):
        assert f"actloss/_course/{kind}/00-start-here.ipynb" in listing
    for page in ("glossary", "cheat-sheet"):
        assert f"actloss/_course/notebooks/{page}.ipynb" in listing
    assert "actloss/genomics/data/promoters.csv" in listing
    assert "licenses/LICENSE-CONTENT" in listing

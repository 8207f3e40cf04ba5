"""Says what is installed, what is missing, and what to type to get it."""

from __future__ import annotations

import platform
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from actloss.course import display
from actloss.course.notebook import Shown

FOR = {
    "torch": "PyTorch, from unit 12 on and in the case studies",
    "tensorflow": "TensorFlow, from unit 12 on and in the case studies",
    "test": "checking notebooks with pytest",
}
OPTIONAL = ("torch", "tensorflow", "test")


@dataclass(frozen=True)
class Finding:
    """One package: its version, or "" where it is missing or too old."""

    requirement: str
    version: str
    fine: bool

    @property
    def line(self) -> str:
        """What was found, in words."""
        if self.fine:
            return f"{self.requirement} (found {self.version})"
        return f"{self.requirement} ({f'found {self.version}' if self.version else 'missing'})"


def findings(extra: str = "") -> list[Finding]:
    """What is found of the packages that the course needs, or that one of its extras needs."""
    from packaging.requirements import Requirement

    found = []
    for text in metadata.requires("actloss") or []:
        requirement = Requirement(text)
        belongs = requirement.marker is not None and "extra" in str(requirement.marker)
        if belongs != bool(extra) or requirement.name == "actloss":
            continue
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        version = _version(requirement.name)
        fine = bool(version) and requirement.specifier.contains(version, prereleases=True)
        found.append(Finding(f"{requirement.name}{requirement.specifier}", version, fine))
    return found


def _version(name: str) -> str:
    alternatives = {"tensorflow-cpu": "tensorflow", "tensorflow": "tensorflow-cpu"}
    for candidate in (name, alternatives.get(name, name)):
        try:
            return metadata.version(candidate)
        except metadata.PackageNotFoundError:
            continue
    return ""


def is_healthy() -> bool:
    """Whether everything is there that the course cannot do without."""
    try:
        return all(finding.fine for finding in findings())
    except metadata.PackageNotFoundError:
        return False


def report() -> Iterator[str]:
    """The state of the installation, line by line."""
    yield f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    try:
        core = findings()
    except metadata.PackageNotFoundError:
        yield "✗ The course is not installed here. In its folder, type: pip install -e ."
        return
    yield f"actloss {metadata.version('actloss')}"
    yield from _part("The course itself", core, missing_mark="✗")
    for extra in OPTIONAL:
        yield from _part(f"Optional: {FOR[extra]}", findings(extra), missing_mark="○")


def _part(title: str, found: list[Finding], missing_mark: str) -> Iterator[str]:
    missing = [finding for finding in found if not finding.fine]
    if not missing:
        versions = ", ".join(f"{_name(one.requirement)} {one.version}" for one in found)
        yield f"✓ {title}: {versions}"
        return
    yield f"{missing_mark} {title}: {', '.join(finding.line for finding in missing)}"
    wanted = " ".join(shlex.quote(finding.requirement) for finding in missing)
    yield f"  To install, type: pip install {wanted}"


def _name(requirement: str) -> str:
    return requirement.partition(">")[0].partition("=")[0].partition("<")[0]


def doctor() -> Shown:
    """Show what is installed, what is missing and what to type."""
    lines = list(report())
    end = (
        "Everything that the course needs is here."
        if is_healthy()
        else "Something is missing that the course needs: see above."
    )
    text = "\n".join([*lines, end])
    colour = display.COLOURS["right" if is_healthy() else "wrong"]
    return Shown(text, display.panel(colour, display.paragraphs([*lines, end])))

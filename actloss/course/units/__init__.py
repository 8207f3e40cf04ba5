"""The units of the course, one module each; every module holds a `UNIT`."""

from __future__ import annotations

import difflib
import importlib
import pkgutil

from actloss.course.exercise import Exercise, Unit


class Unknown(ValueError):
    """There is no unit or exercise of that name."""


def all_units() -> list[Unit]:
    """Every unit of the course, in the order of their numbers."""
    units = [_load(module.name) for module in pkgutil.iter_modules(__path__)]
    return sorted(units, key=lambda unit: unit.number)


def find_unit(name: str) -> Unit:
    """The unit with this slug ("squashing"), number ("02") or notebook's name ("02-squashing")."""
    slug = name.lstrip("0123456789").lstrip("-")
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    if slug.replace("-", "_") in names:
        unit = _load(slug.replace("-", "_"))
        if name in (unit.slug, unit.stem):
            return unit
    if name.isdigit():
        for unit in all_units():
            if unit.number == int(name):
                return unit
    slugs = [module.replace("_", "-") for module in names]
    raise Unknown(f"There is no unit {name!r}. {_perhaps(slug, slugs)}")


def find_exercise(exercise_id: str) -> Exercise:
    """The exercise with this id, such as "squashing/sigmoid"."""
    unit_slug, _, slug = str(exercise_id).partition("/")
    try:
        unit = find_unit(unit_slug)
    except Unknown:
        unit = None
    for exercise in unit.exercises if unit else ():
        if exercise.slug == slug:
            return exercise
    units = [unit] if unit else all_units()
    ids = [exercise.id for unit in units for exercise in unit.exercises]
    raise Unknown(f"There is no exercise {exercise_id!r}. {_perhaps(str(exercise_id), ids)}")


def _load(module: str) -> Unit:
    return importlib.import_module(f"{__name__}.{module}").UNIT


def _perhaps(name: str, names: list[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return "`actloss list` shows all that there are."

"""`pytest --actloss PATH`: the option, and what pytest may not do beside it.

Among learners' files may be a conftest.py, a test, a doctest, a package or settings. pytest would
run all of these outside the sandbox, so with the option it looks at notebooks and nothing else.
"""

from __future__ import annotations

import pytest

RUN_WHAT_THEY_FIND = ("python", "doctest")
THEIR_SETTINGS = (
    "pytest would take its settings from {path}, which may be a learner's. Start it in the folder "
    "where your own settings are, or name them with -c FILE."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two options, of which the first turns everything on."""
    group = parser.getgroup("actloss", "grading learners' notebooks")
    group.addoption(
        "--actloss",
        action="store_true",
        help="Grade the notebooks that are found: one test for each exercise.",
    )
    group.addoption(
        "--actloss-no-sandbox",
        action="store_true",
        help="Let learners' code do whatever you can, if you trust every line of it.",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """With --actloss, keep pytest from running what learners left, and grade instead."""
    options = early_config.known_args_namespace
    if not options.actloss:
        return
    _refuse_settings_of_learners(early_config)
    options.noconftest = True
    for name in RUN_WHAT_THEY_FIND:
        early_config.pluginmanager.set_blocked(name)
    early_config.pluginmanager.import_plugin("actloss.grading.pytest_items")


def _refuse_settings_of_learners(config: pytest.Config) -> None:
    """Settings can name a folder of modules, and a class in one of them: that runs code."""
    asked, here = config.invocation_params.args, config.invocation_params.dir
    named = any(str(one) == "-c" or str(one).startswith("--config-file") for one in asked)
    if config.inipath and not named and config.inipath.parent not in (here, *here.parents):
        raise pytest.UsageError(THEIR_SETTINGS.format(path=config.inipath))

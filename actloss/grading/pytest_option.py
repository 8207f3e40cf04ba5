"""`pytest --actloss PATH`: the option, and what pytest may not do beside it.

Among learners' files may be a conftest.py, a test, a doctest or a package. pytest would run all of
these outside the sandbox, so with the option it looks at notebooks and nothing else.

Its settings are read before this module is. They come from a pytest.ini or the like in the folder
that is named or above it, and can make pytest run code too. So either the folder of a whole class
is named, or they are turned off with `-c /dev/null`.
"""

from __future__ import annotations

import pytest

RUN_WHAT_THEY_FIND = ("python", "doctest")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two options, of which the first turns everything on."""
    group = parser.getgroup("actloss", "grading learners' notebooks")
    group.addoption(
        "--actloss",
        action="store_true",
        help="Grade the notebooks that are found: one test for each exercise. Name the folder of "
        "the class; where you name one learner's, add -c /dev/null, or her settings count.",
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
    if options.actloss:
        options.noconftest = True
        for name in RUN_WHAT_THEY_FIND:
            early_config.pluginmanager.set_blocked(name)
        early_config.pluginmanager.import_plugin("actloss.grading.pytest_items")

"""Runs a notebook in a kernel of its own."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from actloss.course.display import VERDICT_TYPE

LEARNER_SECONDS = 60.0


class NotebookFailed(Exception):
    """A notebook could not be run to its end."""


def run_notebook(
    notebook: Any,
    folder: str | Path,
    cell_seconds: float,
    settings: dict[str, str],
    allow_errors: bool = False,
) -> None:
    """Run every cell in a fresh kernel that works in `folder`, and fill in the outputs.

    `settings` are added to the kernel's environment. With `allow_errors` a cell that raises, or
    is interrupted after `cell_seconds`, does not end the run.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    with tempfile.TemporaryDirectory(prefix="actloss-") as sockets:
        config = Config()
        if sys.platform != "win32":  # sockets as files: no ports to collide, nobody else listens
            config.KernelManager.transport = "ipc"
            config.KernelManager.ip = str(Path(sockets) / "kernel")
        client = NotebookClient(
            notebook,
            config=config,
            kernel_name="python3",
            timeout=cell_seconds,
            interrupt_on_timeout=allow_errors,
            allow_errors=allow_errors,
            coalesce_streams=True,
            store_widget_state=False,
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            client.execute(env={**os.environ, **settings})
        except (CellExecutionError, CellTimeoutError) as problem:
            raise NotebookFailed(str(problem)) from None
        except DeadKernelError:
            raise NotebookFailed("Its kernel died. Does a cell use too much memory?") from None


def verdicts_of(notebook: Any, unit: str, folder: Path) -> list[dict]:
    """Run a learner's notebook, and return the verdict on each of its unit's answers.

    The kernel is asked at the end, so cells that were edited or deleted do not matter.
    """
    import nbformat

    question = (
        "from IPython.display import display as _show\n"
        "from actloss.course.notebook import verdicts as _verdicts\n"
        f"_show({{{VERDICT_TYPE!r}: _verdicts({unit!r}, globals())}}, raw=True)"
    )
    asked = nbformat.v4.new_code_cell(question)
    notebook.cells.append(asked)
    run_notebook(notebook, folder, LEARNER_SECONDS, {"ACTLOSS_STRICT": "0"}, allow_errors=True)
    for output in asked.outputs:
        if VERDICT_TYPE in output.get("data", {}):
            return output["data"][VERDICT_TYPE]
    raise NotebookFailed("It could not be asked for its answers when it had run.")

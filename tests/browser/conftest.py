"""A JupyterLab of its own, on this machine only, and a real browser to open it with."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = """No browser to test with. Install one:
    Debian: apt-get install chromium
    Ubuntu: snap install chromium
    macOS:  brew install --cask google-chrome, then set ACTLOSS_BROWSER to
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome\""""
QUIET = (
    "--no-sandbox",  # Chromium refuses to run as root otherwise; it opens nothing but our own page
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Cells that are not on the screen are otherwise not on the page.
    "notebook-extension/tracker": {"windowingMode": "none"},
}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    address: str
    token: str

    def page_of(self, notebook: str) -> str:
        """The address of a notebook in a workspace that nobody has used before."""
        workspace = f"{self.address}/lab/workspaces/{secrets.token_hex(4)}"
        return f"{workspace}/tree/{notebook}?token={self.token}"


@pytest.fixture
def page():
    """A page of a real browser; without a browser the test fails and says how to get one."""
    found = os.environ.get("ACTLOSS_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), "")
    if not found:
        pytest.fail(NO_BROWSER, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser.new_page(viewport={"width": 1280, "height": 1000})
        browser.close()


@pytest.fixture
def lab(tmp_path):
    """What `actloss lab` opens in an empty folder, with settings and a home of its own."""
    token = secrets.token_hex(16)
    port = _free_port()
    log = tmp_path / "lab.log"
    folder = tmp_path / "course"
    folder.mkdir()
    with log.open("w") as out:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "actloss.cli", "lab", "--no-browser"),
                *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
                f"--IdentityProvider.token={token}",
            ],
            cwd=folder,
            env=_environment(tmp_path / "home"),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        lab = Lab(f"http://127.0.0.1:{port}", token)
        _wait_until_up(lab, server, log)
        yield lab
    finally:
        os.killpg(server.pid, signal.SIGTERM)  # the command, JupyterLab and its kernels
        server.wait(30)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _environment(home: Path) -> dict[str, str]:
    """Nothing of the user's own Jupyter is read or written."""
    for name, values in SETTINGS.items():
        file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "IPYTHON", "ACTLOSS", "PYTEST"))
    }
    return kept | {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }


def _wait_until_up(lab: Lab, server: subprocess.Popen, log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{lab.address}/api/status?token={lab.token}", timeout=5)
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.25)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}", pytrace=False)

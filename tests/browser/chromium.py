# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns a headless Chromium: where it is, how it starts, and what tests, tools and measurements ask of it."""

from __future__ import annotations

import base64
import importlib.util
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 1400, 1000
_PATIENCE_SECONDS = 20


def missing_programs() -> str:
    """Which programs are missing for a browser, in one line; empty where none is."""
    lacks = [what for what, found in (("Chromium", _program()), ("its driver", _driver())) if not found]
    return f"no browser, for want of {' and '.join(lacks)} (Debian: chromium chromium-driver)" if lacks else ""


def missing() -> str:
    """What is missing for a browser, in one line; empty where nothing is."""
    if not importlib.util.find_spec("selenium"):
        return "no browser, for want of the Python package selenium (make test-browser)"
    return missing_programs()


def _program() -> str | None:
    return shutil.which("chromium") or shutil.which("google-chrome")


def _driver() -> str | None:
    return shutil.which("chromedriver")


class Browser:
    """A running browser.

    :ivar driver: selenium's driver
    :ivar downloads: the folder into which it saves files
    """

    def __init__(self, driver: Any, downloads: Path) -> None:
        self.driver, self.downloads = driver, downloads

    def open(self, file: Path, *, width: int = WIDTH, height: int = HEIGHT) -> None:
        """Open a file, with nothing left of what tests before have set."""
        self.emulate()
        self.cdp("Emulation.setScriptExecutionDisabled", value=False)
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.driver.get(file.as_uri())

    def emulate(self, media: str = "", **features: str) -> None:
        """Have the page shown for a medium, such as print, or with features, such as prefers_color_scheme."""
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.cdp("Emulation.setEmulatedMedia", media=media, features=named)

    def cdp(self, command: str, **arguments: Any) -> Any:
        """Send a command of the Chrome DevTools Protocol."""
        return self.driver.execute_cdp_cmd(command, arguments)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page and return what it returns."""
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str) -> Any:
        """The first element of a CSS selector."""
        return self.driver.find_element("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        """The texts of the elements of a CSS selector, as they are in the document."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)", selector
        )
        return found

    def messages(self) -> list[str]:
        """What the console has said since it was asked last."""
        return [str(one["message"]) for one in self.driver.get_log("browser")]

    def saved(self, name: str) -> str:
        """The text of a file once it was saved; it is gone then."""
        file = self.downloads / name
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not file.is_file() and time.monotonic() < deadline:
            time.sleep(0.05)
        text = file.read_bytes().decode()
        file.unlink()
        return text

    def picture(self) -> bytes:
        """The window as PNG."""
        return base64.b64decode(self.cdp("Page.captureScreenshot", format="png")["data"])


@contextmanager
def started(downloads: Path) -> Iterator[Browser]:
    """Start a browser, which ends with the block."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = _program() or ""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", *sandbox):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(_driver()))
    try:
        yield Browser(driver, downloads)
    finally:
        driver.quit()

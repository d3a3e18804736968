"""Opens a page in a real browser, headless, and lets a script of the test look at it."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from support import HANG

#: The browser; `None` where there is none.
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")

_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The clock of the page runs ahead as soon as nothing is left to do.
    "--virtual-time-budget=20000",
)

_DRIVER = """
<script>
addEventListener("load", async () => {
  const told = { problems: problems };
  try {
    told.result = await (async () => { %s })();
  } catch (error) {
    told.problems.push(String(error));
  }
  const pre = document.createElement("pre");
  pre.id = "told";
  pre.textContent = JSON.stringify(told);
  document.body.append(pre);
});
</script>
"""

#: Before anything else of the page runs.
_WATCH = """
<script>
const problems = [];
addEventListener("error", (event) => problems.push(event.message));
addEventListener("securitypolicyviolation", (event) => problems.push(event.blockedURI));
</script>
"""


def look(page: Path, script: str, *options: str) -> Any:
    """Open *page*, run *script* in it when it is drawn, and return what the script returns.

    Raises AssertionError where the page itself has an error.
    """
    html = page.read_text("utf-8")
    with tempfile.TemporaryDirectory() as directory:
        driven = Path(directory, "driven.html")
        # Split once: what the page embeds may look like its own tags.
        head, found, rest = html.partition("<style>")
        assert found
        driven.write_text(f"{head}{_WATCH}<style>{rest}{_DRIVER % script}", encoding="utf-8")
        done = subprocess.run(
            [
                str(CHROMIUM),
                *_OPTIONS,
                f"--user-data-dir={directory}/profile",
                "--dump-dom",
                *options,
                driven.as_uri(),
            ],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=HANG,
            check=True,
        )
    reader = _Told()
    reader.feed(done.stdout)
    told = json.loads("".join(reader.text))
    assert told["problems"] == []
    return told.get("result")


class _Told(HTMLParser):
    """The text of the element that the driver leaves behind."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "pre" and ("id", "told") in attrs

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "pre"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.text.append(data)

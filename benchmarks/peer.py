"""Processes that stay, and answer one line of JSON with another: both ends.

What is measured lives in processes of its own, one a variant, all at once. So the rounds
of all variants can take turns: whatever disturbs the machine disturbs them all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HERE = Path(__file__).resolve().parent


class Peer:
    """The end that asks. *script* is a file of this directory, *errors* takes its stderr."""

    def __init__(
        self, python: str, script: str, *arguments: str, env: Mapping[str, str], errors: Path
    ) -> None:
        self._errors = errors
        with errors.open("wb") as stderr:
            self._process = subprocess.Popen(
                [python, str(HERE / script), *arguments],
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        self.hello = self._answer()

    def ask(self, **question: Any) -> Any:
        """Send *question* and return the answer.

        Raises:
            RuntimeError: The process has ended. The message is what it wrote on stderr.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise RuntimeError(self._errors.read_text("utf-8", "replace"))
        return json.loads(line)

    def close(self) -> None:
        """Let the process end."""
        self._process.communicate()


def serve(answer: Callable[..., Any], *, hello: Any = None) -> None:
    """The end that answers: *answer* is called with each question's fields."""
    print(json.dumps(hello), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(**json.loads(line))), flush=True)

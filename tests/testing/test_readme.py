"""The page's example of a suite does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

from suites import Run

README = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8")


def test_example_of_the_readme(run: Run) -> None:
    _, _, section = README.partition("## In your tests\n")
    example = re.search(r"```python\n# test_shop.py\n(.*?)```", section, re.DOTALL)
    sample = re.search(r"```\n(warning.*?)```", section, re.DOTALL)
    assert example is not None
    assert sample is not None
    # The page's first line names the file.
    result = run("# test_shop.py\n" + example[1], "--ctxwatch")
    result.assert_outcomes(passed=1, failed=1)
    assert sample[1] in result.stdout.str()
    result.stdout.fnmatch_lines(["FAILED test_shop.py::test_order - *"])

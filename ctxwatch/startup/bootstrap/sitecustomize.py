"""Found first on PYTHONPATH: starts ctxwatch, then makes way for the sitecustomize behind it.

Any interpreter may find this file, with or without ctxwatch in its
site-packages, so it keeps to what Python 2.7 can run.
"""

# What these rules ask for is not Python 2.7, or would make this a package.
# ruff: noqa: ANN001, ANN202, ANN205, INP001, RUF005, UP031

import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))

# Out of the way: the program's sys.path is as without ctxwatch, and the import
# below finds the next sitecustomize. The name keeps this module alive, which
# Python 2 empties as soon as nothing refers to it.
sys.path[:] = [entry for entry in sys.path if not entry or os.path.abspath(entry) != _here]
_this_module = sys.modules.pop(__name__, None)


class _Beside(object):  # noqa: UP004
    """Finds the ctxwatch that this file is part of, which need not be on sys.path."""

    @staticmethod
    def find_spec(name, path=None, target=None):  # noqa: ARG004 - called with all three
        # type: (str, object, object) -> object
        if name == "ctxwatch":
            root = os.path.dirname(os.path.dirname(os.path.dirname(_here)))
            for finder in sys.meta_path[1:]:
                find = getattr(finder, "find_spec", None)
                spec = find and find(name, [root])
                if spec:
                    return spec
        return None


def _start():
    # type: () -> None
    if sys.version_info < (3, 10):  # noqa: UP036
        sys.stderr.write(
            "ctxwatch: not active in %s: it is Python %d.%d, and ctxwatch needs 3.10 or newer\n"
            % ((sys.executable,) + sys.version_info[:2])
        )
        return
    sys.meta_path.insert(0, _Beside)  # type: ignore[arg-type]
    try:
        import ctxwatch.startup
    finally:
        sys.meta_path.remove(_Beside)  # type: ignore[arg-type]
    ctxwatch.startup.activate()


try:
    if os.environ.get("CTXWATCH", "").lower() not in ("", "0", "false", "no", "off"):
        _start()
except Exception:
    pass

# If there is none, this raises the ImportError that says so, which is what
# `site` expects; errors inside it are `site`'s to show.
import sitecustomize  # type: ignore[import-not-found]  # noqa: E402, F401

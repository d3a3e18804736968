"""What doctor runs, by ``python -c``, in place of the program: reports on the interpreter.

Any interpreter may get this text, so it keeps to what Python 2.7 can run. Its
one argument, if any, is the directory of the script that it stands in for.
"""

# Python 2 has no annotations.
# ruff: noqa: ANN001, ANN202

import json
import os
import sys

if len(sys.argv) > 1 and sys.path and sys.path[0] == "":
    sys.path[0] = sys.argv[1]


def _has(module):
    # type: (str) -> bool
    try:
        import importlib.util

        return importlib.util.find_spec(module) is not None
    except Exception:
        return False


_startup = sys.modules.get("ctxwatch.startup")
_modules = (
    "structlog",
    "opentelemetry.sdk.trace",
    "opentelemetry.instrumentation.threading",
    "opentelemetry.instrumentation.asyncio",
)
_names = (
    "CTXWATCH",
    "CTXWATCH_INSTRUMENTORS",
    "OTEL_SDK_DISABLED",
    "PYTHONPATH",
)
_report = {
    "executable": sys.executable,
    "version": list(sys.version_info[:3]),
    "active": bool(_startup is not None and _startup.is_active()),
    "flags": {
        "ignore_environment": bool(sys.flags.ignore_environment),
        "no_site": bool(sys.flags.no_site),
    },
    "modules": {name: _has(name) for name in _modules},
    "environ": {name: os.environ.get(name) for name in _names},
    "sitecustomize": getattr(sys.modules.get("sitecustomize"), "__file__", None),
}
sys.stdout.write("\nctxwatch-probe:" + json.dumps(_report) + "\n")

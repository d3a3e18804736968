"""Switches the watch on and off: connects boundaries, spans, instrumentors and reporter."""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING, Any

from ctxwatch import config as settings
from ctxwatch import control, guard, patching, sampling
from ctxwatch.recorder import recorder
from ctxwatch.startup import import_hook

if TYPE_CHECKING:
    from types import ModuleType

    from ctxwatch.reporter import Reporter

_probe = guard.Probe("agent")
_installed = False
_reporter: Reporter | None = None
_late: list[str] = []


def install(config: settings.Config | None = None) -> None:
    """Switch the watch on in this process. Does nothing if it is on, or if ``CTXWATCH=0``.

    Never raises. Modules that the program has not imported yet are patched when
    it does. The settings are *config*, by default those of the environment.
    """
    global _installed  # noqa: PLW0603 - one agent a process
    if _installed:
        return
    config = config or settings.read()
    if config.sources["CTXWATCH"] == "environment" and not config.value("CTXWATCH"):
        return
    _installed = True
    try:
        _install(config)
    except Exception:
        _probe.failed()


def _install(config: settings.Config) -> None:
    global _reporter  # noqa: PLW0603 - one agent a process
    from ctxwatch import exports, instrumentors, intent
    from ctxwatch.boundaries import PROBES, subprocesses  # these import opentelemetry
    from ctxwatch.reporter import Reporter, reraised
    from ctxwatch.reporter.process import is_helper_process
    from ctxwatch.scoping import ledger, runtime

    _reporter = Reporter(config, recorder)
    recorder.listener = _reporter
    guard.switch_all(on=True)
    guard.on_switched_off(_say_switched_off)
    _late[:] = [name for name in PROBES if name in sys.modules]
    for name, probe in PROBES.items():
        import_hook.when_imported(name, probe)
    sampling.use(config.value("CTXWATCH_SAMPLE"))
    control.watch(config.value("CTXWATCH_CONTROL_FILE"))
    intent.use_sites(config.value("CTXWATCH_DETACHED"))
    runtime.install()
    for name, probe in (runtime.PROBES | reraised.PROBES).items():
        import_hook.when_imported(name, probe)
    ledger.dump_on(config.value("CTXWATCH_SIGNAL"))
    subprocesses.arrive()
    instrumentors.want(config.value("CTXWATCH_INSTRUMENTORS"))
    import_hook.when_imported("opentelemetry.sdk.trace", _sdk_imported)
    import_hook.when_imported("opentelemetry.sdk.trace.export", exports.install)
    if not is_helper_process():
        atexit.register(_at_exit)


def _sdk_imported(module: ModuleType) -> None:
    from ctxwatch import instrumentors, spans  # spans imports the SDK

    spans.install(module)
    instrumentors.apply()


def _say_switched_off(probe: str, error: str) -> None:
    recorder.noticed(
        f"the probe {probe} is switched off after {guard.LIMIT} errors of its own, "
        f"the last one: {error}"
    )


def _at_exit() -> None:
    from ctxwatch import decisions
    from ctxwatch.boundaries import subprocesses
    from ctxwatch.scoping import misuse

    try:
        if not _installed:
            return
        _say_if_no_provider()
        subprocesses.leave()
        misuse.process_ends()
        decisions.process_ends()
    except Exception:
        _probe.failed()


def _say_if_no_provider() -> None:
    from ctxwatch.reporter.process import is_multiprocessing_child

    if is_multiprocessing_child():
        return
    spans = sys.modules.get("ctxwatch.spans")
    if spans is not None and spans.any_provider():
        return
    if "opentelemetry.trace" not in sys.modules:
        return
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return
    recorder.noticed(
        "the program uses the OpenTelemetry API, but never set up a TracerProvider, so it made no "
        "spans: call opentelemetry.trace.set_tracer_provider(TracerProvider()), or start it with "
        "opentelemetry-instrument"
    )


def uninstall() -> None:
    """Switch the watch off and take every patch out again.

    Instrumentors that ctxwatch applied are taken off; those of the program stay.
    """
    global _installed, _reporter  # noqa: PLW0603 - one agent a process
    if not _installed:
        return
    _installed = False
    from ctxwatch import instrumentors  # imports opentelemetry

    import_hook.remove()
    instrumentors.remove()
    spans: Any = sys.modules.get("ctxwatch.spans")
    if spans is not None:
        spans.release()
    patching.unpatch_all()
    guard.switch_all(on=False)
    from ctxwatch import exports, lineage, missing
    from ctxwatch.boundaries import carriers
    from ctxwatch.scoping import ledger, misuse, runtime

    lineage.forget()
    runtime.forget()
    misuse.forget()
    ledger.forget()
    missing.uninstall()
    exports.uninstall()
    carriers.forget()
    guard.forget_listeners()
    control.forget()
    atexit.unregister(_at_exit)
    recorder.listener = None
    if _reporter is not None:
        _reporter.close()
    _reporter = None


def reporter() -> Reporter | None:
    """The reporter of this process, None while the watch is off."""
    return _reporter


def status() -> dict[str, list[str]]:
    """What is patched, what waits for an import, and what came too late.

    ``late`` lists the modules that the program had imported before the watch
    began: what it handed over until then was not seen.
    """
    return {
        "patched": patching.labels(),
        "pending": sorted(import_hook.pending()),
        "late": sorted(_late),
    }

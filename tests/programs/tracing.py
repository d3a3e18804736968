"""The set-up of most programs: one provider, made at import, and its tracer."""

from collecting import finished, new_provider, report
from opentelemetry import trace

__all__ = ["finished", "report", "tracer"]

trace.set_tracer_provider(new_provider())
tracer = trace.get_tracer("shop")

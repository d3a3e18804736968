from tracing import report, tracer

with tracer.start_as_current_span("outer"):
    with tracer.start_as_current_span("inner"):
        with tracer.start_as_current_span("innermost"):
            pass
    with tracer.start_as_current_span("second"):
        pass
report()

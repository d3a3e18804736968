# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /photos <- (root)
# tree: read size <- POST /photos
import subprocess
import sys

from tracing import report, tracer

if __name__ == "__main__":
    with tracer.start_as_current_span("POST /photos"):
        size = subprocess.check_output([sys.executable, "-c", "print(640)"])
        with tracer.start_as_current_span("read size") as span:
            span.set_attribute("size", int(size))
    report()

# family: parent_lost
# boundary: _thread.start_new_thread
# orphan: ping upstream
# expected parent: GET /health
# instrumentors: none | threading,asyncio
# python: 3.10+
import _thread

from tracing import report, tracer

done = _thread.allocate_lock()


def ping(host):
    with tracer.start_as_current_span("ping upstream") as span:  # <- orphan
        span.set_attribute("host", host)
    done.release()


if __name__ == "__main__":
    done.acquire()
    with tracer.start_as_current_span("GET /health"):
        _thread.start_new_thread(ping, ("db1",))  # <- lost here
        done.acquire()
    report()

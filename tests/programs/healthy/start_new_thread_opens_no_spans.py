# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /health <- (root)
# tree: read answer <- GET /health
import _thread

from tracing import report, tracer

if __name__ == "__main__":
    answers = []
    done = _thread.allocate_lock()
    done.acquire()

    def ping():
        answers.append("pong")
        done.release()

    with tracer.start_as_current_span("GET /health"):
        _thread.start_new_thread(ping, ())
        done.acquire()
        with tracer.start_as_current_span("read answer") as span:
            span.set_attribute("answer", answers[0])
    report()

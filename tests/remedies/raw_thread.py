# remedy: _thread.start_new_thread
import _thread

from tracing import report, tracer

done = _thread.allocate_lock()


def work(host, port):
    with tracer.start_as_current_span("ping"):
        print(f"pinged {host}:{port}")
    done.release()


def restart(*args):
    with tracer.start_as_current_span("POST /restart"):
        # hand-off
        _thread.start_new_thread(work, args)
        # end of hand-off
        done.acquire()


if __name__ == "__main__":
    done.acquire()
    restart("db1", 5432)
    report()

# code: CTX701
# span: POST /orders
import threading
from contextlib import ExitStack

from tracing import report, tracer


def finish(stack):
    stack.close()  # <- detached


stack = ExitStack()
stack.enter_context(tracer.start_as_current_span("POST /orders"))  # <- attached
thread = threading.Thread(target=finish, args=(stack,))
thread.start()
thread.join()
report()

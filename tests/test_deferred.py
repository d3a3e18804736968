"""A returned body is found at the end of its span whatever the garbage collector does meanwhile."""

from __future__ import annotations

from support import run_program

#: Each round compiles its functions anew, as a block is looked at most thoroughly the first
#: time, and moves the collector's counts on, so that it runs at every point of that look.
EVERY_PHASE = '''
from tracing import tracer

ROUND = """
@tracer.start_as_current_span("decorated")
def decorated():
    with tracer.start_as_current_span("row"):
        yield

def rows():
    with tracer.start_as_current_span("row"):
        yield

def block():
    with tracer.start_as_current_span("block"):
        return rows()
"""

kept = []
bodies = 0
for phase in range(0, 1500, 7):
    functions = {"tracer": tracer}
    exec(compile(ROUND, f"round_{phase}.py", "exec"), functions)
    for name, objects in (("decorated", phase % 700), ("block", phase % 61)):
        if phase % 3 == 0:
            del kept[:]
        kept.extend([] for _ in range(objects))
        list(functions[name]())
        bodies += 1
print(bodies)
'''


def test_a_collection_between_the_making_and_the_end_of_the_span_hides_no_body():
    result = run_program(EVERY_PHASE)
    assert result.summary["crossings"] == {"generator": {"lost": int(result.stdout)}}

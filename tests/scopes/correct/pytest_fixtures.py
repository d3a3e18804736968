import contextlib
import io

import pytest
from tracing import report, tracer


class Tests:
    @pytest.fixture
    def request_span(self):
        with tracer.start_as_current_span("fixture") as span:
            yield span

    @pytest.fixture
    def inner_span(self, request_span):
        assert request_span.is_recording()
        with tracer.start_as_current_span("inner fixture") as span:
            yield span

    def test_one(self, inner_span):
        with tracer.start_as_current_span("test one"):
            assert inner_span.is_recording()

    def test_two(self, request_span):
        with tracer.start_as_current_span("test two"):
            assert request_span.is_recording()


class Plugin:
    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self):
        with tracer.start_as_current_span("call"):
            return (yield)


if __name__ == "__main__":
    options = ["-q", "-p", "no:cacheprovider", "--rootdir=.", "-c", "/dev/null"]
    options += ["-o", "python_classes=Tests", __file__]
    with contextlib.redirect_stdout(io.StringIO()):
        status = pytest.main(options, plugins=[Plugin()])
    print(int(status))
    report()

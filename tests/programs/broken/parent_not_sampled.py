# family: parent_missing
# boundary: sampler
# orphan: query database
# actual parent: GET /health
# expected parent: GET /health
# instrumentors: none | threading,asyncio
# python: 3.10+
from collecting import new_provider, report
from opentelemetry import trace
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult


class WithoutHealth(Sampler):
    def should_sample(self, parent_context, trace_id, name, *args, **kwargs):  # noqa: ARG002
        if name == "GET /health":
            return SamplingResult(Decision.DROP)
        return SamplingResult(Decision.RECORD_AND_SAMPLE)

    def get_description(self):
        return "WithoutHealth"


trace.set_tracer_provider(new_provider(sampler=WithoutHealth()))
tracer = trace.get_tracer("shop")


def handle(path):
    with tracer.start_as_current_span(f"GET {path}"):  # <- parent
        with tracer.start_as_current_span("query database"):  # <- orphan
            pass


if __name__ == "__main__":
    handle("/health")
    report()

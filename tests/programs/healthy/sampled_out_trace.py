# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /stock <- (root)
# tree: query stock <- GET /stock
from collecting import new_provider, report
from opentelemetry import trace
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, Decision, ParentBased, SamplingResult


class EverySecond(type(ALWAYS_ON)):
    def __init__(self):
        super().__init__(Decision.RECORD_AND_SAMPLE)
        self.roots = 0

    def should_sample(self, *_, **__):
        self.roots += 1
        return SamplingResult(Decision.RECORD_AND_SAMPLE if self.roots % 2 else Decision.DROP)


trace.set_tracer_provider(new_provider(sampler=ParentBased(EverySecond())))
tracer = trace.get_tracer("shop")

if __name__ == "__main__":
    for _ in range(2):
        with tracer.start_as_current_span("GET /stock"):
            with tracer.start_as_current_span("query stock"):
                pass
    report()

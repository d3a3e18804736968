# remedy: sampler
from collecting import new_provider, report
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult


class WithoutOrders(Sampler):
    def should_sample(self, parent_context, trace_id, name, *args, **kwargs):  # noqa: ARG002
        dropped = name == "POST /orders"
        return SamplingResult(Decision.DROP if dropped else Decision.RECORD_AND_SAMPLE)

    def get_description(self):
        return "WithoutOrders"


def work(tracer, path):
    request = tracer.start_as_current_span(f"POST {path}")
    with request, tracer.start_as_current_span("query stock"):
        print(f"stock for {path}")


if __name__ == "__main__":
    sampler = WithoutOrders()
    # hand-off
    # end of hand-off
    tracer = new_provider(sampler=sampler).get_tracer("shop")
    work(tracer, "/orders")
    report()

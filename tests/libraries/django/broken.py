# family: parent_lost
# boundary: threading.Thread.start
# orphan: ask shop
# expected parent: GET prices
# family: parent_lost
# boundary: streamed response
# orphan: read row
# expected parent: GET rows
# instrumentors: none
# python: 3.10+
import threading

import django
from django.conf import settings
from django.http import JsonResponse, StreamingHttpResponse
from django.urls import path
from opentelemetry.instrumentation.django import DjangoInstrumentor
from tracing import report, tracer


def prices(request):
    found = {}

    def ask(shop):
        with tracer.start_as_current_span("ask shop"):  # <- orphan
            found[shop] = len(shop)

    asking = [threading.Thread(target=ask, args=(shop,)) for shop in ("north", "south")]
    for thread in asking:
        thread.start()  # <- lost here
    for thread in asking:
        thread.join()
    return JsonResponse(found)


def read(number):
    with tracer.start_as_current_span("read row"):  # <- orphan (2)
        return f"{number}\n"


def rows(request):
    body = (read(number) for number in range(2))
    return StreamingHttpResponse(body)  # <- lost here (2)


urlpatterns = [path("prices", prices), path("rows", rows)]

if __name__ == "__main__":
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
    DjangoInstrumentor().instrument()
    django.setup()
    from django.test import Client

    print(sorted(Client().get("/prices").json()))
    print(b"".join(Client().get("/rows").streaming_content))
    report()

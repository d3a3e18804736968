# tree: GET prices <- (root)
# tree: GET prices <- (root)
# tree: GET rows <- (root)
# tree: GET total <- (root)
# tree: GET total <- (root)
# tree: ask east <- total
# tree: ask east <- total
# tree: ask north <- GET prices
# tree: ask north <- GET prices
# tree: ask south <- GET prices
# tree: ask south <- GET prices
# tree: load east <- ask east
# tree: load east <- ask east
# tree: load north <- ask north
# tree: load north <- ask north
# tree: load south <- ask south
# tree: load south <- ask south
# tree: load west <- GET prices
# tree: load west <- GET prices
# tree: total <- GET total
# tree: total <- GET total
# instrumentors: none | threading,asyncio
# python: 3.12+
import asyncio

import django
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.http import JsonResponse, StreamingHttpResponse
from django.urls import path
from opentelemetry.instrumentation.django import DjangoInstrumentor
from tracing import report, tracer


def load(name):
    with tracer.start_as_current_span(f"load {name}"):
        return len(name)


async def ask(shop):
    with tracer.start_as_current_span(f"ask {shop}"):
        return await sync_to_async(load)(shop)


async def prices(request):
    found = await asyncio.gather(ask("north"), ask("south"))
    parallel = await sync_to_async(load, thread_sensitive=False)("west")
    return JsonResponse([*found, parallel], safe=False)


def total(request):
    with tracer.start_as_current_span("total"):
        return JsonResponse({"total": async_to_sync(ask)("east")})


def rows(request):
    return StreamingHttpResponse(f"{number}\n" for number in range(3))


urlpatterns = [path("prices", prices), path("total", total), path("rows", rows)]


async def main():
    from django.test import AsyncClient

    client = AsyncClient()
    for url in ("/prices", "/total"):
        print((await client.get(url)).content)


if __name__ == "__main__":
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
    DjangoInstrumentor().instrument()
    django.setup()
    from django.test import Client

    asyncio.run(main())
    for url in ("/prices", "/total"):
        print(Client().get(url).content)
    print(b"".join(Client().get("/rows").streaming_content))
    report()

"""A crawler on asyncio: it counts the words of pages in a pool, and stores them in a task."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

PAGES = {"/": "welcome to the shop", "/about": "we sell tea"}


def count_words(text):
    with tracer.start_as_current_span("count words"):
        return len(text.split())


def find_links(text):
    with tracer.start_as_current_span("find links"):
        return text.count("http")


async def crawl():
    counted = asyncio.Queue()

    async def store():
        while True:
            path, words, links = await counted.get()
            with tracer.start_as_current_span("store"):
                print(f"{path}: {words} words, {links} links")
            counted.task_done()

    storing = asyncio.create_task(store())
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        for path, text in PAGES.items():
            with tracer.start_as_current_span(f"crawl {path}"):
                words = await loop.run_in_executor(None, count_words, text)
                (links,) = pool.map(find_links, [text])
                await counted.put((path, words, links))
                await counted.join()
    storing.cancel()
    await asyncio.gather(storing, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(crawl())
    report()

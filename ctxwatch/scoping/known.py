"""Scopes that OpenTelemetry's own instrumentations leave open, and why.

A program can do nothing about these: what they lead to is written at level debug.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType

_PACKAGE = os.sep + "opentelemetry" + os.sep

#: ``(file in the package opentelemetry, function that attaches)``: the reason.
UNBALANCED = {
    ("instrumentation/_labeler/_internal/__init__.py", "_attach_context_value"): (
        "the labeler stays in the context for the rest of the request"
    ),
    ("instrumentation/boto3sqs/__init__.py", "__getitem__"): (
        "one token in the class serves all threads, and the next message detaches it"
    ),
    ("instrumentation/confluent_kafka/__init__.py", "wrap_consume"): (
        "the span of a message is current until the next consume() or close()"
    ),
    ("instrumentation/confluent_kafka/__init__.py", "wrap_poll"): (
        "the span of a message is current until the next poll() or close()"
    ),
    ("instrumentation/flask/__init__.py", "_before_request"): (
        "the values for sqlcommenter are attached on top of the request's span, and left there"
    ),
    ("instrumentation/google_genai/generate_content.py", "_response_async_generator_wrapper"): (
        "an async generator holds the span of a stream over its yield"
    ),
    ("instrumentation/google_genai/generate_content.py", "instrumented_generate_content_stream"): (
        "a generator holds the span of a stream over its yield"
    ),
    ("instrumentation/grpc/_client.py", "_intercept_server_stream"): (
        "a generator holds the span of a stream over its yield"
    ),
    ("instrumentation/grpc/_server.py", "_intercept_server_stream"): (
        "a generator holds the span of a stream over its yield"
    ),
    ("instrumentation/openai_agents/span_processor.py", "on_span_start"): (
        "a span of the agents' library may end in another task than it began in"
    ),
    ("instrumentation/pika/utils.py", "popleft"): (
        "the span of a message is current until the next message is taken"
    ),
    ("instrumentation/wsgi/__init__.py", "_end_span_after_iterating"): (
        "a generator holds the span of a response over its yield"
    ),
    ("util/genai/_invocation.py", "_start"): (
        "the span of a stream ends wherever the stream is read to its end"
    ),
}


def reason(code: CodeType) -> str | None:
    """Why a scope that *code* opens is known to go wrong; None for all others."""
    _, found, tail = code.co_filename.rpartition(_PACKAGE)
    return UNBALANCED.get((tail.replace(os.sep, "/"), code.co_name)) if found else None

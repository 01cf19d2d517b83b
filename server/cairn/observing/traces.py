"""Traces by OpenTelemetry, where `CAIRN_TRACES_URL` names a collector; without it nothing of this is loaded."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cairn import __version__
from cairn.kernel import spans
from cairn.kernel.settings import BadSettings, Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer


def start_traces(settings: Settings, exporter: "SpanExporter | None" = None) -> "Tracer | None":
    """A tracer that sends to the collector; raises BadSettings where the extra `traces` is not installed."""
    if settings.traces_url is None:
        return None
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    except ImportError:
        raise BadSettings("CAIRN_TRACES_URL needs the extra packages of cairn[traces].") from None
    provider = TracerProvider(resource=Resource({"service.name": "cairn", "service.version": __version__}))
    if exporter is not None:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(settings.traces_url)))
    tracer = provider.get_tracer("cairn", __version__)
    spans.open_span = lambda name, attributes: tracer.start_as_current_span(
        name, attributes=dict(attributes), record_exception=False, set_status_on_exception=False
    )
    return tracer


def request_span(tracer: "Tracer", operation: str, headers: Mapping[str, str]) -> Any:
    """A span that goes on where the caller's `traceparent` says; exceptions are not recorded, they may quote data."""
    from opentelemetry.propagate import extract
    from opentelemetry.trace import SpanKind

    return tracer.start_as_current_span(
        operation, context=extract(headers), kind=SpanKind.SERVER, record_exception=False, set_status_on_exception=False
    )

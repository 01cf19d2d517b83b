"""The application as an ASGI server loads it."""

from cairn.api.application import create_application

application = create_application()

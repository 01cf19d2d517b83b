"""Sending what lies in the outgoing tray: once, with growing pauses between attempts that fail."""

import asyncio
import logging
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import aiosmtplib
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cairn.jobs.mails import render
from cairn.kernel.deliveries import Delivery
from cairn.kernel.settings import Settings
from cairn.kernel.writer import Transactional
from cairn.services import Services

logger = logging.getLogger(__name__)
PAGE = 50
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
SEND_TIMEOUT_S = 20.0


async def send_due(services: Services) -> int:
    """Try every delivery that is due; returns how many were tried."""
    now = services.clock.now()
    statement = select(Delivery).where(Delivery.due_at <= now).order_by(Delivery.due_at).limit(PAGE)
    async with services.database.reading_session() as session:
        due = list((await session.scalars(statement)).all())
    for delivery in due:
        error = await _try(services.settings, delivery)
        await _note(services, delivery, error)
    return len(due)


async def _try(settings: Settings, delivery: Delivery) -> str | None:
    try:
        await _send_mail(settings, delivery.payload)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        logger.warning("delivery %s failed: %s", delivery.id, type(error).__name__)
        return f"{type(error).__name__}: {error}"[:500]
    return None


async def _send_mail(settings: Settings, payload: dict[str, Any]) -> None:
    if settings.smtp_host is None:
        raise aiosmtplib.SMTPException("no CAIRN_SMTP_HOST is set")
    subject, text = render(payload)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, payload["to"], subject
    message.set_content(text)
    sending = aiosmtplib.send(
        message,
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user,
        password=settings.smtp_password,
        start_tls=settings.smtp_starttls,
    )
    await asyncio.wait_for(sending, SEND_TIMEOUT_S)


async def _note(services: Services, delivery: Delivery, error: str | None) -> None:
    now, attempts = services.clock.now(), delivery.attempts + 1
    pause = FIRST_PAUSE * 2 ** (attempts - 1)
    again = error is not None and attempts < MOST_ATTEMPTS
    values = {
        "attempts": attempts,
        "error": error,
        "sent_at": None if error else now,
        "due_at": now + pause if again else None,
    }

    async def store(session: AsyncSession) -> None:
        await session.execute(
            update(Delivery)
            .where(Delivery.organization_id == delivery.organization_id, Delivery.id == delivery.id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )

    await services.writer.submit(Transactional(delivery.organization_id, store))

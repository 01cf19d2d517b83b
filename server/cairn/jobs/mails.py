"""Mails: their words in the languages that the app speaks, and the way to the SMTP server."""

import asyncio
from email.message import EmailMessage
from typing import Any

import aiosmtplib

from cairn.kernel.settings import Settings

SEND_TIMEOUT_S = 20.0

_TEMPLATES = {
    ("password_reset", "zh-CN"): (
        "重设您的 Cairn 密码",
        "{name}，您好：\n\n请在一小时内打开下面的链接，设置新密码：\n\n{link}\n\n如果不是您本人要求，请忽略此邮件，密码不会改变。\n",
    ),
    ("password_reset", "en"): (
        "Reset your Cairn password",
        "Hello {name},\n\nopen this link within an hour to set a new password:\n\n{link}\n\n"
        "If you did not ask for this, ignore this mail: your password stays as it is.\n",
    ),
    ("service_report", "zh-CN"): (
        "服务报告 {number}",
        "您好：\n\n附件是 {company} 的服务报告（工单号 {number}）。\n",
    ),
    ("service_report", "en"): (
        "Service report {number}",
        "Hello,\n\nattached is the service report of {company} on ticket {number}.\n",
    ),
}


def render(payload: dict[str, Any]) -> tuple[str, str]:
    """Subject and text of a mail."""
    language = "zh-CN" if str(payload.get("locale", "")).startswith("zh") else "en"
    subject, text = _TEMPLATES[payload["template"], language]
    return subject.format_map(payload), text.format_map(payload)


async def send_mail(settings: Settings, payload: dict[str, Any], pdf: tuple[str, bytes] | None = None) -> None:
    """Hand a mail, with a PDF of that name if there is one, to the SMTP server; raises what keeps it from going out."""
    if settings.smtp_host is None:
        raise aiosmtplib.SMTPException("no CAIRN_SMTP_HOST is set")
    subject, text = render(payload)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, payload["to"], subject
    message.set_content(text)
    if pdf is not None:
        message.add_attachment(pdf[1], maintype="application", subtype="pdf", filename=pdf[0])
    async with asyncio.timeout(SEND_TIMEOUT_S):
        await aiosmtplib.send(
            message,
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user,
            password=settings.smtp_password,
            start_tls=settings.smtp_starttls,
        )

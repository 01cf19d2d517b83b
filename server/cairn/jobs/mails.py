"""The words of mails, in the languages that the app speaks."""

from typing import Any

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
}


def render(payload: dict[str, Any]) -> tuple[str, str]:
    """Subject and text of a mail."""
    language = "zh-CN" if str(payload.get("locale", "")).startswith("zh") else "en"
    subject, text = _TEMPLATES[payload["template"], language]
    return subject, text.format(name=payload["name"], link=payload["link"])

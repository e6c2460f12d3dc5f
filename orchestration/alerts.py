"""Sends alerts by webhook or e-mail, if configured. An alert contains only names of steps and sources, and counts.

SADAYA_ALERT_WEBHOOK: an address that accepts a JSON POST. SADAYA_ALERT_EMAIL: recipients, separated by commas; with
SADAYA_SMTP_HOST, _PORT (25), _FROM, and _USER with _PASSWORD if the server requires them (then always over TLS).
"""

from __future__ import annotations

import logging
import os
import smtplib
import ssl
from dataclasses import asdict, dataclass
from email.message import EmailMessage

import httpx

SECONDS = 10


SUBJECTS = {
    "failed": "{job} gagal / failed",
    "held": "kiriman ditahan, perlu keputusan / deliveries held for a decision",
    "late": "kiriman terlambat / deliveries late",
}
"""Kind of alert -> its subject."""


@dataclass(frozen=True)
class Alert:
    """An alert: the job, its run (or load), its as-of date, the reasons in one sentence, and its kind (a key of
    `SUBJECTS`).
    """

    job: str
    run: str
    as_of: str | None
    reason: str
    kind: str = "failed"

    @property
    def subject(self) -> str:
        return f"Sadaya: {SUBJECTS[self.kind].format(job=self.job)}"

    @property
    def text(self) -> str:
        return f"{self.subject} ({self.as_of or '-'}): {self.reason}"


def configured() -> bool:
    return bool(os.environ.get("SADAYA_ALERT_WEBHOOK") or os.environ.get("SADAYA_ALERT_EMAIL"))


def send(alert: Alert) -> list[str]:
    """Send an alert by every configured way. Returns the ways that worked: `webhook`, `email`.

    A way that fails is logged, and does not prevent the other.
    """
    sent = []
    for name, variable, way in (
        ("webhook", "SADAYA_ALERT_WEBHOOK", _webhook),
        ("email", "SADAYA_ALERT_EMAIL", _email),
    ):
        target = os.environ.get(variable)
        if not target:
            continue
        try:
            way(target, alert)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, smtplib.SMTPException) as error:
            logging.getLogger("sadaya").error("alert by %s was not sent: %s", name, type(error).__name__)
        else:
            sent.append(name)
    return sent


def _webhook(address: str, alert: Alert) -> None:
    httpx.post(address, json={"text": alert.text, **asdict(alert)}, timeout=SECONDS).raise_for_status()


def _email(recipients: str, alert: Alert) -> None:
    message = EmailMessage()
    message["Subject"] = alert.subject
    message["From"] = os.environ.get("SADAYA_SMTP_FROM", "sadaya@localhost")
    message["To"] = recipients
    message.set_content(f"{alert.text}\n\nrun: {alert.run}\n")
    host, port = os.environ.get("SADAYA_SMTP_HOST", "localhost"), int(os.environ.get("SADAYA_SMTP_PORT", "25"))
    user = os.environ.get("SADAYA_SMTP_USER")
    with smtplib.SMTP(host, port, timeout=SECONDS) as server:
        if user:
            server.starttls(context=ssl.create_default_context())
            server.login(user, os.environ["SADAYA_SMTP_PASSWORD"])
        server.send_message(message)

"""Telling people of a load: a webhook, an e-mail, or nobody. An alert names steps, sources and counts only.

SADAYA_ALERT_WEBHOOK: an address that takes a JSON POST. SADAYA_ALERT_EMAIL: recipients, joined by commas; then
SADAYA_SMTP_HOST, _PORT (25), _FROM, and _USER with _PASSWORD where the server asks for them (always over TLS then).
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
"""The kinds of alerts, and what each says first."""


@dataclass(frozen=True)
class Alert:
    """What happened: the job, its run (or load), the date it was for, the reasons in one sentence, and of which kind
    of `SUBJECTS` it is.
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
    """Send an alert by every way that is set. Returns the ways that worked: `webhook`, `email`.

    A way that does not work is logged, and hides neither the other nor the failure it was to tell of.
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

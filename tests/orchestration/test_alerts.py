"""Alerts reach a real server over HTTP and SMTP, carry no data, and do not hide another failure."""

from __future__ import annotations

import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from orchestration.alerts import Alert, configured, send

ALERT = Alert("nightly", "20191101-001", "2019-11-01", "identity: OutOfMemory in assets/identity/persons.py:10")


@pytest.fixture
def webhook(monkeypatch):
    """A local server that records requests and answers with `status`."""
    received: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        status = 200

        def do_POST(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(self.status)
            self.end_headers()

        def log_message(self, *_):
            """Write nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("SADAYA_ALERT_WEBHOOK", f"http://127.0.0.1:{server.server_port}/hook")
    yield received, Handler
    server.shutdown()


@pytest.fixture
def mail(monkeypatch):
    """A minimal local SMTP server."""
    received: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 test\r\n")
            text = None
            for raw in self.rfile:
                line = raw.decode().rstrip("\r\n")
                if text is not None and line == ".":
                    received.append("\n".join(text))
                    text = None
                    self.wfile.write(b"250 ok\r\n")
                elif text is not None:
                    text.append(line)
                elif line.upper() == "DATA":
                    text = []
                    self.wfile.write(b"354 go on\r\n")
                elif line.upper() == "QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("SADAYA_ALERT_EMAIL", "data@example.org")
    monkeypatch.setenv("SADAYA_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("SADAYA_SMTP_PORT", str(server.server_address[1]))
    yield received
    server.shutdown()


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch):
    for name in ("SADAYA_ALERT_WEBHOOK", "SADAYA_ALERT_EMAIL"):
        monkeypatch.delenv(name, raising=False)


def test_off_by_default():
    assert not configured()
    assert send(ALERT) == []


def test_the_webhook_receives_the_failure(webhook):
    received, _ = webhook
    assert configured()
    assert send(ALERT) == ["webhook"]
    assert received[0]["reason"] == ALERT.reason
    assert received[0]["as_of"] == "2019-11-01"
    assert "gagal / failed" in received[0]["text"]


def test_the_mail_has_the_same_text(mail):
    assert send(ALERT) == ["email"]
    assert "20191101-001" in mail[0]
    assert "To: data@example.org" in mail[0]


def test_a_server_that_refuses_does_not_stop_the_other_way(webhook, mail, caplog):
    webhook[1].status = 500
    assert send(ALERT) == ["email"]
    assert "webhook was not sent" in caplog.text
    assert len(mail) == 1

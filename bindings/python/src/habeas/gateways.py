"""Gateways in Python: what sends messages where the library itself cannot (the wheel is built without libcurl).

A gateway is asked to send some messages and says of each what became of it. Write your own by deriving from
:class:`Gateway`; :class:`Smtp` and :class:`Mailjet` are here. They use TLS and time-outs, and keep credentials
in memory alone: give them, or set ``HABEAS_SMTP_USER``, ``HABEAS_SMTP_PASSWORD``, ``HABEAS_MAILJET_KEY`` and
``HABEAS_MAILJET_SECRET``.
"""
from __future__ import annotations

import base64
import json
import os
import smtplib
import socket
import ssl
import urllib.error
import urllib.request
from datetime import timedelta
from email.message import Message
from typing import Any, Dict, List, Literal, Optional, Sequence, Tuple

from .errors import InvalidError
from .names import Channel, GatewayOutcome
from .values import Outgoing, SendResult

SENT = GatewayOutcome.SENT


class Gateway:
    """What every gateway has. ``compose``: e-mails come composed (``mime``) as well; ``processor``: who processes
    the data for the controller (art. 28), whom the transfer guard is asked about.

    >>> class Printer(Gateway):
    ...     id = "printer"
    ...     def send(self, messages):
    ...         return [SendResult(GatewayOutcome.SENT) for message in messages]
    >>> Printer().channels
    (<Channel.EMAIL: 1>,)
    """

    id: str = "python"
    channels: Tuple[Channel, ...] = (Channel.EMAIL,)
    compose: bool = False
    batch_size: int = 50
    processor: str = ""

    def send(self, messages: Sequence[Outgoing]) -> Sequence[SendResult]:
        """One result for each message, in their order. What it raises makes all of them uncertain."""
        raise NotImplementedError

    def resolve(self, reference: str) -> Optional[SendResult]:
        """What became of a message whose answer was lost; ``None``: this gateway cannot tell."""
        return None

    def close(self) -> None:
        """At the end of a run."""

    def __enter__(self) -> Gateway:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _secret(given: Optional[str], variable: str) -> Optional[str]:
    return given if given is not None else os.environ.get(variable)


class Smtp(Gateway):
    """RFC 5321 by ``smtplib``, one connection a run.

    ``tls``: ``"starttls"`` (port 587), ``"implicit"`` (465) or ``"none"`` (25; only to this machine, unless
    ``allow_plain``). The server's certificate is checked against ``context`` or the system's.
    """

    compose = True

    def __init__(self, host: str, port: int = 0, *, tls: Literal["starttls", "implicit", "none"] = "starttls",
                 user: Optional[str] = None, password: Optional[str] = None, hello: Optional[str] = None,
                 envelope_sender: str = "", timeout: float = 30.0, context: Optional[ssl.SSLContext] = None,
                 allow_plain: bool = False, id: str = "smtp", processor: str = "") -> None:
        if tls == "none" and not allow_plain and host not in ("localhost", "127.0.0.1", "::1"):
            raise InvalidError("mail would cross the network in clear text: use starttls or implicit", "tls")
        if timeout <= 0:
            raise InvalidError("give a number of seconds above zero", "timeout")
        self.id, self.processor = id, processor
        self.host, self.tls, self.timeout = host, tls, timeout
        self.port = port or {"starttls": 587, "implicit": 465, "none": 25}[tls]
        self.hello, self.envelope_sender = hello, envelope_sender
        self._context = context or ssl.create_default_context()
        self._user = _secret(user, "HABEAS_SMTP_USER")
        self._password = _secret(password, "HABEAS_SMTP_PASSWORD")
        self._connection: Optional[smtplib.SMTP] = None

    def _connect(self) -> smtplib.SMTP:
        if self._connection is None:
            if self.tls == "implicit":
                made: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, self.hello, timeout=self.timeout,
                                                      context=self._context)
            else:
                made = smtplib.SMTP(self.host, self.port, self.hello, timeout=self.timeout)
            try:
                if self.tls == "starttls":
                    made.starttls(context=self._context)
                if self._user is not None:
                    made.login(self._user, self._password or "")
            except BaseException:
                made.close()
                raise
            self._connection = made
        return self._connection

    def check(self) -> None:
        """Connects and logs in without sending."""
        self._connect()
        self.close()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def send(self, messages: Sequence[Outgoing]) -> List[SendResult]:
        return [self._send(message) for message in messages]

    def _send(self, message: Outgoing) -> SendResult:
        try:
            connection = self._connect()
        except smtplib.SMTPAuthenticationError:
            return SendResult(GatewayOutcome.NOT_REACHED, reason="login refused")
        except (OSError, smtplib.SMTPException):
            return SendResult(GatewayOutcome.NOT_REACHED, reason="not reached")
        sender = self.envelope_sender or message.document["return_path"] or message.document["sender"]["address"]
        try:
            return self._transaction(connection, sender, message)
        except smtplib.SMTPServerDisconnected:
            self._connection = None
            return SendResult(GatewayOutcome.TRANSIENT, reason="connection lost")
        except smtplib.SMTPResponseException as error:
            return self._refused(connection, error.smtp_code, b"", at_recipient=False)
        except (socket.timeout, OSError):
            self._connection = None
            return SendResult(GatewayOutcome.TRANSIENT, reason="connection lost")

    def _transaction(self, connection: smtplib.SMTP, sender: str, message: Outgoing) -> SendResult:
        """The commands one by one: only what happens after the last dot is uncertain."""
        code, words = connection.mail(sender)
        if code != 250:
            return self._refused(connection, code, words, at_recipient=False)
        code, words = connection.rcpt(message.recipient)
        if code not in (250, 251):
            return self._refused(connection, code, words, at_recipient=True)
        code, words = connection.docmd("DATA")
        if code != 354:
            return self._refused(connection, code, words, at_recipient=False)
        try:
            lines = message.mime.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            body = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
            stuffed = (b"." + body if body.startswith(b".") else body).replace(b"\r\n.", b"\r\n..")
            connection.send(stuffed + b".\r\n")
            code, words = connection.getreply()
        except (OSError, smtplib.SMTPException):
            self._connection = None
            return SendResult(GatewayOutcome.UNCERTAIN, reason="answer lost")
        if code == 250:
            return SendResult(SENT)
        return self._refused(connection, code, words, at_recipient=False)

    def _refused(self, connection: smtplib.SMTP, code: int, words: bytes, *, at_recipient: bool) -> SendResult:
        try:
            connection.rset()
        except (OSError, smtplib.SMTPException):
            self._connection = None
        if code == 421:
            self._connection = None
        if at_recipient and code in (550, 551, 553) and words.lstrip()[:5] in (b"5.1.1", b"5.1.2", b"5.1.3", b"5.1.6"):
            return SendResult(GatewayOutcome.NO_SUCH_ADDRESS, reason=f"smtp {code}")
        outcome = GatewayOutcome.PERMANENT if 500 <= code < 600 else GatewayOutcome.TRANSIENT
        return SendResult(outcome, reason=f"smtp {code}")


class Mailjet(Gateway):
    """Mailjet's Send API v3.1 by ``urllib``. ``CustomID`` is habeas's reference, by which its events are matched.

    ``sandbox``: Mailjet validates and sends nothing.
    """

    id = "mailjet"
    processor = "mailjet"

    def __init__(self, key: Optional[str] = None, secret: Optional[str] = None, *,
                 base_url: str = "https://api.mailjet.com", sandbox: bool = False, timeout: float = 30.0,
                 context: Optional[ssl.SSLContext] = None) -> None:
        found_key, found_secret = _secret(key, "HABEAS_MAILJET_KEY"), _secret(secret, "HABEAS_MAILJET_SECRET")
        if not found_key or not found_secret:
            raise InvalidError("give key and secret, or set HABEAS_MAILJET_KEY and HABEAS_MAILJET_SECRET", "key")
        if not base_url.startswith("https://") and not base_url.startswith(("http://127.0.0.1", "http://localhost")):
            raise InvalidError("credentials would cross the network in clear text: use https", "base_url")
        if timeout <= 0:
            raise InvalidError("give a number of seconds above zero", "timeout")
        self._authorization = "Basic " + base64.b64encode(f"{found_key}:{found_secret}".encode()).decode()
        self.base_url, self.sandbox, self.timeout = base_url.rstrip("/"), sandbox, timeout
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context or ssl.create_default_context()), _NoRedirect())

    @staticmethod
    def _message(message: Outgoing) -> Dict[str, Any]:
        document = message.document
        out: Dict[str, Any] = {
            "From": _address(document["sender"]), "To": [_address(document["recipient"])],
            "Subject": document["subject_line"], "CustomID": message.reference,
            "TrackOpens": "disabled", "TrackClicks": "disabled",
        }
        if document["text"]:
            out["TextPart"] = document["text"]
        if document["html"]:
            out["HTMLPart"] = document["html"]
        reply_to = document["reply_to"]
        if reply_to is not None and reply_to["address"]:
            out["ReplyTo"] = _address(reply_to)
        if document["headers"]:
            out["Headers"] = {each["name"]: each["value"] for each in document["headers"]}
        if message.attachments:
            out["Attachments"] = [{"ContentType": each.type or "application/octet-stream", "Filename": each.name,
                                   "Base64Content": base64.b64encode(each.content).decode()}
                                  for each in message.attachments]
        return out

    def send(self, messages: Sequence[Outgoing]) -> List[SendResult]:
        body = {"Messages": [self._message(each) for each in messages]}
        if self.sandbox:
            body["SandboxMode"] = True  # type: ignore[assignment]
        request = urllib.request.Request(
            f"{self.base_url}/v3.1/send", json.dumps(body).encode(), method="POST",
            headers={"Authorization": self._authorization, "Content-Type": "application/json"})
        count = len(messages)
        try:
            with self._opener.open(request, timeout=self.timeout) as answer:
                return self._read(answer.status, answer.read(), answer.headers, count)
        except urllib.error.HTTPError as error:
            with error:
                return self._read(error.code, error.read(), error.headers, count)
        except urllib.error.URLError as error:
            if isinstance(error.reason, (ConnectionRefusedError, socket.gaierror, ssl.SSLError)):
                return [SendResult(GatewayOutcome.NOT_REACHED, reason="not reached")] * count
            return [SendResult(GatewayOutcome.UNCERTAIN, reason="answer lost")] * count
        except OSError:
            return [SendResult(GatewayOutcome.UNCERTAIN, reason="answer lost")] * count

    def _read(self, status: int, body: bytes, headers: Message, count: int) -> List[SendResult]:
        if status in (401, 403) and b'"Messages"' not in body:
            return [SendResult(GatewayOutcome.NOT_REACHED, reason="login refused")] * count
        if status == 429:
            return [SendResult(GatewayOutcome.TRANSIENT, reason="http 429", retry_after=_retry(headers))] * count
        if status >= 500:
            return [SendResult(GatewayOutcome.UNCERTAIN, reason=f"http {status}")] * count
        try:
            answers = json.loads(body)["Messages"]
            if len(answers) != count:
                raise ValueError
            return [self._answer(each) for each in answers]
        except (ValueError, KeyError, TypeError, AttributeError):
            if 400 <= status < 500:
                return [SendResult(GatewayOutcome.PERMANENT, reason=f"http {status}")] * count
            return [SendResult(GatewayOutcome.UNCERTAIN, reason="answer not understood")] * count

    @staticmethod
    def _answer(answer: Dict[str, Any]) -> SendResult:
        if answer.get("Status") == "success":
            to = answer.get("To") or [{}]
            return SendResult(SENT, reference=str(to[0].get("MessageUUID", "")))
        errors = answer.get("Errors") or [{}]
        return SendResult(GatewayOutcome.PERMANENT, reason=str(errors[0].get("ErrorCode", "error"))[:63])


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None  # credentials go nowhere else


def _address(given: Any) -> Dict[str, str]:
    out = {"Email": given["address"]}
    if given["name"]:
        out["Name"] = given["name"]
    return out


def _retry(headers: Message) -> Optional[timedelta]:
    text = headers.get("Retry-After", "")
    return timedelta(seconds=min(int(text), 86400)) if text.isdigit() else None


__all__ = ["Gateway", "Mailjet", "SendResult", "Smtp"]

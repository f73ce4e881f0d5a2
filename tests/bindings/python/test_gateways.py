"""SMTP by smtplib and Mailjet by urllib, against servers on this machine."""
import base64
import json
import socketserver
import ssl
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import habeas
import pytest
from conftest import Clock, notice, person
from habeas.gateways import Mailjet, Smtp


class MailServer(socketserver.ThreadingTCPServer):
    """Answers as `answers` says by command (else as it should); keeps what it got."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, context: Any = None, implicit: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), MailHandler)
        self.context, self.implicit = context, implicit
        self.answers: Dict[str, bytes] = {}
        self.mails: List[bytes] = []
        self.commands: List[str] = []
        self.secure: List[bool] = []
        self.connections = 0

    def handle_error(self, *_: Any) -> None:
        """A client that does not trust the certificate hangs up."""


class MailHandler(socketserver.BaseRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        if self.server.implicit:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        lines = self.request.makefile("rb")
        self.say(b"220 ready")
        while True:
            line = lines.readline()
            if not line:
                return
            word = line.split(b" ")[0].strip().upper().decode()
            self.server.commands.append(line.decode().strip())
            answer = self.server.answers.get(word)
            if answer == b"drop":
                self.request.close()
                return
            if word == "STARTTLS" and answer is None:
                self.say(b"220 go on")
                self.request = self.server.context.wrap_socket(self.request, server_side=True)
                lines = self.request.makefile("rb")
            elif word == "EHLO":
                self.request.sendall(b"250-here\r\n" + (b"250-STARTTLS\r\n" if self.server.context else b"")
                                     + b"250 AUTH PLAIN\r\n")
            elif word == "DATA" and answer is None:
                self.say(b"354 go on")
                mail = b""
                while not mail.endswith(b"\r\n.\r\n"):
                    mail += lines.readline()
                self.server.mails.append(mail)
                self.server.secure.append(isinstance(self.request, ssl.SSLSocket))
                end = self.server.answers.get("END", b"250 taken")
                if end == b"drop":
                    self.request.close()
                    return
                self.say(end)
            else:
                self.say(answer or {"AUTH": b"235 hello", "QUIT": b"221 bye"}.get(word, b"250 well"))

    def say(self, line: bytes) -> None:
        self.request.sendall(line + b"\r\n")


@contextmanager
def serving(server: Any) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    try:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key", "-out", folder / "cert"],
                       check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not here")
    return folder


def contexts(folder: Path) -> Tuple[ssl.SSLContext, ssl.SSLContext]:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert", folder / "key")
    return server, ssl.create_default_context(cafile=str(folder / "cert"))


def plain(server: MailServer, **more: Any) -> Smtp:
    return Smtp("127.0.0.1", server.server_address[1], tls="none", **more)


def test_lines_that_begin_with_dots_arrive_as_they_are(store: habeas.Store) -> None:
    seen: List[habeas.Outgoing] = []

    class Look(habeas.gateways.Gateway):
        def send(self, messages):  # type: ignore[no-untyped-def]
            seen.extend(messages)
            return [habeas.SendResult(habeas.GatewayOutcome.TRANSIENT)]
    notice(store)
    store.outbox.send(Look())
    with serving(MailServer()) as server, plain(server) as gateway:
        for mime in (b".first\nLook.\n.hidden\n..twice", b"\r\n.\r\n"):
            assert gateway.send([replace(seen[0], mime=mime)])[0].outcome is habeas.GatewayOutcome.SENT
        assert server.mails[0] == b"..first\r\nLook.\r\n..hidden\r\n...twice\r\n.\r\n"
        assert server.mails[1] == b"\r\n..\r\n.\r\n"


def test_smtp_sends_over_one_connection(store: habeas.Store) -> None:
    with serving(MailServer()) as server:
        for at in range(3):
            notice(store, f"n{at}")
        assert store.outbox.send(plain(server))["sent"] == 3
        assert server.connections == 1 and len(server.mails) == 3 and server.commands[-1].upper() == "QUIT"
        assert any("desk@example.org" in each for each in server.commands if each.upper().startswith("RCPT"))


@pytest.mark.parametrize("kind", ["starttls", "implicit"])
def test_smtp_uses_tls_checks_the_certificate_and_logs_in(
        store: habeas.Store, clock: Clock, certificate: Path, kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server_side, client_side = contexts(certificate)
    monkeypatch.setenv("HABEAS_SMTP_USER", "shop")
    monkeypatch.setenv("HABEAS_SMTP_PASSWORD", "secret")
    with serving(MailServer(server_side, implicit=kind == "implicit")) as server:
        port = server.server_address[1]
        notice(store)
        untrusted = Smtp("127.0.0.1", port, tls=kind)
        with pytest.raises(ssl.SSLCertVerificationError):
            untrusted.check()
        assert store.outbox.send(untrusted)["sent"] == 0
        trusted = Smtp("127.0.0.1", port, tls=kind, context=client_side)
        trusted.check()
        clock.pass_by(hours=1)
        assert store.outbox.send(trusted)["sent"] == 1
        assert server.secure == [True]
        login = base64.b64encode(b"\0shop\0secret").decode()
        assert any(login in each for each in server.commands)


def test_clear_text_across_a_network_is_refused() -> None:
    with pytest.raises(habeas.InvalidError, match="clear text"):
        Smtp("mail.example.org", tls="none")
    with pytest.raises(habeas.InvalidError, match="clear text"):
        Mailjet("k", "s", base_url="http://mailjet.example")
    with pytest.raises(habeas.InvalidError):
        Smtp("mail.example.org", timeout=0)


@pytest.mark.parametrize("answers, state, bounced", [
    ({"RCPT": b"550 5.1.1 no such mailbox"}, "failed", True),
    ({"RCPT": b"550 5.7.1 not you"}, "failed", False),
    ({"MAIL": b"451 later"}, "queued", False),
    ({"END": b"552 too large"}, "failed", False),
    ({"END": b"drop"}, "uncertain", False),
    ({"MAIL": b"drop"}, "queued", False),
    ({"DATA": b"421 closing"}, "queued", False),
])
def test_what_a_server_says_decides(store: habeas.Store, answers: Dict[str, bytes], state: str, bounced: bool) -> None:
    with serving(MailServer()) as server:
        server.answers = answers
        number = notice(store)
        store.outbox.send(plain(server))
        assert store.messages.get(number)["state"] == state
        assert server.connections == 1


def test_an_address_that_is_gone_is_a_hard_bounce(store: habeas.Store) -> None:
    store.set_setting("base_url", "https://shop.example/p")
    store.set_setting("controller", '{"name": "Shop", "address": "1 High Street", "country": "DE"}')
    ada = person(store, consent=True)
    with serving(MailServer()) as server:
        server.answers = {"RCPT": b"550 5.1.1 no such mailbox"}
        store.messages.queue({"subject": ada, "key": "m", "purpose": "newsletter", "subject_line": "News", "text": "News"})
        store.outbox.send(plain(server))
    assert store.may_process(ada, "newsletter", "email").reason is habeas.Reason.HARD_BOUNCE


def test_a_server_that_is_not_there_leaves_messages_waiting(store: habeas.Store) -> None:
    number = notice(store)
    with serving(MailServer()) as server:
        gone = plain(server, timeout=1)
    assert store.outbox.send(gone)["sent"] == 0
    info = store.messages.get(number)
    assert info["state"] == "queued" and info["attempts"] == 0


def test_a_refused_login_leaves_messages_waiting_and_no_secret_in_sight(
        store: habeas.Store, caplog: pytest.LogCaptureFixture) -> None:
    number = notice(store)
    with serving(MailServer()) as server:
        server.answers = {"AUTH": b"535 no"}
        gateway = plain(server, user="shop", password="s3cret")
        store.outbox.send(gateway)
    info = store.messages.get(number)
    assert info["state"] == "queued" and "s3cret" not in repr(gateway) + json.dumps(info, default=str) + caplog.text


class ApiHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.requests.append((self.path, dict(self.headers), body))
        status, answer, headers = server.answer(body)
        if status == 0:
            self.close_connection = True
            self.connection.close()
            return
        data = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def api() -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), ApiHandler)
    server.requests = []
    server.answer = lambda body: (200, {"Messages": [
        {"Status": "success", "To": [{"Email": each["To"][0]["Email"], "MessageUUID": "u1",
                                      "MessageID": 1152921504606846976}]} for each in body["Messages"]]}, {})
    with serving(server):
        yield server


def mailjet(api: Any, **more: Any) -> Mailjet:
    return Mailjet("key", "s3cret", base_url=f"http://127.0.0.1:{api.server_address[1]}", **more)


def test_mailjet_gets_what_its_api_asks_for(store: habeas.Store, api: Any) -> None:
    store.messages.notify({"to": "desk@example.org", "key": "n1", "subject_line": "Note", "text": "Look."},
                          [habeas.Attachment("a.bin", b"\0\1", "application/x-own")])
    assert store.outbox.send(mailjet(api, sandbox=True))["sent"] == 1
    [(path, headers, body)] = api.requests
    assert path == "/v3.1/send" and body["SandboxMode"] is True
    assert headers["Authorization"] == "Basic " + base64.b64encode(b"key:s3cret").decode()
    [message] = body["Messages"]
    [info] = store.messages.all()
    assert message["To"] == [{"Email": "desk@example.org"}] and message["CustomID"] == info["reference"]
    assert message["From"]["Email"] == "shop@example.org" and message["Subject"] == "Note"
    assert message["TrackOpens"] == message["TrackClicks"] == "disabled"
    assert message["Attachments"] == [{"ContentType": "application/x-own", "Filename": "a.bin", "Base64Content": "AAE="}]
    assert info["gateway_reference"] == "u1"


@pytest.mark.parametrize("answer, state", [
    ((200, {"Messages": [{"Status": "error", "Errors": [{"ErrorCode": "send-0008", "StatusCode": 403}]}]}, {}), "failed"),
    ((400, {"ErrorCode": "mj-0002", "StatusCode": 400}, {}), "failed"),
    ((401, {"ErrorCode": "mj-0001", "StatusCode": 401}, {}), "queued"),
    ((429, {}, {"Retry-After": "60"}), "queued"),
    ((500, {}, {}), "uncertain"),
    ((0, {}, {}), "uncertain"),
    ((200, {"Messages": []}, {}), "uncertain"),
    ((302, {}, {"Location": "http://elsewhere.example/"}), "uncertain"),
])
def test_what_mailjet_says_decides(store: habeas.Store, api: Any, answer: Any, state: str) -> None:
    api.answer = lambda body: answer
    number = notice(store)
    store.outbox.send(mailjet(api))
    assert store.messages.get(number)["state"] == state
    assert len(api.requests) == 1


def test_mailjet_needs_credentials_from_the_caller_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HABEAS_MAILJET_KEY", raising=False)
    with pytest.raises(habeas.InvalidError, match="HABEAS_MAILJET_KEY"):
        Mailjet()
    monkeypatch.setenv("HABEAS_MAILJET_KEY", "k")
    monkeypatch.setenv("HABEAS_MAILJET_SECRET", "s")
    assert "Basic" not in repr(Mailjet())


def test_a_retry_after_is_kept_to(store: habeas.Store, api: Any, clock: Clock) -> None:
    api.answer = lambda body: (429, {}, {"Retry-After": "7200"})
    number = notice(store)
    store.outbox.send(mailjet(api))
    due = store.messages.get(number)["due_at"]
    assert due is not None and due >= clock.now + timedelta(hours=1)

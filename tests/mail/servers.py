"""Local servers: SMTP as aiosmtpd speaks it, SMTP that misbehaves, and Mailjet's documented contract."""
import asyncio
import base64
import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

try:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, AuthResult
except ImportError:  # Debian's package is for Debian's Python
    if sys.executable == "/usr/bin/python3":
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])

USER, SECRET = "shop", "geheim-6Yq"


class Certificates:
    """An authority, a server's certificate by it, and one by nobody that is known."""

    def __init__(self, folder):
        self.folder = folder
        self.ca, self.key, self.chain = (str(folder / name) for name in ("ca.pem", "server.key", "server.pem"))
        self.foreign, self.foreign_key = str(folder / "foreign.pem"), str(folder / "foreign.key")
        names = folder / "names"
        names.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        self._run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=habeas test",
                  "-keyout", str(folder / "ca.key"), "-out", self.ca)
        self._run("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", self.key,
                  "-out", str(folder / "server.csr"))
        self._run("x509", "-req", "-in", str(folder / "server.csr"), "-CA", self.ca, "-CAkey",
                  str(folder / "ca.key"), "-CAcreateserial", "-days", "2", "-extfile", str(names), "-out", self.chain)
        self._run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                  "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.foreign_key, "-out", self.foreign)

    @staticmethod
    def _run(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)

    def client(self, foreign=False):
        return ssl.create_default_context(cafile=self.foreign if foreign else self.ca)

    def context(self, foreign=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if foreign:
            context.load_cert_chain(self.foreign, self.foreign_key)
        else:
            context.load_cert_chain(self.chain, self.key)
        return context


class MailServer:
    """aiosmtpd. Recipients are refused by what stands before their @."""
    REPLIES = {"unknown": "550 5.1.1 <{}> is not here", "full": "452 4.2.2 mailbox full",
               "plain": "553 no such name"}
    AFTER_DATA = {"later": "451 4.7.1 greylisted", "spam": "554 5.7.1 rejected as spam"}

    def __init__(self, certificates, implicit=False, login=True, utf8=True, foreign=False, tls=True):
        self.messages, self.connections, self.sessions = [], 0, []
        self.lock = threading.Lock()
        self.took = None  # called with each message that was taken; gives what is done after the reply
        outer = self

        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                reply = outer.REPLIES.get(address.split("@")[0])
                if reply:
                    return reply.format(address)
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, server, session, envelope):
                reply = outer.AFTER_DATA.get(envelope.rcpt_tos[0].split("@")[0])
                if reply:
                    return reply
                with outer.lock:
                    outer.messages.append((envelope.mail_from, envelope.rcpt_tos, bytes(envelope.original_content)))
                    outer.sessions.append((session.ssl is not None or implicit, session.authenticated))
                strike = outer.took and outer.took(bytes(envelope.original_content))
                if strike:
                    asyncio.get_running_loop().call_later(0.002, strike)  # once the reply is out
                return f"250 2.0.0 queued as {len(outer.messages)}"

        def authenticator(server, session, envelope, mechanism, data):
            good = data.login == USER.encode() and data.password == SECRET.encode()
            return AuthResult(success=good, handled=False)  # it says so to the client

        context = certificates.context(foreign) if tls else None

        class Connection(SMTP):
            def connection_made(self, transport):
                if not isinstance(transport, ssl.SSLObject) and self.transport is None:
                    outer.connections += 1
                super().connection_made(transport)

        class Started(Controller):
            def factory(self):
                return Connection(self.handler, hostname="mail.example", enable_SMTPUTF8=utf8,
                                  tls_context=None if implicit else context,
                                  require_starttls=not implicit and tls, authenticator=authenticator,
                                  auth_required=login, auth_require_tls=tls and not implicit)

            def _trigger_server(self):  # the system chose the port; its own way wraps with a server's context
                with socket.create_connection(self.server.sockets[0].getsockname()[:2], 5) as line:
                    if implicit:
                        line = certificates.client(foreign).wrap_socket(line, server_hostname="127.0.0.1")
                    line.recv(100)

        self.controller = Started(Handler(), hostname="127.0.0.1", port=0, ready_timeout=30,
                                  ssl_context=context if implicit else None)
        self.controller.start()
        self.port = self.controller.server.sockets[0].getsockname()[1]

    def stop(self):
        self.controller.stop()


class Line:
    """One connection of a server that does as a scenario says."""

    def __init__(self, connection):
        self.connection = connection
        self.file = connection.makefile("rb")

    def say(self, text):
        self.connection.sendall(text.encode() + b"\r\n")

    def hear(self):
        return self.file.readline().decode("latin-1").strip()

    def hello(self, *features):
        self.say("220 mail.example ready")
        self.hear()
        lines = ["mail.example", *features]
        for each in lines[:-1]:
            self.say("250-" + each)
        self.say("250 " + lines[-1])

    def until(self, stage):
        """Says 250 to all before that command, which was heard when this ends."""
        while True:
            heard = self.hear()
            if not heard or heard.upper().startswith(stage):
                return heard
            self.say("221 bye" if heard == "QUIT" else "250 OK")

    def body(self):
        self.until("DATA")
        self.say("354 go ahead")
        text = b""
        while not text.endswith(b"\r\n.\r\n"):
            piece = self.file.readline()
            if not piece:
                return text
            text += piece
        return text


class Hostile:
    """A server on 127.0.0.1; `scenario(line)` has each connection, which is closed at its end."""

    def __init__(self, scenario, context=None):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.seen = 0
        self._scenario, self._context = scenario, context
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.seen += 1
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection):
        try:
            connection.settimeout(30)
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            self._scenario(Line(connection))
        except (OSError, ssl.SSLError):
            pass
        finally:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()

    def stop(self):
        self.listener.close()


class Mailjet:
    """Send API v3.1 and the search of messages. `behave(handler)` may answer a call in its own way: True."""

    def __init__(self, certificates, foreign=False):
        self.sent, self.calls, self.next_id = {}, [], 1152921504606846977  # over what a double holds
        self.lock = threading.Lock()
        self.behave = None
        self.took = None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, document, headers=()):
                body = document if isinstance(document, bytes) else json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def known(self):
                wanted = "Basic " + base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
                if self.headers.get("Authorization") == wanted:
                    return True
                self.answer(401, {"ErrorIdentifier": "x", "ErrorCode": "mj-0002", "StatusCode": 401,
                                  "ErrorMessage": "API key authentication/authorization failure."})
                return False

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.calls.append(("POST", self.path))
                self.request_document = json.loads(body)
                if outer.behave and outer.behave(self):
                    return
                if not self.known():
                    return
                answer = outer.send(self.request_document)
                strikes = [outer.took(each["CustomID"]) for each in answer[1].get("Messages", [])
                           if outer.took and each["Status"] == "success"]
                self.answer(*answer)
                self.wfile.flush()
                for strike in filter(None, strikes):
                    strike()

            def do_GET(self):
                outer.calls.append(("GET", self.path))
                if outer.behave and outer.behave(self):
                    return
                if not self.known():
                    return
                if self.path.endswith("/myprofile"):
                    self.answer(200, {"Count": 1, "Data": [{"ID": 1}], "Total": 1})
                    return
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                with outer.lock:
                    found = outer.sent.get(query["CustomID"][0], [])
                self.answer(200, {"Count": len(found), "Total": len(found),
                                  "Data": [{"ID": each, "Status": "sent"} for each in found]})

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 50

            def handle_error(self, request, address):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.socket = certificates.context(foreign).wrap_socket(self.server.socket, server_side=True,
                                                                       do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    FORBIDDEN = {"From", "To", "Subject", "Sender", "Cc", "Bcc", "Reply-To", "X-MJ-CustomID"}

    def error(self, code, status, related):
        return {"Status": "error", "Errors": [{"ErrorIdentifier": "f987008f", "ErrorCode": code,
                                               "StatusCode": status, "ErrorMessage": "no",
                                               "ErrorRelatedTo": [related]}]}

    def check(self, message):
        local = message["To"][0]["Email"].split("@")[0]
        if not message.get("TextPart") and not message.get("HTMLPart"):
            return self.error("send-0003", 400, "TextPart")
        if self.FORBIDDEN & set(message.get("Headers", {})):
            return self.error("send-0011", 400, "Headers")
        if len(message["Subject"]) > 255:
            return self.error("mj-0006", 400, "Subject")
        return {"unknown": self.error("mj-0005", 400, "To[0].Email"),
                "sender": self.error("send-0008", 403, "From.Email"),
                "busy": self.error("mj-0099", 500, "To")}.get(local)

    def send(self, document):
        messages = document.get("Messages")
        whole = {"ErrorIdentifier": "x", "StatusCode": 400, "ErrorMessage": "no"}
        if not isinstance(messages, list) or not messages:
            return 400, {**whole, "ErrorCode": "mj-0007"}
        if len(messages) > 50:
            return 400, {**whole, "ErrorCode": "mj-0008"}
        if any(each["To"][0]["Email"].startswith("poison") for each in messages):
            return 400, {**whole, "ErrorCode": "mj-0002"}
        out = []
        for message in messages:
            wrong = self.check(message)
            if wrong:
                out.append(wrong)
                continue
            number = 0
            if not document.get("SandboxMode"):
                with self.lock:
                    number = self.next_id
                    self.next_id += 1
                    self.sent.setdefault(message["CustomID"], []).append(number)
            out.append({"Status": "success", "CustomID": message["CustomID"],
                        "To": [{"Email": message["To"][0]["Email"], "MessageUUID": "" if not number else "u",
                                "MessageID": number, "MessageHref": ""}], "Cc": [], "Bcc": []})
        return (200 if all(each["Status"] == "success" for each in out) else 400), {"Messages": out}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def cut(handler):
    """Ends the connection of an HTTP call without an answer."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)
    return True


def stall(seconds=20):
    time.sleep(seconds)

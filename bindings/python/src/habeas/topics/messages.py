"""Templates, messages, the outbox, and what became of messages."""
from __future__ import annotations

import os
from typing import Any, List, Mapping, Optional, Sequence, Tuple, Union, cast

from .. import documents
from .._call import NULL, Arguments, Document, check
from .._callbacks import ProgressFunction, progress_of
from .._habeas import ffi, lib
from .._topic import Topic, d, o, od, t
from ..gateways import Gateway
from ..names import Channel
from ..values import Attachment


class Templates(Topic):
    """Texts of messages, with versions."""

    def define(self, template: Document) -> int:
        """Declares one or its next version, and gives the number."""
        return self._number("int32_t *", lib.habeas_template_define, *d(template))

    def retire(self, code: str) -> None:
        """No new messages; queued ones are sent."""
        self._run(lib.habeas_template_retire, *t(code, "code"))

    def all(self) -> documents.TemplateList:
        """Without the retired."""
        return cast(documents.TemplateList, self._document("template_list", lib.habeas_template_list))

    def find(self, code: str) -> documents.TemplateInfo:
        """One of them."""
        return cast(documents.TemplateInfo, self._document("template_info", lib.habeas_template_find, *t(code, "code")))

    def preview(self, code: str, subject: int, data: Optional[Document] = None) -> documents.RenderedMessage:
        """As it would be sent to that subject now; links lead nowhere."""
        return cast(documents.RenderedMessage, self._document("rendered_message", lib.habeas_template_preview,
                                                              *t(code, "code"), subject, *od(data)))

    def check(self, code: str, options: Optional[Document] = None) -> documents.TemplateReport:
        """What to look at before it is used."""
        return cast(documents.TemplateReport, self._document("template_report", lib.habeas_template_check,
                                                             *t(code, "code"), *od(options)))


def _attachments(files: Sequence[Attachment], kept: Arguments) -> Tuple[Any, int]:
    array = kept.keep(ffi.new("habeas_attachment[]", len(files) or 1))
    for at, file in enumerate(files):
        array[at].struct_size = ffi.sizeof("habeas_attachment")
        kept.text(array[at].name, file.name, f"attachments/{at}/name")
        kept.text(array[at].type, file.type, f"attachments/{at}/type")
        kept.raw(array[at].content, file.content)
    return (array, len(files)) if files else (NULL, 0)


class Messages(Topic):
    """The queue. The decision is asked when a message is queued, and again when it is sent."""

    def queue(self, message: Document, attachments: Sequence[Attachment] = ()) -> documents.QueueResult:
        """A no is no failure: its state is ``"refused"``. The same ``key`` again is the same message."""
        kept = Arguments()
        return cast(documents.QueueResult, self._document("queue_result", lib.habeas_message_queue, *d(message),
                                                          *_attachments(attachments, kept)))

    def notify(self, notice: Document, attachments: Sequence[Attachment] = ()) -> documents.QueueResult:
        """To an employee or the host: no decision is asked.

        >>> import habeas
        >>> with habeas.Store.in_memory() as store:
        ...     store.set_setting("sender", "shop@example.org")
        ...     store.messages.notify({"to": "desk@example.org", "key": "n1", "subject_line": "Note",
        ...                            "text": "Look."})["state"]
        'queued'
        """
        kept = Arguments()
        return cast(documents.QueueResult, self._document("queue_result", lib.habeas_message_notify, *d(notice),
                                                          *_attachments(attachments, kept)))

    def get(self, message: int) -> documents.MessageInfo:
        """One of them."""
        return cast(documents.MessageInfo, self._document("message_info", lib.habeas_message_get, message))

    def find(self, key: str) -> Optional[int]:
        """By its key."""
        return self._number("int64_t *", lib.habeas_message_find, *t(key, "key")) or None

    def all(self, filter: Optional[Document] = None) -> documents.MessageList:
        """``filter``: ``{"state", "subject", "limit", "after"}``; without: the first 100."""
        return cast(documents.MessageList, self._document("message_list", lib.habeas_message_list, *od(filter)))

    def stop(self, message: int, reason: str = "") -> None:
        """Takes a queued one back."""
        self._run(lib.habeas_message_stop, message, *t(reason, "reason"))

    def retry(self, message: int) -> None:
        """A failed or uncertain one is queued again."""
        self._run(lib.habeas_message_retry, message)

    def confirm_sent(self, message: int) -> None:
        """A person knows that an uncertain one was sent."""
        self._run(lib.habeas_message_confirm_sent, message)

    def find_token(self, token: str) -> documents.TokenInfo:
        """Whom the token at the end of a link in a message is about."""
        return cast(documents.TokenInfo, self._document("token_info", lib.habeas_message_find_token, *t(token, "token")))


def _credentials(given: Optional[Tuple[str, str]], kept: Arguments) -> Any:
    if given is None:
        return NULL
    out = kept.keep(ffi.new("habeas_credentials *"))
    out.struct_size = ffi.sizeof("habeas_credentials")
    kept.text(out.user, given[0], "user")
    kept.text(out.secret, given[1], "secret")
    return out


class Outbox(Topic):
    """Sends what is due."""

    def send(self, gateway: Gateway, options: Optional[Document] = None,
             progress: Optional[ProgressFunction] = None) -> documents.SendReport:
        """By a gateway in Python (:mod:`habeas.gateways`). What was sent stays sent, also where this raises; what a
        gateway raises makes its messages uncertain and comes from here."""
        kept, told = Arguments(), progress_of(progress)
        out = kept.keep(ffi.new("habeas_gateway *"))
        out.struct_size = ffi.sizeof("habeas_gateway")
        out.compose, out.batch_size = int(gateway.compose), gateway.batch_size
        kept.text(out.id, gateway.id, "id")
        kept.text(out.processor, gateway.processor, "processor")
        channels = kept.keep(ffi.new("int32_t[]", [int(Channel(each)) for each in gateway.channels]))
        out.channels, out.channel_count = channels, len(gateway.channels)
        out.send, out.resolve = lib.habeas_py_send, lib.habeas_py_resolve
        out.user = kept.keep(ffi.new_handle(gateway))
        with gateway:
            return cast(documents.SendReport, self._reported("send_report", lib.habeas_outbox_send, out, *od(options),
                                                             told.function, told.user))

    def send_by(self, gateway: Document, credentials: Optional[Tuple[str, str]] = None,
                options: Optional[Document] = None, progress: Optional[ProgressFunction] = None) -> documents.SendReport:
        """By a gateway of the library, ``{"kind": "smtp" | "mailjet" | "directory", ...}``; ``credentials``: user and
        secret, in memory for the call alone. A build without the component ``mail`` has only ``directory``."""
        kept, told = Arguments(), progress_of(progress)
        return cast(documents.SendReport, self._reported(
            "send_report", lib.habeas_outbox_send_by, *d(gateway), _credentials(credentials, kept), *od(options),
            told.function, told.user))

    def send_to_folder(self, folder: Union[str, os.PathLike[str]], options: Optional[Document] = None,
                       progress: Optional[ProgressFunction] = None) -> documents.SendReport:
        """To files ``REFERENCE.eml`` with mode 0600, which an erasure deletes."""
        told = progress_of(progress)
        return cast(documents.SendReport, self._reported(
            "send_report", lib.habeas_outbox_send_to_folder, *t(os.fspath(folder), "folder"), *od(options),
            told.function, told.user))


def check_gateway(gateway: Mapping[str, object], credentials: Optional[Tuple[str, str]] = None) -> None:
    """Reaches a gateway of the library without sending: connection, TLS, login."""
    kept = Arguments()
    check(lib.habeas_gateway_check(*d(gateway), _credentials(credentials, kept)))


class Deliveries(Topic):
    """What became of messages: callbacks of gateways, bounces, complaints."""

    def ingest(self, gateway: str, body: Union[str, bytes]) -> documents.IngestReport:
        """The body of a callback (``"mailjet"``), all of it or nothing. ``InvalidError``: answer 400."""
        data = body.encode() if isinstance(body, str) else body
        return cast(documents.IngestReport, self._document("ingest_report", lib.habeas_event_ingest,
                                                           *t(gateway, "gateway"), data, len(data)))

    def ingest_bounce(self, mail: bytes, recipient: str = "") -> documents.IngestReport:
        """A mail that came to the bounce address or a feedback loop, as it came."""
        return cast(documents.IngestReport, self._document("ingest_report", lib.habeas_bounce_ingest,
                                                           ffi.from_buffer(mail), len(mail), *o(recipient, "recipient")))

    def ingest_maildir(self, folder: Union[str, os.PathLike[str]],
                       progress: Optional[ProgressFunction] = None) -> documents.IngestReport:
        """All mails in ``new`` of a Maildir; what was recorded goes to its ``cur``."""
        told = progress_of(progress)
        return cast(documents.IngestReport, self._document(
            "ingest_report", lib.habeas_bounce_ingest_maildir, *t(os.fspath(folder), "folder"), told.function, told.user))

    def secret(self) -> str:
        """The end of the URL that the gateway is given: who knows it may tell events."""
        return self._text(lib.habeas_event_secret)

    def check_secret(self, given: str) -> bool:
        """Compared in constant time; false: answer 404."""
        return self._number("int32_t *", lib.habeas_event_secret_check, *t(given, "given")) == 1

    def all(self, filter: Optional[Document] = None) -> documents.DeliveryList:
        """``filter``: ``{"kind", "subject", "message", "limit", "after"}``."""
        return cast(documents.DeliveryList, self._document("delivery_list", lib.habeas_event_list, *od(filter)))


__all__: List[str] = ["Deliveries", "Messages", "Outbox", "Templates", "check_gateway"]

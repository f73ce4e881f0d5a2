"""What C calls: one function a kind of callback. None lets an exception through to C.

A function of the host that a call uses until it returns is kept by a :class:`Borrowed`; one that a store
keeps is kept by :func:`give` until the library gives it back.
"""
from __future__ import annotations

import json
import time
from datetime import datetime
from functools import wraps
from typing import Any, Callable, Dict, List, Optional, Sequence

from ._call import document_in, document_out, keep_raised, log
from ._habeas import ffi, lib
from ._times import from_ms, from_ms_or_none, to_ms
from .errors import InvalidError
from .names import Channel, GatewayOutcome, LogLevel, Operation, Status
from .values import Attachment, Decision, HolderQuestion, HostCall, KeyPlace, Outgoing, SendResult, Transfer

ProgressFunction = Callable[[int, int], Optional[bool]]

_given: Dict[int, Any] = {}  # handles of what the library keeps, by address

FAILED = int(Status.E_CALLBACK)
_LEVELS = {LogLevel.DEBUG: 10, LogLevel.INFO: 20, LogLevel.WARNING: 30, LogLevel.ERROR: 40}


def give(thing: object) -> Any:
    """A pointer to `thing` for the library, good until habeas_py_free gets it."""
    handle = ffi.new_handle(thing)
    _given[int(ffi.cast("intptr_t", handle))] = handle
    return handle


class Borrowed:
    """A pointer to a function for the length of a call; NULL where there is none."""

    def __init__(self, function: Optional[object], callback: Any) -> None:
        self.user = ffi.new_handle(function) if function is not None else ffi.NULL
        self.function = callback if function is not None else ffi.NULL
        self._kept = function


def progress_of(function: Optional[ProgressFunction]) -> Borrowed:
    """For calls that tell how far they are; a function that gives ``False`` stops them."""
    return Borrowed(function, lib.habeas_py_progress)


def text_of(text: Any) -> str:
    """Of a habeas_text, which belongs to the library."""
    return bytes(ffi.buffer(text.data, text.size)).decode("utf-8") if text.size else ""


def callback(stops: bool = True) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """What C calls by the function's name. What it raises is kept for the call that runs, which it stops or not."""
    def declare(function: Callable[..., int]) -> Callable[..., int]:
        @wraps(function)
        def guarded(*arguments: Any) -> int:
            try:
                return function(*arguments)
            except BaseException as found:
                keep_raised(found, stops=stops)
                return FAILED
        ffi.def_extern(name=function.__name__, error=FAILED)(guarded)
        return guarded
    return declare


@ffi.def_extern()  # type: ignore[untyped-decorator]
def habeas_py_free(user: Any) -> None:
    _given.pop(int(ffi.cast("intptr_t", user)), None)


@ffi.def_extern()  # type: ignore[untyped-decorator]
def habeas_py_clock(user: Any) -> int:
    try:
        now: datetime = ffi.from_handle(user)()
        return to_ms(now, "clock")
    except BaseException as found:
        # The C ABI has no way for a clock to fail: the call is done by the system's, and then raises.
        keep_raised(found, stops=True, told_late=True)
        return int(time.time() * 1000)


@ffi.def_extern()  # type: ignore[untyped-decorator]
def habeas_py_log(user: Any, level: int, message: Any, size: int) -> None:
    try:
        logger = ffi.from_handle(user)
        logger.log(_LEVELS[LogLevel(level)], "%s", ffi.buffer(message, size)[:].decode("utf-8", "replace"))
    except BaseException as found:
        keep_raised(found, stops=False)


@callback()
def habeas_py_key_load(user: Any, buffer: Any, capacity: int, size: Any) -> int:
    place: KeyPlace = ffi.from_handle(user)
    text = (place.load() or "").encode()
    size[0] = len(text)
    if len(text) <= capacity:
        ffi.memmove(buffer, text, len(text))
    return 0


@callback()
def habeas_py_key_save(user: Any, text: Any, size: int) -> int:
    place: KeyPlace = ffi.from_handle(user)
    if place.save is None:
        raise InvalidError("this key place cannot keep a key", "key")
    place.save(ffi.buffer(text, size)[:].decode())
    return 0


@callback()
def habeas_py_progress(user: Any, done: int, total: int) -> int:
    return int(Status.E_CANCELLED) if ffi.from_handle(user)(done, total) is False else 0


@callback()
def habeas_py_row(user: Any, row: Any) -> int:
    return int(Status.E_CANCELLED) if ffi.from_handle(user)(row) is False else 0


@callback()
def habeas_py_decision(user: Any, decision: Any) -> int:
    copy = ffi.new("habeas_decision *")
    ffi.memmove(copy, decision, min(decision.struct_size, ffi.sizeof("habeas_decision")))
    return int(Status.E_CANCELLED) if ffi.from_handle(user)(Decision(copy)) is False else 0


@callback()
def habeas_py_transfer(user: Any, transfer: Any, permitted: Any) -> int:
    asked = Transfer(from_ms_or_none(transfer.at), text_of(transfer.country), text_of(transfer.code),
                     document_out(text_of(transfer.purpose), "purpose"), text_of(transfer.processor))
    permitted[0] = 1 if ffi.from_handle(user)(asked) else 0
    return 0


@callback()
def habeas_py_request(user: Any, request: Any, size: int) -> int:
    document = document_out(ffi.buffer(request, size)[:].decode("utf-8"), "request")
    return int(Status.E_CANCELLED) if ffi.from_handle(user)(document) is False else 0


@callback(stops=False)
def habeas_py_host(user: Any, call: Any) -> int:
    ffi.from_handle(user)(HostCall(call.subject, text_of(call.key), text_of(call.name), text_of(call.campaign),
                                   text_of(call.event), json.loads(text_of(call.data) or "{}")))
    return 0


@callback(stops=False)
def habeas_py_holder(user: Any, call: Any, reply: Any) -> int:
    about = Operation(call.about) if call.operation == Operation.TELL else None
    answer = ffi.from_handle(user)(HolderQuestion(
        Operation(call.operation), about, call.task, call.subject, call.page, call.attempt, text_of(call.key),
        text_of(call.cursor), document_out(text_of(call.document), "holder_call")))
    if answer is not None:
        text = document_in(answer)
        status = int(lib.habeas_holder_reply_set(reply, text, len(text)))
        if status != 0:
            from .errors import last_error
            raise last_error(status)
    return 0


def outgoing_of(message: Any) -> Outgoing:
    """A message as a gateway gets it; all of it is copied, so it may be kept."""
    attachments: List[Attachment] = []
    step = message.attachments.struct_size if message.attachment_count else 0
    first = ffi.cast("char *", message.attachments) if step else ffi.NULL
    for at in range(message.attachment_count):
        each = ffi.cast("habeas_attachment *", first + at * step)
        attachments.append(Attachment(text_of(each.name), ffi.buffer(each.content.data, each.content.size)[:]
                                      if each.content.size else b"", text_of(each.type)))
    mime = ffi.buffer(message.mime.data, message.mime.size)[:] if message.mime.size else b""
    return Outgoing(message.message, Channel(message.channel), text_of(message.reference), text_of(message.recipient),
                    document_out(text_of(message.document), "outgoing_message"), mime, tuple(attachments))


def write_result(result: SendResult, place: Any) -> None:
    """A gateway's answer where the library reads it; texts too long for it are cut."""
    place.outcome = int(GatewayOutcome(result.outcome))
    place.retry_after_ms = int(result.retry_after.total_seconds() * 1000) if result.retry_after else 0
    for member, text in (("reference", result.reference), ("reason", result.reason)):
        room = getattr(place, member)
        data = text.encode("utf-8")[:len(room) - 1].decode("utf-8", "ignore").encode("utf-8")
        ffi.memmove(room, data + b"\0", len(data) + 1)


@callback()
def habeas_py_send(user: Any, messages: Any, count: int, results: Any) -> int:
    step, first = messages.struct_size, ffi.cast("char *", messages)
    given = [outgoing_of(ffi.cast("habeas_outgoing *", first + at * step)) for at in range(count)]
    answers: Sequence[SendResult] = ffi.from_handle(user).send(given)
    if len(answers) != count:
        raise InvalidError(f"a gateway gave {len(answers)} results for {count} messages", "gateway")
    for at, answer in enumerate(answers):
        write_result(answer, results[at])
    return 0


@callback()
def habeas_py_resolve(user: Any, reference: Any, size: int, result: Any, known: Any) -> int:
    answer = ffi.from_handle(user).resolve(ffi.buffer(reference, size)[:].decode())
    if answer is not None:
        write_result(answer, result[0])
        known[0] = 1
    return 0


__all__ = ["Borrowed", "ProgressFunction", "from_ms", "give", "log", "progress_of", "text_of"]

#!/usr/bin/env python3
"""The copy of the header for foreign function interfaces, as cffi reads it, with the library behind it.

usage: ffi_test.py FFI_HEADER LIBRARY
Exit code 77: cffi is missing.
"""
import sys
from pathlib import Path

try:
    import cffi
except ImportError:
    print("python3-cffi is not installed: skipped")
    sys.exit(77)

results = []


def check(name, holds):
    print(("ok: " if holds else "FAILED: ") + name)
    results.append(bool(holds))


def main(header, library):
    ffi = cffi.FFI()
    ffi.cdef(Path(header).read_text(encoding="utf-8"))
    lib = ffi.dlopen(library)
    check("constants are there", lib.HABEAS_E_CALLBACK == -29 and lib.HABEAS_REASON_TRANSFER_DENIED == 67)
    check("the version is a text", ffi.string(lib.habeas_version()).count(b".") == 2)

    options = ffi.new("habeas_store_options *")
    lib.habeas_store_options_init(options, ffi.sizeof("habeas_store_options"))
    clock = ffi.callback("int64_t(void *)", lambda user: 1780308000000)
    options.clock = clock
    place = ffi.new("habeas_store **")
    check("a store opens", lib.habeas_store_open_memory(options, place) == lib.HABEAS_OK)
    store = place[0]
    subject = ffi.new("int64_t *")
    given = b'{"fields":{"email":"ada@example.org"}}'
    check("a subject is created", lib.habeas_subject_create(store, given, len(given), subject) == lib.HABEAS_OK)

    rows = []

    @ffi.callback("int32_t(void *, const habeas_row *)", error=lib.HABEAS_E_CALLBACK, onerror=lambda *_: None)
    def row(_, each):
        text = ffi.new("habeas_text *")
        lib.habeas_row_text(each, 0, text)
        rows.append(ffi.string(text.data))
        if len(rows) == 2:
            raise RuntimeError("a binding keeps its own exceptions")
        return 0

    sql = b"SELECT email FROM v_subject"
    check("a query calls back", lib.habeas_query(store, sql, len(sql), ffi.NULL, 0, 0, row, ffi.NULL) == 0)
    check("with the row", rows == [b"ada@example.org"])
    sql = b"SELECT 1 UNION ALL SELECT 2"
    check("what a callback raises is its error",
          lib.habeas_query(store, sql, len(sql), ffi.NULL, 0, 0, row, ffi.NULL) == lib.HABEAS_E_CALLBACK)

    decision = ffi.new("habeas_decision *")
    lib.habeas_decision_init(decision, ffi.sizeof("habeas_decision"))
    check("a decision is made", lib.habeas_may_process(
        store, subject[0], b"newsletter", 10, lib.HABEAS_CHANNEL_EMAIL, ffi.NULL, decision) == lib.HABEAS_OK)
    check("and says why", decision.reason == lib.HABEAS_REASON_PURPOSE_NOT_DECLARED and not decision.allowed)

    text = ffi.new("habeas_string *")
    lib.habeas_setting_set(store, b"sender", 6, b"shop@example.org", 16)
    notice = b'{"to":"desk@example.org","key":"n1","subject_line":"Note","text":"Look."}'
    check("a notice is queued", lib.habeas_message_notify(store, notice, len(notice), ffi.NULL, 0, text) == 0)
    lib.habeas_string_free(text)
    sent = []

    @ffi.callback("int32_t(void *, const habeas_outgoing *, size_t, habeas_gateway_result *)",
                  error=lib.HABEAS_E_CALLBACK, onerror=lambda *_: None)
    def send(_, messages, count, answers):
        for at in range(count):
            sent.append(ffi.string(messages[at].recipient.data))
            answers[at].outcome = lib.HABEAS_GATEWAY_SENT
            answers[at].reference = b"theirs"
        return 0

    gateway = ffi.new("habeas_gateway *")
    lib.habeas_gateway_init(gateway, ffi.sizeof("habeas_gateway"))
    name = ffi.new("char[]", b"python")
    gateway.id.data, gateway.id.size = name, 6
    gateway.send = send
    check("a gateway calls back", lib.habeas_outbox_send(
        store, gateway, ffi.NULL, 0, ffi.NULL, ffi.NULL, text) == lib.HABEAS_OK)
    check("and sends", sent == [b"desk@example.org"] and b'"sent":1' in ffi.string(text.data))
    lib.habeas_string_free(text)
    lib.habeas_store_close(store)
    check("a closed handle is refused", lib.habeas_transaction_begin(store) == lib.HABEAS_E_HANDLE)
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

#!/usr/bin/env python3
"""Reads composed messages with Python's email and compares them with what was put in.

usage: check.py FOLDER   (FOLDER/<id>.eml for each message of messages.py)
       check.py --compose PROGRAM   (composes them first: PROGRAM MESSAGES.json FOLDER)

Prints a line for each difference; exit code 1 if there was one.
"""
import base64
import json
import re
import subprocess
import sys
import tempfile
from email import policy
from email.header import decode_header, make_header
from email.parser import BytesParser
from email.utils import parseaddr
from pathlib import Path

from messages import MESSAGES


def lf(text):
    return text.replace("\r\n", "\n")


def defects(part, out):
    out += [f"defect: {type(d).__name__}" for d in part.defects]
    for name, value in part.items():
        out += [f"defect in {name}: {type(d).__name__}" for d in getattr(value, "defects", [])]
    if part.is_multipart():
        for each in part.iter_parts():
            defects(each, out)


def raw_faults(data):
    out = []
    if re.search(rb"(?<!\r)\n|\r(?!\n)", data):
        out.append("line endings are not all CRLF")
    if max((len(line) for line in data.split(b"\r\n")), default=0) > 998:
        out.append("a line is longer than 998 bytes (RFC 5322 2.1.1)")
    head = data.split(b"\r\n\r\n", 1)[0]
    if any(len(line) > 76 and b"=?" in line for line in head.split(b"\r\n")):
        out.append("a header line with an encoded word is longer than 76 bytes (RFC 2047)")
    if b"=?" in head.partition(b"List-Unsubscribe:")[2].partition(b"\r\nList-")[0]:
        out.append("an address in List-Unsubscribe is an encoded word (RFC 2047 5)")
    try:
        data.decode("ascii")
    except UnicodeDecodeError:
        out.append("not 7 bit")
    for word in re.findall(rb"=\?[^?]*\?[^?]*\?[^?]*\?=", head):
        if len(word) > 75:
            out.append("an encoded word is longer than 75 (RFC 2047)")
        if b"utf-8?" in word.lower():
            charset, how, text = word[2:-2].split(b"?")
            text = base64.b64decode(text) if how.lower() == b"b" else bytes.fromhex("")
            try:
                text.decode("utf-8")
            except UnicodeDecodeError:
                out.append("an encoded word holds a part of a character")
    return out


def address(data, name):
    """The mailboxes of a header. Up to Python 3.12 the default policy keeps the blank between the encoded
    words of a name, against RFC 2047 6.2; the older decoder does not, so names are read with that."""
    default = BytesParser(policy=policy.default).parsebytes(data)[name].addresses
    older = parseaddr(str(BytesParser(policy=policy.compat32).parsebytes(data)[name]).replace("\r\n", ""))
    older = (str(make_header(decode_header(older[0]))), older[1])
    if len(default) != 1 or default[0].addr_spec != older[1]:
        return [(a.display_name, a.addr_spec) for a in default]
    return [older]


def compare(wanted, data):
    out = raw_faults(data)
    message = BytesParser(policy=policy.default).parsebytes(data)
    defects(message, out)

    def same(what, got, want):
        if got != want:
            out.append(f"{what}: got {got!r:.120}, want {want!r:.120}")

    for name in ("subject", "from", "to", "date", "message-id", "mime-version"):
        if len(message.get_all(name, [])) != 1:
            out.append(f"{name}: there is not one")
            return out
    same("subject", str(message["subject"]), wanted["subject"])
    for name in ("from", "to"):
        same(name, address(data, name), [(wanted[name]["name"], wanted[name]["email"])])
    if message["date"].datetime is None:
        out.append("date: not read")
    if not re.fullmatch(r"<[!-;=?-~]+@[!-;=?-~]+>", str(message["message-id"])):
        out.append("message-id: " + str(message["message-id"]))
    for name, value in wanted["headers"]:
        same(name, re.sub(r",\s+", ", ", str(message[name])), value)
    plain = message.get_body(("plain",))
    html = message.get_body(("html",))
    same("html", lf(html.get_content()) if html else "", wanted["html"])
    same("text", lf(plain.get_content()) if plain else "", wanted["text"])
    got = []
    for part in message.iter_attachments():
        got.append((part.get_filename(), part.get_content_type(), part.get_payload(decode=True),
                    part.get_content_disposition()))
    same("attachments", [g[:2] + g[3:] for g in got],
         [(a["name"], a["type"], "attachment") for a in wanted["attachments"]])
    for (name, _, content, _), want in zip(got, wanted["attachments"]):
        if content != base64.b64decode(want["content"]):
            out.append("an attachment has other bytes")
    return out


def main(folder):
    bad = 0
    for wanted in MESSAGES:
        path = Path(folder) / (wanted["id"] + ".eml")
        faults = compare(wanted, path.read_bytes()) if path.is_file() else ["no file"]
        bad += bool(faults)
        for fault in faults:
            print(f"{wanted['id']}: {fault}")
    print(f"{len(MESSAGES) - bad} of {len(MESSAGES)} messages came through unchanged")
    return 1 if bad else 0


if __name__ == "__main__":
    if sys.argv[1] != "--compose":
        sys.exit(main(sys.argv[1]))
    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "messages.json").write_text(json.dumps(MESSAGES))
        subprocess.run([sys.argv[2], work + "/messages.json", work], check=True)
        sys.exit(main(work))

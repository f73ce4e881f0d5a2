"""The messages that every composer of MIME has to bring through unchanged.

usage: messages.py > messages.json

Bytes are base64; texts are as a template gives them. `check.py` compares what Python's email reads
from the composed files with these.
"""
import base64
import json

SCRIPTS = [
    "Grüße aus Köln", "Здравствуйте, мир", "Γειά σου Κόσμε", "שלום עולם", "مرحبا بالعالم",
    "नमस्ते दुनिया", "বিশ্বকে নমস্কার", "வணக்கம் உலகம்", "హలో వరల్డ్", "ಹಲೋ ವರ್ಲ್ಡ್",
    "ഹലോ വേൾഡ്", "สวัสดีชาวโลก", "ສະບາຍດີຊາວໂລກ", "မင်္ဂလာပါ ကမ္ဘာ", "გამარჯობა მსოფლიო",
    "Բարեւ աշխարհ", "ሰላም ዓለም", "សួស្តី​ពិភពលោក", "こんにちは世界", "你好，世界", "안녕 세상", "👋🏽 🌍 👩‍👩‍👧",
]
FROM = {"name": "Shop", "email": "news@shop.example"}
TO = {"name": "", "email": "a@example.org"}
ALL_BYTES = bytes(range(256))
LONG_NAME = "Übersicht über alle Daten – " + "日本語" * 20 + ".zip"


def attachment(name, content, kind="application/octet-stream"):
    return {"name": name, "type": kind, "content": base64.b64encode(content).decode()}


def message(code, subject="Hello", text="Hello.\n", html="", sender=None, to=None, attachments=(), headers=()):
    return {"id": code, "subject": subject, "text": text, "html": html, "from": sender or FROM, "to": to or TO,
            "attachments": list(attachments), "headers": [list(h) for h in headers]}


MESSAGES = [
    message("plain"),
    message("alternative", html="<p>Hello.</p>\n"),
    message("html_only", text="", html="<p>Hello, <b>wörld</b>.</p>\n"),
    message("umlauts", subject="Grüße", text="Schöne Grüße\n"),
    message("scripts_in_text", text="\n".join(SCRIPTS) + "\n", html="<br>\n".join(SCRIPTS) + "\n"),
    message("long_ideographs", subject="今月のお知らせと新しい商品のご案内" * 12),
    message("emoji", subject="👩‍👩‍👧 👋🏽 " * 20 + "end"),
    message("looks_encoded", subject="=?utf-8?q?not_encoded?= =?x?= is text"),
    message("two_blanks", subject="two  blanks   and a , comma: \"quoted\" (comment) \\ <x@y>"),
    message("long_ascii_subject", subject="word " * 60 + "end"),
    message("long_word_subject", subject="x" * 400),
    message("sender_quotes", sender={"name": "O'Hara, \"Bob\" \\ Sons", "email": "bob@shop.example"}),
    message("sender_umlauts", sender={"name": "Jürgen Müßig, GmbH & Co. KG", "email": "j@shop.example"}),
    message("sender_long", sender={"name": "株式会社 とても長い名前の会社" * 6, "email": "j@shop.example"}),
    message("names_of_recipients", to={"name": "Zoë, née \"Ö\" Łukasz", "email": "z@xn--bcher-kva.example"}),
    message("long_line", text="x" * 5000 + "\n" + "ü" * 3000 + "\n"),
    message("long_line_ascii", text="y " * 4000 + "\nend\n"),
    message("dots_and_from", text=".\n..\nFrom the beginning\n.From\n--\n--=_boundary\n"),
    message("blanks_at_line_ends", text="one \ntwo\t\n three\n \n\t\n"),
    message("equals_signs", text="a=b\n=3D\n=\nend=\n=20\n"),
    message("no_last_break", text="no break at the end", html="<p>nor here"),
    message("empty_text", text=""),
    message("binary_attachment", attachments=[attachment("all.bin", ALL_BYTES * 3)]),
    message("empty_attachment", attachments=[attachment("empty.bin", b"")]),
    message("large_attachment", html="<p>x", attachments=[attachment("large.zip", ALL_BYTES * 4000, "application/zip")]),
    message("attachment_name", attachments=[attachment("Übersicht 日本.zip", b"PK", "application/zip")]),
    message("attachment_name_long", attachments=[attachment(LONG_NAME, b"PK", "application/zip")]),
    message("attachment_name_odd", attachments=[attachment("a\"b;c=d'e%41 (f)\\g.txt", b"x\r\ny\n\rz", "text/csv")]),
    message("many_attachments", text="Zwölf", html="<p>Zwölf</p>",
            attachments=[attachment(f"Anhang {n} – ä.bin", bytes([n]) * n) for n in range(12)]),
    message("unsubscribe", headers=[
        ("List-Unsubscribe", "<https://shop.example/unsubscribe?token=" + "A1-_" * 60 + ">, <mailto:stop@shop.example>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")]),
]

if __name__ == "__main__":
    print(json.dumps(MESSAGES, ensure_ascii=True, indent=1))

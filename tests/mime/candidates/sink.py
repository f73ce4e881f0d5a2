"""An SMTP server for one client after the other that keeps what it gets: sink.py MESSAGES.json FOLDER PORT_FILE."""
import json
import socket
import sys
from pathlib import Path

messages, folder, port_file = sys.argv[1:]
server = socket.create_server(("127.0.0.1", 0))
Path(port_file).write_text(str(server.getsockname()[1]))
for wanted in json.loads(Path(messages).read_text()):
    client, _ = server.accept()
    with client, client.makefile("rb") as lines:
        client.sendall(b"220 sink\r\n")
        while line := lines.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                client.sendall(b"354 go on\r\n")
                data = b""
                while (line := lines.readline()) != b".\r\n" and line:
                    data += line[1:] if line.startswith(b".") else line
                (Path(folder) / (wanted["id"] + ".eml")).write_bytes(data)
            client.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                break

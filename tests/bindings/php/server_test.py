#!/usr/bin/env python3
"""Which transport works under which setting of php-fpm, and that Habeas\\Diagnostics says so.

usage: server_test.py HABEAS_BUILD FOLDER (with habeas.so, as build_ext.sh leaves it)
A real php-fpm on a socket of its own, asked by FastCGI; exit code 77: php-fpm is missing.
"""
import glob
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "bindings/php"
FPM = shutil.which("php-fpm") or next(iter(sorted(glob.glob("/usr/sbin/php-fpm*"), reverse=True)), None)
BUILD, WORK = (Path(each).resolve() for each in sys.argv[1:3])

PAGE = r"""<?php
declare(strict_types=1);
require %(autoload)s;
use Habeas\{Diagnostics, Options, Store, TransportKind};
$options = new Options(program: %(program)s, library: %(library)s);
$out = ['sapi' => PHP_SAPI, 'diagnostics' => Diagnostics::all($options), 'chosen' => null, 'opened' => []];
foreach (TransportKind::cases() as $kind) {
    try {
        $store = Store::inMemory(new Options(transport: $kind, program: %(program)s, library: %(library)s));
        $store->subjects->create(['fields' => ['email' => 'anna@example.org']]);
        $store->imports->contactsText("email\nbob@example.org\n", progress: fn () => true);
        $out['opened'][$kind->value] = $store->subjects->count();
        $store->close();
    } catch (Habeas\Exception\HabeasException $error) {
        $out['opened'][$kind->value] = $error->getMessage();
    }
}
try {
    $out['chosen'] = Store::inMemory($options)->transport()->value;
} catch (Habeas\Exception\TransportException) {
}
echo json_encode($out);
"""


def quoted(path):
    return "'" + str(path).replace("'", "\\'") + "'"


def ask(address, script):
    """One request by FastCGI (responder), its body."""
    def record(kind, content):
        return struct.pack("!BBHHBx", 1, kind, 1, len(content), 0) + content

    def pair(name, value):
        return struct.pack("!BI", len(name), len(value) | 0x80000000) + name.encode() + value.encode()

    names = {"SCRIPT_FILENAME": script, "REQUEST_METHOD": "GET", "SCRIPT_NAME": "/page.php", "QUERY_STRING": "",
             "SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_URI": "/page.php", "CONTENT_LENGTH": "0"}
    parameters = b"".join(pair(name, str(value)) for name, value in names.items())
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(address))
        connection.sendall(record(1, struct.pack("!HB5x", 1, 0)) + record(4, parameters) + record(4, b"") + record(5, b""))
        data = b""
        while block := connection.recv(65536):
            data += block
    body, errors, at = b"", b"", 0
    while at + 8 <= len(data):
        _, kind, _, size, padding = struct.unpack("!BBHHBx", data[at:at + 8])
        content = data[at + 8:at + 8 + size]
        body, errors = (body + content if kind == 6 else body), (errors + content if kind == 7 else errors)
        at += 8 + size + padding
    return body.partition(b"\r\n\r\n")[2].decode(), errors.decode()


class Server(unittest.TestCase):
    def under(self, pool="", ini=""):
        """What the page says under these settings."""
        with tempfile.TemporaryDirectory(prefix="habeas-fpm-") as name:
            folder = Path(name)
            (folder / "page.php").write_text(PAGE % {
                "autoload": quoted(PACKAGE / "autoload.php"), "program": quoted(BUILD / "habeas"),
                "library": quoted(BUILD / "libhabeas.so.0")})
            (folder / "php.ini").write_text("display_errors=0\nlog_errors=1\nextension=ffi\n" + ini)
            (folder / "fpm.conf").write_text(f"""[global]
error_log = {folder}/log
daemonize = no
[www]
{"user = root" if os.geteuid() == 0 else ""}
listen = {folder}/socket
pm = static
pm.max_children = 1
clear_env = no
{pool}
""")
            command = [FPM, "-c", str(folder / "php.ini"), "-y", str(folder / "fpm.conf")]
            environment = {**os.environ, "PHP_INI_SCAN_DIR": str(folder / "none"),
                           "LD_LIBRARY_PATH": str(BUILD)}
            server = subprocess.Popen(command + (["-R"] if os.geteuid() == 0 else []), env=environment,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            try:
                deadline = time.monotonic() + 20
                while not (folder / "socket").exists():
                    self.assertIsNone(server.poll(), (folder / "log").read_text() if (folder / "log").exists() else "")
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.05)
                body, errors = ask(folder / "socket", folder / "page.php")
            finally:
                server.terminate()
                server.communicate(timeout=30)
            self.assertTrue(body.startswith("{"), body + errors)
            said = json.loads(body)
            self.assertEqual("fpm-fcgi", said["sapi"])
            for kind, each in said["diagnostics"].items():  # what it says is what happens
                self.assertEqual(each["works"], said["opened"][kind] == 2, (kind, each, said["opened"][kind]))
            return said

    def works(self, said):
        return {kind for kind, each in said["diagnostics"].items() if each["works"]}

    def test_without_any_setting_the_child_process_works(self):
        said = self.under()
        self.assertEqual({"process"}, self.works(said))
        self.assertEqual("process", said["chosen"])
        self.assertIn("preload", said["diagnostics"]["ffi"]["why"])
        self.assertIn("ffi.enable=1", said["diagnostics"]["ffi"]["remedy"])

    def test_ffi_works_where_the_pool_allows_it(self):
        said = self.under(pool="php_admin_value[ffi.enable] = 1")
        self.assertEqual({"ffi", "process"}, self.works(said))
        self.assertEqual("ffi", said["chosen"])

    def test_ffi_works_for_what_is_preloaded(self):
        said = self.under(ini=f"""zend_extension=opcache
opcache.enable=1
ffi.preload={PACKAGE}/resources/habeas_preload.h
opcache.preload={PACKAGE}/preload/habeas_preload.php
{"opcache.preload_user=root" if os.geteuid() == 0 else ""}
""")
        self.assertEqual({"ffi", "process"}, self.works(said), said["diagnostics"])

    def test_the_extension_works_with_no_other_setting(self):
        said = self.under(ini=f"extension={WORK}/habeas.so\n")
        self.assertEqual({"extension", "process"}, self.works(said))
        self.assertEqual("extension", said["chosen"])

    def test_without_proc_open_it_says_what_to_do(self):
        said = self.under(ini="disable_functions=proc_open\n")
        self.assertEqual(set(), self.works(said))
        self.assertIn("disable_functions", said["diagnostics"]["process"]["remedy"])


if __name__ == "__main__":
    if FPM is None:
        print("php-fpm is missing: skipped")
        sys.exit(77)
    result = unittest.main(argv=sys.argv[:1], exit=False).result
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)

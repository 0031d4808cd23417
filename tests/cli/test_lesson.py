#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The server behind `recurra lesson`: python3 test_lesson.py PATH_TO_RECURRA."""
import http.client
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import unittest

RECURRA = ""


class Lesson(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        site = self.folder / "site"
        (site / "assets").mkdir(parents=True)
        (site / "index.html").write_text("<!doctype html><title>x</title>")
        (site / "assets" / "engine-1a2b.wasm").write_bytes(b"\0asm\1\0\0\0")
        (site / "assets" / "main.js").write_text("1")
        (self.folder / "secret.txt").write_text("secret")
        (site / "link.txt").symlink_to(self.folder / "secret.txt")

    def serve(self, *more):
        server = subprocess.Popen([RECURRA, "lesson", "--dir", self.folder / "site", "--port", "0", *more],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (server.kill(), server.communicate()))
        line = server.stdout.readline()
        port = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        self.assertTrue(port, line)
        return int(port[1])

    def ask(self, port, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.putrequest(method, path, skip_accept_encoding=True)
        connection.endheaders()
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, response.headers, body

    def test_types_and_headers(self):
        port = self.serve()
        for path, kind, cache in (("/", "text/html; charset=utf-8", "no-cache"),
                                  ("/index.html?x=1", "text/html; charset=utf-8", "no-cache"),
                                  ("/assets/engine-1a2b.wasm", "application/wasm", "public, max-age=31536000, immutable"),
                                  ("/assets/main.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable")):
            status, headers, body = self.ask(port, path)
            self.assertEqual((status, headers["Content-Type"], headers["Cache-Control"]), (200, kind, cache), path)
            self.assertTrue(body)
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertIn("script-src 'self' 'wasm-unsafe-eval'", policy)
            self.assertNotIn("unsafe-inline", policy)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        status, headers, body = self.ask(port, "/assets/main.js", "HEAD")
        self.assertEqual((status, body, headers["Content-Length"]), (200, b"", "1"))

    def test_refuses(self):
        port = self.serve()
        for path in ("/nothing", "/assets/", "/assets", "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/../../secret.txt",
                     "//secret.txt", "/link.txt", "/assets/%00", "/index.html/"):
            status, headers, body = self.ask(port, path)
            self.assertIn(status, (400, 404), path)
            self.assertNotIn(b"secret", body)
            if status == 404:
                self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
                self.assertEqual(headers["Cache-Control"], "no-cache")
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            status, headers, _ = self.ask(port, "/", method)
            self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"), method)

    def test_listens_on_loopback_alone(self):
        port = self.serve()
        with socket.socket() as other:
            other.settimeout(5)
            self.assertNotEqual(other.connect_ex(("127.0.0.2", port)), 0)

    def run_command(self, *arguments):
        return subprocess.run([RECURRA, "lesson", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)

    def test_exports(self):
        result = self.run_command("--dir", self.folder / "site", "--export", self.folder / "out")
        self.assertEqual((result.returncode, result.stdout), (0, f"3 files written to {self.folder / 'out'}\n"))
        self.assertEqual((self.folder / "out/assets/engine-1a2b.wasm").read_bytes(), b"\0asm\1\0\0\0")
        self.assertFalse((self.folder / "out/link.txt").exists())

    def test_bad_folders_and_ports(self):
        result = self.run_command("--dir", self.folder)
        self.assertEqual(result.returncode, 1)
        self.assertIn("no lesson here (no index.html)", result.stderr)
        port = self.serve()
        result = self.run_command("--dir", self.folder / "site", "--port", port)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"cannot listen on 127.0.0.1 port {port}; --port 0 takes a free one", result.stderr)
        self.assertEqual(self.run_command("--port", "70000").returncode, 2)
        self.assertEqual(self.run_command("--export", "x", "--port", "1").returncode, 2)


if __name__ == "__main__":
    RECURRA = sys.argv.pop(1)
    unittest.main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The server behind `recurra lesson`: python3 test_lesson.py PATH_TO_RECURRA."""
import http.client
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
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

    def start(self, *arguments, **options):
        """A server and the line that it prints."""
        server = subprocess.Popen([RECURRA, *map(str, arguments), "--dir", self.folder / "site", "--port", "0"],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        self.addCleanup(lambda: (server.kill(), server.communicate()))
        return server, server.stdout.readline()

    def serve(self, *more):
        _, line = self.start("lesson", *more)
        port = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        self.assertTrue(port, line)
        return int(port[1])

    def ask(self, port, path, method="GET", headers=(), at="127.0.0.1"):
        """`headers`: pairs; a Host among them takes the place of the usual one."""
        connection = http.client.HTTPConnection(at, port, timeout=20)
        connection.putrequest(method, path, skip_accept_encoding=True, skip_host=any(name == "Host" for name, _ in headers))
        for name, value in headers:
            connection.putheader(name, value)
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

    def test_lets_pages_of_one_origin_frame_it_when_asked(self):
        policy = lambda *more: self.ask(self.serve(*more), "/")[1]["Content-Security-Policy"]
        self.assertTrue(policy().endswith("; frame-ancestors 'none'"))
        self.assertTrue(policy("--framed-by", "https://example.org:8443").endswith("; frame-ancestors https://example.org:8443"))
        self.assertTrue(policy("--framed-by", "*").endswith("; frame-ancestors *"))
        for bad in ("example.org", "https://a.org; script-src *", "https://a.org https://b.org", "https://a.org/path"):
            result = self.run_command("--framed-by", bad)
            self.assertEqual(result.returncode, 2)
            self.assertIn("expected an origin such as https://example.org, or *, found", result.stderr)

    def test_files_travel_as_they_are(self):
        (self.folder / "site/index.html").write_text("<p>again and again</p>" * 1000, encoding="utf-8")
        (self.folder / "site/empty.txt").touch()
        port = self.serve()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        for path, size in (("/", 22000), ("/empty.txt", 0)):
            connection.request("GET", path, headers={"Accept-Encoding": "gzip, br"})
            response = connection.getresponse()
            self.assertIsNone(response.headers["Content-Encoding"], path)
            self.assertEqual(len(response.read()), size, path)
        connection.close()

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

    def raw(self, port, request, end=True):
        """All that the server says to these bytes; `end`: that no more will come is told at once."""
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(request)
            if end:
                connection.shutdown(socket.SHUT_WR)
            said = b""
            try:
                while block := connection.recv(65536):
                    said += block
            except ConnectionResetError:
                pass
            return said

    RANGES = ["bytes=0-999999", "bytes=0-9223372036854775806", "bytes=0-9223372036854775807", "bytes=0-99999999999999999999999", "bytes=999999999-",
              "bytes=9223372036854775806-", "bytes=1-9223372036854775807", "bytes=0-0", "bytes=0-", "bytes=3-", "bytes=-1", "bytes=-0", "bytes=-5",
              "bytes=-999999999", "bytes=-9223372036854775807", "bytes=-9223372036854775808", "bytes=5-2", "bytes=-", "bytes=--1", "bytes=0--1",
              "bytes=-1-5", "bytes=", "bytes", "", "items=0-5", "bytes=0-5,", "bytes=,0-5", "bytes=0-1,2-3", "bytes=0-999999,0-999999",
              "bytes=0-5, 999999999-", "bytes=-1,-1", "bytes=-,-", "bytes=a-b", "bytes=0x0-0x9", "bytes= 0-5", "BYTES=0-5",
              "bytes=" + ",".join(["0-"] * 2000), "bytes=" + ",".join(["0-9"] * 2000), "bytes=" + ",".join(f"{n}-{n + 5000}" for n in range(500))]

    def test_a_range_gives_no_byte_that_is_not_the_files(self):
        site = self.folder / "site"
        (site / "icon.svg").write_bytes(b"<svg/>" * 60)
        (site / "large.js").write_bytes(bytes(range(256)) * 400)
        (site / "empty.txt").touch()
        files = {"/" + str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file() and not path.is_symlink()}
        files["/"] = files["/index.html"]
        port = self.serve()
        for path, content in files.items():
            for given in self.RANGES:
                with self.subTest(path=path, given=given[:40]):
                    status, headers, body = self.ask(port, path, headers=[("Range", given)])
                    self.assertIn(status, (200, 206, 416, 400))
                    if status == 200:
                        self.assertEqual(body, content)
                    elif status == 206:
                        first, last, size = map(int, re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", headers["Content-Range"]).groups())
                        self.assertEqual((size, body), (len(content), content[first:last + 1]))
                    else:
                        self.assertEqual(body, b"")
                    self.assertEqual(int(headers["Content-Length"]), len(body))
                    self.assertEqual(self.ask(port, path, "HEAD", headers=[("Range", given)])[2], b"")
            self.assertEqual(self.ask(port, path, headers=[("Range", "bytes=0-1"), ("Range", "bytes=0-999999")])[2], b"")
            status, headers, body = self.ask(port, path)
            self.assertEqual((status, body), (200, content))
        for path in ("/nothing", "/../secret.txt"):  # an answer of the server's own is not cut either
            self.assertEqual(self.ask(port, path, headers=[("Range", "bytes=0-999999")])[2], b"")

    def test_a_range_of_an_open_model_gives_no_byte_that_is_not_the_files(self):
        model, data = self.train()
        _, line = self.start("inspect", model, data, "--open")
        found = re.search(r"http://127\.0\.0\.1:(\d+)/#d8\?open=([0-9a-f]{16})&v=1 ", line)
        port, key = int(found[1]), found[2]
        secret = data.read_bytes().splitlines()[-1]
        for path in ("/", "/assets/main.js", f"/open/{key}/model.safetensors", f"/open/{key}/data.csv"):
            for given in self.RANGES:
                status, _, body = self.ask(port, path, headers=[("Range", given)])
                self.assertNotIn(key.encode(), body)
                if status != 200:
                    self.assertEqual(body, b"")
                elif not path.endswith(".csv"):
                    self.assertNotIn(secret, body)

    def test_answers_to_its_own_names_alone(self):
        port = self.serve()
        own = ["127.0.0.1", "localhost", "LOCALHOST", "127.0.0.2", "[::1]"]
        for host in own + [f"{name}:{port}" for name in own] + ["localhost:9000"]:  # another port: that of a tunnel
            self.assertEqual(self.ask(port, "/", headers=[("Host", host)])[0], 200, host)
        strange = ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:80", "localhost:80:80", "localhost@evil.example",
                   "evil.example#localhost", "192.168.7.7", "10.0.0.1", "0.0.0.0", "[::]", "[localhost]", "::1", "[::1", "1.127.0.0.1", "2130706433",
                   "0x7f.1", "127.1", "", " ", ":", f":{port}", "[]", "[7f00:1]", "x" * 3000, "locälhost".encode("latin-1").decode("latin-1")]
        for host in strange + [f"{name}:{port}" for name in strange[:1]]:
            for path in ("/", "/assets/main.js", "/nothing"):
                with self.subTest(host=host[:40], path=path):
                    status, headers, body = self.ask(port, path, headers=[("Host", host)])
                    self.assertEqual(status, 421)
                    self.assertIn(b"localhost", body)
                    self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertEqual(self.ask(port, "/", headers=[("Host", "localhost"), ("Host", "evil.example")])[0], 421)
        self.assertIn(b" 421 ", self.raw(port, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", end=False).splitlines()[0])

    def test_garbage_gets_no_byte_of_a_file(self):
        port = self.serve()
        host = b"Host: localhost\r\n"
        for request in (b"", b"\r\n\r\n", b"\0" * 5000, b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\n" + host + b"\r\n", b"\xff\xfe" * 3000,
                        b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\n" + host + b"\r\n", b"GET /../secret.txt HTTP/1.1\r\n" + host + b"\r\n",
                        b"GET http://evil.example/secret.txt HTTP/1.1\r\n" + host + b"\r\n", b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
                        b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 70000 + b"\r\n\r\n", b"BREW / HTTP/1.1\r\n" + host + b"\r\n",
                        b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 99999999999999999999\r\n\r\nx",
                        b"POST / HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx"):
            said = self.raw(port, request)
            self.assertNotIn(b"secret", said.replace(b"/secret.txt", b""))
            self.assertNotIn(b"<title>x</title>", said, request[:40])
            self.assertLess(len(said), 3000)
        self.assertEqual(self.ask(port, "/")[0], 200)  # it is still there

    def test_tells_that_the_network_can_read_it(self):
        for host, shown, warns in (("0.0.0.0", "localhost", True), ("::", "localhost", True), ("127.0.0.1", "127.0.0.1", False), ("127.0.0.3", "127.0.0.3", False),
                                   ("localhost", "localhost", False)):
            server, line = self.start("lesson", "--host", host)
            if not line and host == "::":
                continue  # no IPv6 here
            found = re.search(r"the lesson is at http://([^/]+):(\d+)/", line)
            self.assertEqual(found[1], shown, line)
            port = int(found[2])
            if host == "0.0.0.0":
                self.assertEqual(self.ask(port, "/", at="127.0.0.1")[0], 200)
                self.assertEqual(self.ask(port, "/", at="127.0.0.9")[0], 200)
                self.assertEqual(self.ask(port, "/", headers=[("Host", "evil.example")])[0], 421)
            server.kill()
            self.assertEqual("whoever can reach it over the network can read the lesson" in server.stderr.read(), warns)

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

    def test_an_installed_page_gets_the_net_that_the_command_holds(self):
        if pathlib.Path(RECURRA).read_bytes()[:4] != b"\x7fELF":
            self.skipTest("not a program that can be installed elsewhere")
        program, page = self.folder / "bin/recurra", self.folder / "share/recurra/lesson"
        program.parent.mkdir()
        shutil.copy(RECURRA, program)
        page.mkdir(parents=True)
        (page / "index.html").write_text("<!doctype html><title>x</title>")
        net = (pathlib.Path(__file__).parents[2] / "recurra/tasks/forecast/now/weights.safetensors").read_bytes()
        for expected in (net, b"the page's own"):
            subprocess.run([program, "lesson", "--export", self.folder / "out"], stdout=subprocess.DEVNULL, check=True)
            self.assertEqual((self.folder / "out/now.safetensors").read_bytes(), expected)
            (page / "now.safetensors").write_bytes(b"the page's own")

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

    def train(self):
        rows = "\n".join(f"{t},{t * 7 % 12}" for t in range(120))
        (self.folder / "x.csv").write_text(f"t,x\n{rows}\n")
        subprocess.run([RECURRA, "forecast", "train", "x.csv", "--target", "x", "--horizon", "2", "--lookback", "6", "--hidden", "3", "--epochs",
                        "1", "--quiet", "--out", "m.safetensors"], cwd=self.folder, check=True, capture_output=True, timeout=60)
        return self.folder / "m.safetensors", self.folder / "x.csv"

    def desktop(self, **names):
        """An environment whose xdg-open writes down its arguments and stays."""
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "xdg-open").write_text('#!/bin/sh\nprintf "%s\\n" "$@" > opened.part; mv opened.part opened; exec sleep 30\n')
        (tools / "xdg-open").chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        return kept | {"PATH": f"{tools}:{os.environ['PATH']}"} | names

    def test_opens_a_model_on_data(self):
        model, data = self.train()
        _, line = self.start("inspect", model, data, "--open", env=self.desktop(), cwd=self.folder)
        found = re.search(r"http://127\.0\.0\.1:(\d+)/#d8\?open=([0-9a-f]{16})&v=1 ", line)
        self.assertTrue(found, line)
        port, key = int(found[1]), found[2]
        for path, kind, content in ((f"/open/{key}/model.safetensors", "application/octet-stream", model.read_bytes()),
                                    (f"/open/{key}/data.csv", "text/csv; charset=utf-8", data.read_bytes())):
            status, headers, body = self.ask(port, path)
            self.assertEqual((status, headers["Content-Type"], headers["Cache-Control"]), (200, kind, "no-store"))
            self.assertEqual(body, content)
            self.assertEqual(headers["Cross-Origin-Resource-Policy"], "same-origin")
            self.assertNotIn("Access-Control-Allow-Origin", headers)
        self.assertEqual(self.ask(port, "/")[0], 200)
        for path in ("/open/", f"/open/{key}", "/open/model.safetensors", f"/open/{'0' * 16}/data.csv"):
            status, headers, _ = self.ask(port, path)
            self.assertEqual((status, headers["Cache-Control"]), (404, "no-store"), path)
        self.assertFalse((self.folder / "opened").exists())  # there is no display

        _, again = self.start("inspect", model, data, "--open")
        self.assertNotIn(key, again)

    def test_starts_a_browser_that_does_not_hold_the_port(self):
        model, data = self.train()
        for display in ({"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}):
            (self.folder / "opened").unlink(missing_ok=True)
            server, line = self.start("inspect", model, data, "--open", env=os.environ | self.desktop(**display), cwd=self.folder)
            address = re.search(r"http://\S+", line)[0]
            until = time.monotonic() + 60
            while not (self.folder / "opened").exists() and time.monotonic() < until:
                time.sleep(0.02)
            self.assertEqual((self.folder / "opened").read_text(), address + "\n")
            server.kill()
            server.wait()
            with socket.socket() as other:
                other.bind(("127.0.0.1", int(re.search(r":(\d+)/", address)[1])))
            (self.folder / "tools" / "xdg-open").unlink()
            (self.folder / "tools").rmdir()
        _, line = self.start("inspect", model, data, "--open", env={"PATH": "/nothing", "DISPLAY": ":0"})
        self.assertIn("http://", line)

    def test_opens_nothing_that_inspect_refuses(self):
        model, data = self.train()

        def fails(status, says, *arguments):
            result = subprocess.run([RECURRA, "inspect", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual((result.returncode, result.stdout), (status, ""))
            self.assertIn(says, result.stderr)

        site = ("--dir", self.folder / "site")
        fails(2, "--open needs data beside the model", model, "--open", *site)
        fails(2, "takes no options of the file", model, data, "--open", "--decimal-comma", *site)
        fails(1, "there is no lesson here (no index.html)", model, data, "--open", "--dir", self.folder)
        fails(1, "no column", model, self.write("y.csv", "t,y\n1,2\n2,3\n"), "--open", *site)
        fails(1, "broken.safetensors", self.write("broken.safetensors", "no model"), data, "--open", *site)
        fails(1, "the page reads up to 20 MB", model, self.write("long.csv", "x\n" + "1234567\n" * (21 << 17)), "--open", *site)
        result = subprocess.run([RECURRA, "inspect", model, data, *site], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 2)  # --dir without --open

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name


if __name__ == "__main__":
    RECURRA = sys.argv.pop(1)
    unittest.main()

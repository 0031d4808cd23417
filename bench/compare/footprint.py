#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what an installation of Recurra takes with that of others: bytes, files, shared libraries, and the CPU time and
memory of an import. Run by `./run bench --footprint`, which writes OUT/footprint.md.

Each package is installed with all that it asks for into an environment of its own under OUT; --venv NAME=FOLDER takes one
that is there. An import is measured in a fresh process by its CPU time, which other work on the machine disturbs less than
its duration: the median of five, after one that reads the files. RTNeural is a library to compile in: --rtneural names
its checkout, and the program of footprint/rtneural is measured, stripped, beside tests/install/player.cc of Recurra.
"""
import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PACKAGES = ["onnxruntime", "torch", "neuralforecast"]  # named as their modules
IMPORTS = 5
# Prints CPU seconds, and bytes of memory, that an import adds.
IMPORT = """
import resource, sys
def used():
    now = resource.getrusage(resource.RUSAGE_SELF)
    return now.ru_utime + now.ru_stime
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
before = used(), resident()
__import__(sys.argv[1])
print(used() - before[0], resident() - before[1])
"""


def said(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, **options).stdout


def size_of(folder, besides=()):
    """Bytes, files, and shared libraries below a folder; `besides` are names of entries that do not count."""
    files = [path for entry in folder.iterdir() if entry.name not in besides
             for path in ([entry] if entry.is_file() else entry.rglob("*")) if path.is_file() and not path.is_symlink() and path.suffix != ".pyc"]
    return sum(path.stat().st_size for path in files), len(files), sum(1 for path in files if ".so" in path.suffixes)


def environment(folder, *requirements):
    if not (folder / "bin/python").exists():
        print(f"footprint: installing {' '.join(map(str, requirements))} into {folder}", file=sys.stderr)
        said(sys.executable, "-m", "venv", folder)
        said(folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *requirements)
    return folder


def python_row(module, folder, note="", besides=()):
    packages = next(folder.glob("lib/python*/site-packages"))
    installer = {entry.name for entry in packages.iterdir() if entry.name.partition("-")[0] in ("pip", "setuptools", "_distutils_hack", "distutils")}
    runs = [tuple(map(float, said(folder / "bin/python", "-c", IMPORT, module).split())) for _ in range(1 + IMPORTS)][1:]
    version = said(folder / "bin/python", "-c", f"import importlib.metadata as m; print(m.version('{module}'))").strip()
    seconds, grown = (statistics.median(column) for column in zip(*runs))
    return f"{module} {version}{note}", *size_of(packages, installer | set(besides)), f"{seconds:.2f} s", f"{grown / 1e6:.0f} MB"


def npm_row(name, folder, tarball=None):
    """A package of npm with all that it asks for; it is loaded by a page, so there is no import to time."""
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"name": "host", "private": true}')
        said("npm", "install", "--silent", "--no-audit", "--no-fund", tarball or name, cwd=folder)
    modules = folder / "node_modules"
    version = json.loads((modules / name / "package.json").read_text())["version"]
    total, files, _ = size_of(modules, {".package-lock.json"})
    wasm = sum(path.stat().st_size for path in modules.rglob("*.wasm"))
    return f"{name} {version} (npm)", total, files, f"{len(list(modules.rglob('*.wasm')))} modules, {wasm / 1e6:.1f} MB", "", ""


def program_row(name, program, out):
    stripped = out / f"{program.name}.stripped"
    shutil.copy(program, stripped)
    said("strip", stripped)
    libraries = sum("=>" in line for line in said("ldd", stripped).splitlines())
    return name, stripped.stat().st_size, 1, libraries, "", ""


def rtneural_row(checkout, out):
    build = out / "rtneural"
    said("cmake", "-S", ROOT / "bench/compare/footprint", "-B", build, f"-DRTNEURAL={checkout}", "-DCMAKE_BUILD_TYPE=Release")
    said("cmake", "--build", build, "--target", "player")
    return program_row("RTNeural: a program that streams a net from a file", build / "player", out)


def bytes_text(count):
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--wheel", type=pathlib.Path, required=True, help="of Recurra, for the Python that runs this")
    parser.add_argument("--npm", type=pathlib.Path, help="the packed npm package of Recurra")
    parser.add_argument("--player", type=pathlib.Path, help="tests/install/player.cc, built")
    parser.add_argument("--rtneural", type=pathlib.Path, help="a checkout of RTNeural with its submodules")
    parser.add_argument("--venv", action="append", default=[], metavar="NAME=FOLDER", help=f"an environment that is there: {', '.join(PACKAGES)}")
    parser.add_argument("--only", nargs="*", default=[*PACKAGES, "onnxruntime-web"], help="of the others")
    arguments = parser.parse_args()
    out = arguments.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    given = dict(pair.split("=", 1) for pair in arguments.venv)

    own = out / "recurra"
    shutil.rmtree(own, ignore_errors=True)
    environment(own, arguments.wheel.resolve())
    numpy = {entry.name for entry in next(own.glob("lib/python*/site-packages")).iterdir() if entry.name.startswith("numpy")}
    rows = [python_row("recurra", own, ": module, command, lesson", numpy), python_row("recurra", own, " with NumPy, which it asks for")]
    for name in PACKAGES:
        if name in arguments.only:
            rows.append(python_row(name, pathlib.Path(given[name]) if name in given else environment(out / name, name)))
    if arguments.npm:
        rows.append(npm_row("recurra", out / "npm-recurra", arguments.npm.resolve()))
    if "onnxruntime-web" in arguments.only:
        rows.append(npm_row("onnxruntime-web", out / "npm-onnxruntime-web"))
    if arguments.player:
        rows.append(program_row("Recurra: a program that streams a net from a file", arguments.player, out))
    if arguments.rtneural:
        rows.append(rtneural_row(arguments.rtneural.resolve(), out))

    lines = ["| installed | size | files | shared libraries | import, CPU time | memory |", "|---|---|---|---|---|---|"]
    lines += [f"| {name} | {bytes_text(size)} | {files:,} | {libraries} | {seconds} | {grown} |" for name, size, files, libraries, seconds, grown in rows]
    (out / "footprint.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()

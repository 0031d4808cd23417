// SPDX-License-Identifier: Apache-2.0
// The measurements as WebAssembly in Node: node bench/wasm.mjs build/wasm/bench/recurra_every.wasm [NAME...]
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const [path, ...names] = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", args: ["bench", ...names] });
const module = new WebAssembly.Module(readFileSync(path));
const imports = { wasi_snapshot_preview1: wasi.wasiImport };
// Emscripten asks for a few calls that WASI lacks, such as a notice that memory has grown; none has an effect here.
for (const { module: space, name } of WebAssembly.Module.imports(module))
  if (space !== "wasi_snapshot_preview1") (imports[space] ??= {})[name] = () => 0;
wasi.start(new WebAssembly.Instance(module, imports));

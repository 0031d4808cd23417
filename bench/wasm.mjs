// SPDX-License-Identifier: Apache-2.0
// The measurements as WebAssembly in Node: node bench/wasm.mjs build/wasm/bench/recurra_every.wasm [NAME...]
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const [path, ...names] = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", args: ["bench", ...names] });
const module = new WebAssembly.Module(readFileSync(path));
wasi.start(new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi.wasiImport }));

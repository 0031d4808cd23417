// SPDX-License-Identifier: Apache-2.0
// A trained model file through the WebAssembly module, beside the native command:
//   node tests/wasm/forecast_test.mjs build/wasm/wasm/recurra.wasm build/dev/cli/recurra
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [wasmPath, recurra] = process.argv.slice(2);
const data = fileURLToPath(new URL("../../examples/data/england_wales_demand.csv", import.meta.url));
const TOLERANCE = 1e-5; // relative; another instruction set rounds otherwise

// The module needs no files and no clock: every import answers "not supported".
const NOT_SUPPORTED = 52;
const module = new WebAssembly.Module(readFileSync(wasmPath));
const imports = {};
for (const { module: space, name } of WebAssembly.Module.imports(module)) (imports[space] ??= {})[name] = () => NOT_SUPPORTED;
const engine = new WebAssembly.Instance(module, imports).exports;
engine._initialize?.();

function withBytes(bytes, use) {
  const at = engine.recurra_allocate(bytes.length);
  new Uint8Array(engine.memory.buffer, at, bytes.length).set(bytes);
  try {
    return use(at, bytes.length);
  } finally {
    engine.recurra_free(at);
  }
}

function lastError() {
  const bytes = new Uint8Array(engine.memory.buffer, engine.recurra_error());
  return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
}

const folder = mkdtempSync(join(tmpdir(), "recurra-wasm-"));
try {
  for (const cell of ["lstm", "gru", "rnn"]) {
    const path = join(folder, "model.safetensors");
    const options = ["--target", "demand", "--horizon", "12", "--lookback", "48", "--season", "336", "--hidden", "16", "--epochs", "1", "--cell", cell];
    execFileSync(recurra, ["forecast", "train", data, ...options, "--out", path, "--quiet"], { stdio: "pipe" });
    const expected = JSON.parse(execFileSync(recurra, ["forecast", "predict", path, data, "--json", "--quiet"])).forecast.demand;
    const model = withBytes(readFileSync(path), (at, size) => engine.recurra_load_model(at, size));
    assert.notEqual(model, 0, lastError());
    const count = withBytes(readFileSync(data), (at, size) => engine.recurra_forecast(model, at, size));
    assert.equal(count, expected.length, lastError());
    const values = new Float64Array(engine.memory.buffer, engine.recurra_forecast_values(), count);
    const worst = Math.max(...expected.map((v, i) => Math.abs(values[i] - v) / Math.abs(v)));
    assert.ok(worst < TOLERANCE, `${cell}: the forecasts differ by ${worst}`);
    console.log(`${cell}: ${count} values agree within ${worst.toExponential(1)}`);
    engine.recurra_free_model(model);
  }
  assert.equal(withBytes(new Uint8Array(20).fill(255), (at, size) => engine.recurra_load_model(at, size)), 0);
  assert.match(lastError(), /the model: the header claims/);
} finally {
  rmSync(folder, { recursive: true });
}

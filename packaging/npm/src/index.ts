// SPDX-License-Identifier: Apache-2.0
// Recurra in a browser. The modules lie beside this file and are fetched when they are first needed.
import type { Engine } from './engine/api.ts'
import { WorkerEngine } from './engine/client.ts'
import type { Port } from './engine/protocol.ts'
import { Net } from './net.ts'

export * from './engine/api.ts'
export { Net, type NetSize } from './net.ts'

// Written out, because bundlers look for addresses in just this form.
const wasm = {
  figures: new URL('./wasm/recurra-figures.wasm', import.meta.url).href,
  training: new URL('./wasm/recurra-training.wasm', import.meta.url).href,
  sequences: new URL('./wasm/recurra-sequences.wasm', import.meta.url).href,
}

/** An engine that can be ended. */
export type ClosableEngine = Engine & { close(): void }

/** The engine in a worker of its own, for what takes long: training, explaining. */
export function createEngine(): ClosableEngine {
  return new WorkerEngine({
    createWorker: () => new Worker(new URL('./engine/worker.js', import.meta.url), { type: 'module', name: 'recurra' }) as unknown as Port,
    wasm,
  })
}

let streaming: Promise<WebAssembly.Module> | undefined

/** A trained net from the bytes of a safetensors file, here and synchronous. */
export async function openNet(bytes: Uint8Array): Promise<Net> {
  streaming ??= fetch(new URL('./wasm/recurra-stream.wasm', import.meta.url)).then(async (response) => {
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
    return WebAssembly.compile(await response.arrayBuffer())
  })
  return Net.open(bytes, await streaming)
}

// SPDX-License-Identifier: Apache-2.0
// The worker that owns the module: one request at a time, in order.
import { EngineError } from './api.ts'
import { EngineModule } from './module.ts'
import type { FromWorker, ToWorker } from './protocol.ts'

let engine: EngineModule | undefined

const say = (message: FromWorker, transfer: Transferable[] = []) =>
  (self as unknown as { postMessage(m: FromWorker, t: Transferable[]): void }).postMessage(message, transfer)

async function compiled(wasm: string | WebAssembly.Module): Promise<WebAssembly.Module | BufferSource> {
  if (typeof wasm !== 'string') return wasm
  const response = await fetch(wasm)
  if (!response.ok) throw new Error(`${wasm} answered ${response.status}`)
  return response.arrayBuffer()
}

async function open(wasm: string | WebAssembly.Module): Promise<void> {
  try {
    engine = await EngineModule.open(await compiled(wasm))
    say({ type: 'ready' })
  } catch (error) {
    say({ type: 'refused', message: error instanceof Error ? error.message : String(error) })
  }
}

/** The buffers of a result, each once: they move to the page instead of being copied. */
function buffersOf(value: unknown, found: Set<ArrayBuffer>): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer)
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) buffersOf(inner, found)
  return found
}

function run(message: Extract<ToWorker, { type: 'call' }>): void {
  const { id, name, request } = message
  try {
    if (!engine) throw new EngineError('crash', 'the engine is not open')
    const result: unknown = engine.call(name, request as never)
    say({ type: 'result', id, result }, [...buffersOf(result, new Set())])
  } catch (error) {
    const kind = error instanceof EngineError ? error.kind : 'crash'
    say({ type: 'error', id, kind, message: error instanceof Error ? error.message : String(error) })
  }
}

self.onmessage = (event: MessageEvent<ToWorker>) => {
  if (event.data.type === 'open') void open(event.data.wasm)
  else run(event.data)
}

// SPDX-License-Identifier: Apache-2.0
// The worker that owns the modules: one request at a time, in order.
import { EngineError } from './api.ts'
import { EngineModules } from './modules.ts'
import type { FromWorker, ToWorker, WasmAddresses } from './protocol.ts'

let modules: EngineModules | undefined

const say = (message: FromWorker, transfer: Transferable[] = []) =>
  (self as unknown as { postMessage(m: FromWorker, t: Transferable[]): void }).postMessage(message, transfer)

async function fetched(address: string): Promise<ArrayBuffer> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
  return response.arrayBuffer()
}

async function open(wasm: WasmAddresses): Promise<void> {
  try {
    modules = new EngineModules((name) => fetched(wasm[name]))
    await modules.open('figures')
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

async function run({ id, name, request }: Extract<ToWorker, { type: 'call' }>): Promise<void> {
  try {
    if (!modules) throw new EngineError('crash', 'the engine is not open')
    const result: unknown = await modules.call(name, request as never)
    say({ type: 'result', id, result }, [...buffersOf(result, new Set())])
  } catch (error) {
    const kind = error instanceof EngineError ? error.kind : 'crash'
    say({ type: 'error', id, kind, message: error instanceof Error ? error.message : String(error) })
  }
}

self.onmessage = (event: MessageEvent<ToWorker>) => {
  if (event.data.type === 'open') void open(event.data.wasm)
  else void run(event.data)
}

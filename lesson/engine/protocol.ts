// SPDX-License-Identifier: Apache-2.0
// What the client and its worker say to each other.
import type { EngineError, OperationName } from './api.ts'
import type { ModuleName } from './modules.ts'

/** Where the modules lie, as addresses that fetch can take from the worker. */
export type WasmAddresses = Record<ModuleName, string>

export type ToWorker = { type: 'open'; wasm: WasmAddresses } | { type: 'call'; id: number; name: OperationName; request: object }

export type FromWorker =
  | { type: 'ready' }
  | { type: 'refused'; message: string }
  | { type: 'result'; id: number; result: unknown }
  | { type: 'error'; id: number; kind: EngineError['kind']; message: string }

/** The part of Worker that the client uses, so that a test can stand in for one. */
export interface Port {
  postMessage(message: ToWorker): void
  terminate(): void
  onmessage: ((event: { data: FromWorker }) => void) | null
  onerror: ((event: { message?: string }) => void) | null
}

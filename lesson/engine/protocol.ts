// SPDX-License-Identifier: Apache-2.0
// What the client and its worker say to each other.
import type { EngineError, OperationName } from './api.ts'

export type ToWorker =
  | { type: 'open'; wasm: string | WebAssembly.Module }
  | { type: 'call'; id: number; name: OperationName; request: object }

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

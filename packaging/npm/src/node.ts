// SPDX-License-Identifier: Apache-2.0
// Recurra in Node: the same interface as in a browser, without a worker.
import { readFile } from 'node:fs/promises'
import { DirectEngine } from './engine/direct.ts'
import type { ModuleName } from './engine/modules.ts'
import type { ClosableEngine } from './index.ts'
import { Net } from './net.ts'

export * from './engine/api.ts'
export { Net, type NetSize } from './net.ts'
export type { ClosableEngine } from './index.ts'

const wasm = async (name: ModuleName | 'stream'): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await readFile(new URL(`./wasm/recurra-${name}.wasm`, import.meta.url)))

export function createEngine(): ClosableEngine {
  const engine = new DirectEngine(wasm)
  return { call: (name, request) => engine.call(name, request), close: () => undefined }
}

export const openNet = async (bytes: Uint8Array): Promise<Net> => Net.open(bytes, await wasm('stream'))

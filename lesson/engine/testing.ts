// SPDX-License-Identifier: Apache-2.0
// For tests: the built modules, opened in Node, and their native twins. RECURRA_BUILD names the build folder if it is not
// ../build.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { OperationName } from './api.ts'
import { DirectEngine } from './direct.ts'
import { decode, encode } from './module.ts'
import type { ModuleName } from './modules.ts'

const build = process.env.RECURRA_BUILD ?? fileURLToPath(new URL('../../build', import.meta.url))
export const wasmPath = (name: ModuleName | 'now'): string => `${build}/wasm/wasm/recurra-${name}.wasm`
export const nativePath = (name: ModuleName): string => `${build}/dev/tests/recurra_native_${name}`
export const commandPath = `${build}/dev/cli/recurra`

export function wasmBytes(path: string): Uint8Array<ArrayBuffer> {
  if (!existsSync(path)) throw new Error(`${path} is missing: build the wasm preset first (cmake --build --preset wasm)`)
  return new Uint8Array(readFileSync(path))
}

export const openEngine = async (): Promise<DirectEngine> => new DirectEngine((name) => wasmBytes(wasmPath(name)))

function framed(name: OperationName, request: object): Buffer {
  const [nameBytes, fields] = [Buffer.from(name), encode(request)]
  const sizes = Buffer.alloc(8)
  sizes.writeUInt32LE(nameBytes.length, 0)
  sizes.writeUInt32LE(fields.length, 4)
  return Buffer.concat([sizes, nameBytes, fields])
}

/** The native engine's results of some requests, one after the other in one process. */
export function nativeCall(module: ModuleName, calls: [OperationName, object][]): unknown[] {
  const input = Buffer.concat(calls.map(([name, request]) => framed(name, request)))
  const { status, stdout, stderr } = spawnSync(nativePath(module), [], { input, maxBuffer: 1 << 27 })
  if (status !== 0) throw new Error(stderr.toString())
  const results: unknown[] = []
  for (let at = 0; at < stdout.length;) {
    const [textBytes, count] = [stdout.readUInt32LE(at), stdout.readUInt32LE(at + 4)]
    const text = stdout.toString('utf8', at + 8, at + 8 + textBytes)
    at += 8 + textBytes + 8 * count
    const numbers = new Float64Array(Uint8Array.from(stdout.subarray(at - 8 * count, at)).buffer)
    results.push(decode(text, numbers))
  }
  return results
}

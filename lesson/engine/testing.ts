// SPDX-License-Identifier: Apache-2.0
// For tests: the built module, opened in Node. RECURRA_BUILD names the build folder if it is not ../build.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DirectEngine } from './direct.ts'
import type { ModuleName } from './modules.ts'

const build = process.env.RECURRA_BUILD ?? fileURLToPath(new URL('../../build', import.meta.url))
export const wasmPath = (name: ModuleName): string => `${build}/wasm/wasm/recurra-${name}.wasm`
export const nativePath = (name: ModuleName): string => `${build}/dev/tests/recurra_native_${name}`
export const commandPath = `${build}/dev/cli/recurra`

export function wasmBytes(path: string): Uint8Array<ArrayBuffer> {
  if (!existsSync(path)) throw new Error(`${path} is missing: build the wasm preset first (cmake --build --preset wasm)`)
  return new Uint8Array(readFileSync(path))
}

export const openEngine = async (): Promise<DirectEngine> => new DirectEngine((name) => wasmBytes(wasmPath(name)))

// SPDX-License-Identifier: Apache-2.0
// The module against the native engine on the same requests. Double precision throughout; what differs is the last bits of
// exp, tanh and log, so the numbers agree to a relative 1e-9 of the largest of their array (logarithms: absolute).
import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { OperationName } from './api.ts'
import { EngineModule } from './module.ts'
import { nativeCall, nativePath, wasmBytes, wasmPath } from './testing.ts'
import { defaults } from '../state/fields'
import * as bptt from '../figures/bptt/model'
import * as gradients from '../figures/gradients/model'
import * as gates from '../figures/gates/model'
import * as memory from '../figures/memory/model'
import * as heirs from '../figures/heirs/model'
import * as cells from '../figures/cells/model'

const tolerance = 1e-9

/** Every array and number of a result, with its path. */
function leaves(value: unknown, path = ''): [string, ArrayLike<number>][] {
  if (value instanceof Float64Array) return [[path, value]]
  if (typeof value === 'number') return [[path, [value]]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`))
}

/** The largest difference, relative to the largest finite number of the array (at least 1e-12: the noise of a sum). */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const scale = Array.from(a).reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 1e-12)
  return Array.from(a).reduce((most, v, i) => (Object.is(v, b[i]) || v === b[i] ? most : Math.max(most, Math.abs(v - b[i]!) / scale)), 0)
}

/** Eigenvalues of one modulus come in any order: by real part, then imaginary, each to six places. */
function inOrder(path: string, values: ArrayLike<number>): ArrayLike<number> {
  if (!path.startsWith('/spectrum/eigenvalues/data')) return values
  const pairs = Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i]!, values[2 * i + 1]!] as const)
  const place = (v: number) => Math.round(v * 1e6)
  return pairs.sort(([a, b], [c, d]) => place(a) - place(c) || place(b) - place(d)).flat()
}

let module: EngineModule
beforeAll(async () => {
  module = await EngineModule.open(wasmBytes(wasmPath('figures')))
})

const requests: [OperationName, object][] = [
  ['bptt', bptt.request(defaults(bptt.fields))],
  ['gradients', gradients.request(defaults(gradients.fields), 'rnn')],
  ['gradients', gradients.request(defaults(gradients.fields), 'lstm')],
  ['gradients', gradients.request(defaults(gradients.fields), 'gru')],
  ['gradients', gradients.request({ ...defaults(gradients.fields), init: 'nonnormal', act: 'linear' }, 'rnn')],
  ['gates', gates.request({ ...defaults(gates.fields), clamp: 'f' })],
  ['memory', memory.request({ ...defaults(memory.fields), noise: 0.3, rec: true, preset: 'chrono' })],
  ['cells', cells.request({ ...defaults(cells.fields), weights: 'random', H: 4, z: 'chung', reset: 'before' })],
  ['heirs', heirs.request(defaults(heirs.fields))],
  ['bidirectional', { T: 12, H: 8, seed: 1 }],
]

describe.skipIf(!existsSync(nativePath('figures')))('the module and the native engine', () => {
  it.each(requests)('%s', (name, request) => {
    const [ours, theirs] = [leaves(module.call(name, request as never)), leaves(nativeCall('figures', [[name, request]])[0])]
    expect(ours.map(([path]) => path)).toEqual(theirs.map(([path]) => path))
    ours.forEach(([path, values], i) => {
      // The check itself is made of rounding errors, so its last digits are nobody's.
      if (path === '/checkError' || path === '/scanDifference' || path.startsWith('/numeric')) return
      expect(difference(inOrder(path, values), inOrder(path, theirs[i]![1])), path).toBeLessThan(tolerance)
    })
  })
})

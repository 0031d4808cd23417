// SPDX-License-Identifier: Apache-2.0
// The module itself: what it imports, how large it is, and that nonsense gives errors and no traps.
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { EngineError, type CellName } from './api.ts'
import { EngineModule, lacking } from './module.ts'
import type { ModuleName } from './modules.ts'
import { wasmBytes, wasmPath } from './testing.ts'

/** Bytes. Only figures is there at the first interaction; training holds CSV, dates, model files and the whole forecaster,
 * sequences the translator and its model files, and each is loaded where the page needs it. What no page asks for is left out of
 * the build: see kWholeForecaster, kHasDistributions and kHasCellForms in recurra/. */
const budgets: Record<ModuleName, number> = { figures: 140_000, training: 320_000, sequences: 220_000 }

let module: EngineModule
beforeAll(async () => {
  module = await EngineModule.open(wasmBytes(wasmPath('figures')))
})

const refused = (name: string, request: object): EngineError => {
  try {
    module.call(name as 'bptt', request as never)
  } catch (error) {
    if (error instanceof EngineError) return error
    throw error
  }
  throw new Error(`${name} took ${JSON.stringify(request)}`)
}

const good = { inputs: [1, 2], targets: [0, 1], step: 1, U: [1, 0, 0, 1], W: [1, 1], b: [0, 0], truncation: 2, mode: 'sliding' as const }

describe('the module', () => {
  it.each(['figures', 'training', 'sequences'] as const)('%s imports nothing but proc_exit', (name) => {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasmBytes(wasmPath(name))))
    expect(imports.map((i) => `${i.module}.${i.name}`)).toEqual(['wasi_snapshot_preview1.proc_exit'])
  })

  it.each(Object.entries(budgets))('%s keeps its budget of %i bytes, gzipped', (name, budget) => {
    const size = gzipSync(wasmBytes(wasmPath(name as ModuleName)), { level: 9 }).length
    console.log(`recurra-${name}.wasm: ${size} bytes gzipped`)
    expect(size).toBeLessThanOrEqual(budget)
  })

  it('is refused as unsupported where it cannot be compiled', async () => {
    await expect(EngineModule.open(new Uint8Array([0, 97, 115, 109, 9, 0, 0, 0]))).rejects.toMatchObject({ kind: 'unsupported' })
  })

  it('names what a browser lacks, in plain words', () => {
    expect(lacking()).toBe('')
    expect(lacking((bytes) => !bytes.includes(253))).toBe(
      'its WebAssembly has no vector instructions (SIMD); current versions of every browser have them',
    )
    expect(lacking(() => false)).toContain('no vector instructions (SIMD) and no exceptions')
  })

  it('names what is wrong with a request, and goes on working', () => {
    expect(refused('nothing', {})).toMatchObject({ kind: 'unsupported', message: expect.stringContaining('"nothing"') as string })
    expect(refused('bptt', {}).message).toContain('"inputs" is missing')
    expect(refused('bptt', { ...good, step: 2 }).message).toBe('the request: expected "step" from 0 to 1, found 2')
    expect(refused('bptt', { ...good, step: 0.5 }).message).toContain('whole number')
    expect(refused('bptt', { ...good, U: [1, 2] }).message).toContain('4 to 4 numbers in "U", found 2')
    expect(refused('bptt', { ...good, U: [1, 2, 3, NaN] }).message).toContain('found nan')
    expect(refused('bptt', { ...good, mode: 'never' }).message).toContain("one of sliding, chunked, found 'never'")
    expect(refused('bptt', { ...good, mode: 3 }).message).toContain('to be text')
    expect(refused('gradients', { ...good, T: 1e9 }).message).toContain('from 1 to 200')
    expect(refused('gates', { text: '' }).message).toContain('at least one character')
    expect(refused('gates', { text: 'x'.repeat(3000) }).message).toContain('at most 2000 bytes')
    expect(module.call('bptt', good).fullNorm).toBeGreaterThan(0)
  })

  it('gives its memory back: a thousand calls do not grow the heap', () => {
    const request = (cell: CellName) => ({
      cell,
      T: 50,
      H: 8,
      init: 'orthogonal' as const,
      g: 1,
      activation: 'tanh' as const,
      s: 0.5,
      seed: 1,
      forgetBias: 1,
    })
    const cells = ['rnn', 'lstm', 'gru'] as const
    for (const cell of cells) module.call('gradients', request(cell))
    const before = module.heapBytes
    for (let i = 0; i < 50; ++i) for (const cell of cells) module.call('gradients', request(cell))
    for (let i = 0; i < 1000; ++i) refused('bptt', { ...good, mode: 'never' })
    expect(module.heapBytes).toBe(before)
  })
})

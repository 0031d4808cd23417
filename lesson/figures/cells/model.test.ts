// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest'
import { at, type CellsResult, type Engine } from '../../engine/api'
import { openEngine } from '../../engine/testing'
import { defaults } from '../../state/fields'
import { gates, sumOf, sumsChecked } from './sum'
import { checked, fields, lanes, model, size, tape } from './model'

const values = defaults(fields)
let engine: Engine
let result: CellsResult
beforeAll(async () => {
  engine = await openEngine()
  result = await model.compute(engine, values)
})

describe('D5 claims, at the published defaults', () => {
  it('c counts the pulses without bound, and no h leaves -1 to 1', () => {
    const pulses = tape(values)
    let count = 0
    pulses.forEach((x, t) => {
      count += x
      expect(at(result.lstm.c, t, 0)).toBeCloseTo(count, 9)
      for (const h of [result.rnn.h, result.lstm.h, result.gru.h]) expect(Math.abs(at(h, t, 0))).toBeLessThanOrEqual(1)
    })
    expect(count).toBeGreaterThan(10)
  })
  it('z plays f and i at once: its two weights add up to 1, in both conventions and for both resets', async () => {
    for (const z of ['pytorch', 'chung'] as const)
      for (const reset of ['after', 'before'] as const) {
        const r = await model.compute(engine, { ...values, weights: 'random', input: 'noise', H: 3, z, reset })
        for (let t = 1; t < values.T; ++t)
          for (let u = 0; u < 3; ++u) {
            const gate = at(r.gru.z, t, u)
            const keep = z === 'pytorch' ? gate : 1 - gate
            expect(at(r.gru.h, t, u)).toBeCloseTo(keep * at(r.gru.h, t - 1, u) + (1 - keep) * at(r.gru.n, t, u), 12)
          }
      }
  })
  it('the LSTM forgets and writes by two gates that need not add up to 1', async () => {
    const r = await model.compute(engine, { ...values, weights: 'random', input: 'noise' })
    const sums = Array.from({ length: values.T }, (_, t) => at(r.lstm.f, t, 0) + at(r.lstm.i, t, 0))
    expect(Math.max(...sums) - Math.min(...sums)).toBeGreaterThan(0.02)
  })
  it('counts 1,120, 3,360 and 4,480 parameters', () => {
    expect(result.parameters).toEqual({ rnn: 1120, gru: 3360, lstm: 4480 })
  })
})

describe('D5 view model', () => {
  it.each([{}, { weights: 'random' as const, H: 4, input: 'noise' as const }, { weights: 'random' as const, H: 3, z: 'chung' as const }])(
    'the states are what the last line of each cell makes of its gates: %o',
    async (change) => {
      const asked = { ...defaults(fields), ...change }
      expect(checked(asked, await model.compute(engine, asked))).toBeLessThan(1e-8)
    },
  )
  it.each([
    {},
    { weights: 'random' as const, H: 4, input: 'noise' as const },
    { weights: 'random' as const, H: 3, z: 'chung' as const },
    { weights: 'random' as const, H: 3, reset: 'before' as const },
  ])('takes every gate apart into its sum, and the sum gives the gate: %o', async (change) => {
    const asked = { ...defaults(fields), ...change }
    const found = await model.compute(engine, asked)
    expect(sumsChecked(asked, found)).toBeLessThan(1e-12)
    const sum = sumOf(asked, found, 'gru', 'n', 5, 0)
    expect(sum.terms).toHaveLength(3 + size(asked))
    expect(gates.gru.map((gate) => gate.letter)).toEqual(['r', 'z', 'n'])
  })
  it('makes the same tape from the same values', () => {
    for (const input of ['pulses', 'sine', 'latch', 'noise'] as const) {
      const made = tape({ ...values, input, T: 100 })
      expect(made).toEqual(tape({ ...values, input, T: 100 }))
      expect(Math.max(...made.map(Math.abs))).toBeLessThanOrEqual(1)
    }
    expect(tape({ ...values, input: 'noise', seed: 2 })).not.toEqual(tape({ ...values, input: 'noise', seed: 3 }))
  })
  it('has one unit for the counter and lanes for every gate', () => {
    expect(size({ ...values, H: 5 })).toBe(1)
    expect(size({ ...values, H: 5, weights: 'random' })).toBe(5)
    expect(lanes(result)).toHaveLength(11)
  })
  it('says what it shows, and its tables fit', () => {
    expect(model.summary(values, result)).toContain('1,120, 4,480 and 3,360 parameters')
    for (const table of model.tables(values, result)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })
})

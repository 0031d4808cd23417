// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest'
import { at, type Engine, type MemoryResult } from '../../engine/api'
import { openEngine } from '../../engine/testing'
import { defaults } from '../../state/fields'
import { biasText, halfLifeOf } from '../../parts/bias'
import { fields, model } from './model'

const values = defaults(fields)
let engine: Engine
let result: MemoryResult
beforeAll(async () => {
  engine = await openEngine()
  result = await model.compute(engine, values)
})

describe('D4 claims, at the published defaults', () => {
  it('the half-life is set by the forget bias', async () => {
    const expected = [1.0, 2.2, 5.5, 14.3, 38.2, 103.2]
    for (const [bf, steps] of expected.entries()) {
      const r = await model.compute(engine, { ...values, bf })
      expect(Math.abs(at(r.halfLife, 0) - steps)).toBeLessThan(0.05)
      expect(at(r.measured, 0)).toBeCloseTo(at(r.halfLife, 0), 6)
      expect(halfLifeOf(bf)).toBeCloseTo(at(r.halfLife, 0), 9)
    }
  })
  it('the gradient decays with the product of the forget gates', () => {
    for (let t = 0; t < values.T; ++t) expect(at(result.full, t) / at(result.path, t)).toBeCloseTo(1, 6)
  })
  it('the cell of 1997 never forgets', async () => {
    const asked = { ...values, preset: '1997' as const }
    const r = await model.compute(engine, asked)
    expect(at(r.c, values.T - 1, 0)).toBe(at(r.c, 0, 0))
    expect(model.summary(asked, r)).toContain('nothing is ever forgotten')
  })
})

describe('D4 view model', () => {
  it('reads a bias in meaning', () => {
    expect(biasText(1)).toBe('forget bias 1, half-life 2.2 steps')
    expect(biasText(-2)).toContain('forget bias −2')
  })
  it('says a range where the units differ', async () => {
    const asked = { ...values, preset: 'chrono' as const }
    expect(model.summary(asked, await model.compute(engine, asked))).toMatch(/after [\d.]+ to [\d.]+ steps, unit by unit/)
  })
  it('gives tables whose rows fit their heads', () => {
    for (const table of model.tables(values, result)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })
})

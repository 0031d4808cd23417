// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest'
import { at, type BpttResult, type Engine } from '../../engine/api'
import { openEngine } from '../../engine/testing'
import { defaults } from '../../state/fields'
import { bars, fields, model } from './model'

const values = defaults(fields)
let engine: Engine
let result: BpttResult
beforeAll(async () => {
  engine = await openEngine()
  result = await model.compute(engine, values)
})

describe('D1 claims, at the published defaults', () => {
  it('the shared weight gets a sum of T matrices: they add up, their norms do not', () => {
    for (let i = 0; i < 4; ++i) {
      const sum = Array.from({ length: 6 }, (_, k) => result.parts.data[4 * k + i] ?? NaN).reduce((a, b) => a + b)
      expect(sum).toBeCloseTo(result.full.data[i] ?? NaN, 12)
    }
    expect(result.sumOfNorms).toBeGreaterThan(1.01 * result.fullNorm)
  })

  it('the largest share flows through one of the late steps', () => {
    const norms = bars(values, result).map((bar) => bar.norm)
    expect(norms.indexOf(Math.max(...norms))).toBeGreaterThanOrEqual(3)
  })

  it('what comes back to a state fades with every step; the norm of a term need not', () => {
    const back = Array.from({ length: 6 }, (_, k) => Math.hypot(at(result.dh, k, 0), at(result.dh, k, 1)))
    for (let k = 1; k < 6; ++k) expect(back[k]).toBeGreaterThan(back[k - 1]!)
    const norms = bars(values, result).map((bar) => bar.norm)
    expect(norms[0]).toBe(0)
    expect(norms[1]).toBeGreaterThan(norms[2]!) // the state before step 2 is large, the one before step 3 small
    const before = (k: number) => Math.hypot(at(result.h, k - 1, 0), at(result.h, k - 1, 1))
    const slope = (k: number) => [0, 1].map((unit) => at(result.dh, k, unit) * (1 - at(result.h, k, unit) ** 2))
    for (let k = 1; k < 6; ++k) expect(norms[k]).toBeCloseTo(Math.hypot(...slope(k)) * before(k), 10)
  })

  it('all six terms are kept until truncation is asked for', () => {
    expect(bars(values, result).every((bar) => bar.kept)).toBe(true)
  })

  it('sliding truncation deletes the cells with t - k >= K, chunked those outside the chunk', async () => {
    const sliding = await model.compute(engine, { ...values, K: 3 })
    const chunked = await model.compute(engine, { ...values, K: 3, mode: 'chunked' })
    for (let t = 0; t < 6; ++t)
      for (let k = 0; k <= t; ++k) {
        expect(at(sliding.kept, k, t)).toBe(t - k < 3 ? 1 : 0)
        expect(at(chunked.kept, k, t)).toBe(Math.floor(t / 3) === Math.floor(k / 3) ? 1 : 0)
      }
    expect(sliding.truncatedNorm).not.toBeCloseTo(sliding.fullNorm, 3)
  })

  it('central differences agree', () => {
    expect(result.checkError).toBeLessThan(1e-7)
  })
})

describe('D1 view model', () => {
  it('has a bar for each step up to the asked one', async () => {
    const asked = { ...values, t: 4, K: 2 }
    const shown = bars(asked, await model.compute(engine, asked))
    expect(shown.map((bar) => [bar.step, bar.kept])).toEqual([
      [1, false],
      [2, false],
      [3, true],
      [4, true],
    ])
  })

  it('says what it shows', async () => {
    expect(model.summary(values, result)).toMatch(/step 6 for U is a sum of 6 parts; the largest flows through step \d\..*deletes nothing here/)
    const cut = { ...values, K: 3 }
    expect(model.summary(cut, await model.compute(engine, cut))).toContain('Truncation to 3 steps deletes 3 parts')
    const first = { ...values, t: 1 }
    expect(model.summary(first, await model.compute(engine, first))).toContain('is a sum of 1 part;')
  })

  it('gives tables whose rows fit their heads', () => {
    for (const table of model.tables(values, result)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })
})

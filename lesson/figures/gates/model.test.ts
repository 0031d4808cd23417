// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest'
import { at, type Engine, type GatesResult } from '../../engine/api'
import { openEngine } from '../../engine/testing'
import { defaults } from '../../state/fields'
import { folded } from './marks'
import { checked, sumOf } from './sum'
import { cellAt, characters, clampValue, drawn, fields, model, units } from './model'

const values = defaults(fields)
const held = { ...values, clamp: 'f' as const }
let engine: Engine
let free: GatesResult
let clamped: GatesResult
beforeAll(async () => {
  engine = await openEngine()
  free = await model.compute(engine, values)
  clamped = await model.compute(engine, held)
})

describe('D3 claims, at the published defaults', () => {
  it('the net knows at every character whether it is inside', () => {
    characters(values).forEach((_, t) => expect(at(free.free.inside, t) > 0.5).toBe(at(free.truth, t) === 1))
  })
  it('with f clamped to 0 inside the quotes it forgets that it is inside', () => {
    const from = values.from - 1
    expect(at(free.truth, from)).toBe(1)
    expect(at(clamped.free.inside, from)).toBeGreaterThan(0.9)
    // At the first clamped character the candidate still writes what the last h said; from the next one on nothing is left.
    expect(at(clamped.clamped!.inside, from)).toBeLessThan(at(clamped.free.inside, from))
    for (let t = from + 1; at(free.truth, t) === 1; ++t) expect(at(clamped.clamped!.inside, t)).toBeLessThan(0.01)
  })
})

describe('D3 view model', () => {
  it('obeys the equations that stand beside the drawing', () => {
    for (let step = 1; step <= characters(values).length; ++step)
      for (let unit = 0; unit < units; ++unit) {
        const { i, f, g, o, c, h, cBefore } = cellAt(drawn(free), step, unit)
        expect(c).toBeCloseTo(f * cBefore + i * g, 12)
        expect(h).toBeCloseTo(o * Math.tanh(c), 12)
      }
  })
  it('reads curly and pointed quotation marks as straight ones', async () => {
    const straight = 'He said "stay" and "go" and "wait".'
    const curly = 'He said “stay” and „go‟ and «wait».'
    expect(folded(curly)).toBe(straight)
    const [a, b] = [await model.compute(engine, { ...values, text: straight }), await model.compute(engine, { ...values, text: curly })]
    expect(b.truth).toEqual(a.truth)
    expect(b.free.inside).toEqual(a.free.inside)
    expect(at(b.truth, 10)).toBe(1)
  })
  it('draws the unit that flips at each mark', () => {
    const c = Array.from({ length: units }, (_, u) => Math.abs(cellAt(free.free, 20, u).c - cellAt(free.free, 5, u).c))
    expect(c.indexOf(Math.max(...c))).toBe(values.unit - 1)
  })
  it('takes a gate apart into its sum, and the sum gives the gate', () => {
    expect(checked(free)).toBeLessThan(1e-8)
    const sum = sumOf(free, free.free, 'f', 20, 2)
    expect(sum.terms.map((term) => term.name)).toEqual(['x is a letter', ...[1, 2, 3, 4].map((u) => `h of unit ${u}, before`), 'bias b'])
    expect(sum.bent).toBeCloseTo(at(free.free.f, 19, 1), 8)
  })
  it('keeps a gate other than g at or above 0', () => {
    expect(clampValue({ ...values, clamp: 'f', value: -0.5 })).toBe(0)
    expect(clampValue({ ...values, clamp: 'g', value: -0.5 })).toBe(-0.5)
  })
  it('says what it shows', () => {
    expect(model.summary(values, free)).toMatch(/^After character 20, .* the text is inside the quotes, and the net gives (1|0\.9)/)
    expect(model.summary(held, clamped)).toContain('With the forget gate held at 0 from character 15 on it gives 0.')
  })
  it('counts characters, not bytes', async () => {
    const asked = { ...values, text: 'é"→"', at: 50 }
    const r = await model.compute(engine, asked)
    expect(r.truth.shape).toEqual([4])
    for (const table of model.tables(asked, r)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })
})

// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest'
import { at, type BidirectionalResult, type Engine } from '../../engine/api'
import { openEngine } from '../../engine/testing'
import { defaults } from '../../state/fields'
import { countSeen, fields, forbidden, heat, model, seenBy } from './model'

const values = defaults(fields)
let engine: Engine
let result: BidirectionalResult
beforeAll(async () => {
  engine = await openEngine()
  result = await model.compute(engine, values)
})

describe('D6 claims, at the published defaults', () => {
  it('with out[:, -1] the backward half has seen exactly one input', () => {
    const [forward, backward] = seenBy({ ...values, readout: 'last' }, result)
    expect([countSeen(forward), countSeen(backward)]).toEqual([12, 1])
    expect(backward[11]).toBeGreaterThan(0)
    expect(model.summary(values, result)).toContain('12 inputs through its forward half and 1 input through its backward half')
  })
  it('the joined last states have seen all in both halves', () => {
    expect(seenBy({ ...values, readout: 'joined' }, result).map(countSeen)).toEqual([12, 12])
  })
  it('the forward half sees no future, the backward half no past', () => {
    for (let t = 0; t < 12; ++t)
      for (let s = 0; s < 12; ++s) {
        expect(at(result.forward, t, s) > 0).toBe(s <= t)
        expect(at(result.backward, t, s) > 0).toBe(s >= t)
      }
  })
})

describe('D6 view model', () => {
  it('reads one step with both its halves', () => {
    expect(seenBy({ ...values, readout: 'step', t: 4 }, result).map(countSeen)).toEqual([4, 9])
  })
  it('picks the heat of a half, and marks the future in a causal use', () => {
    expect(heat({ ...values, half: 'forward' }, result)).toBe(result.forward)
    expect(forbidden({ ...values, causal: true }, 3, 4)).toBe(true)
    expect(forbidden({ ...values, causal: true }, 3, 3)).toBe(false)
    expect(forbidden(values, 3, 4)).toBe(false)
    expect(model.summary({ ...values, causal: true }, result)).toContain('cannot be used there')
  })
  it('gives tables whose rows fit their heads', () => {
    for (const table of model.tables(values, result)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })
})

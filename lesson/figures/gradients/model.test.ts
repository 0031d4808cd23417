// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest'
import { at, type Engine } from '../../engine/api'
import { openEngine } from '../../engine/testing'
import { defaults } from '../../state/fields'
import { bandSeeds, curves, fields, model, peak, power, request, type Laboratory } from './model'

const values = { ...defaults(fields), band: false }
const tail = 99
let engine: Engine
let result: Laboratory
beforeAll(async () => {
  engine = await openEngine()
  result = await model.compute(engine, values)
})
const end = (r: Laboratory) => at(r.rnn, values.T - 1)

describe('D2 claims, at the published defaults', () => {
  it('with g = 1.2 the radius is above 1 and the gradient still vanishes', () => {
    expect(result.rho).toBeCloseTo(1.2, 6)
    expect(end(result)).toBeLessThan(-2)
    expect(model.summary(values, result)).toContain('it has vanished')
  })

  it('with weak inputs it need not', async () => {
    expect(end(await model.compute(engine, { ...values, s: 0 }))).toBeGreaterThan(0)
  })

  it('a non-normal matrix of radius 0.9 grows nineteenfold first', async () => {
    const asked = { ...values, init: 'nonnormal' as const, act: 'linear' as const, g: 1 }
    const r = await model.compute(engine, asked)
    expect(r.rho).toBeCloseTo(0.9, 9)
    expect(10 ** at(r.rnn, 0)).toBeCloseTo(5.16, 1)
    expect(10 ** peak(r.rnn).log10).toBeGreaterThan(19)
    expect(10 ** end(r)).toBeCloseTo(0.015, 3)
    expect(model.summary(asked, r)).toMatch(/On the way it grew to 19/)
  })

  it.each([2, 3, 5, 7])('gated cells of %i units have a gradient too: none is lost in what pads their vectors', async (H) => {
    const asked = { ...values, lstm: true, gru: true, H, T: 10, ...(H === 2 && { init: 'nonnormal' as const }) }
    const r = await model.compute(engine, asked)
    for (const norms of [r.lstm!, r.gru!]) expect(Array.from(norms.data).filter(Number.isFinite)).toHaveLength(10)
  })

  it('saturation kills it with the weights untouched', async () => {
    const saturated = await model.compute(engine, { ...values, s: 5 })
    expect(saturated.rho).toBe(result.rho)
    expect(end(saturated)).toBeLessThan(end(result) - 10)
    expect(at(saturated.slope, 50)).toBeLessThan(at(result.slope, 50))
  })

  it('the measured norm never passes the bound', () => {
    for (let k = 0; k < values.T; ++k) expect(at(result.rnn, k)).toBeLessThanOrEqual(at(result.bound, k) + 1e-9)
  })

  it('the reference mean over 60 draws holds in this module too, and the published seed is a typical one', async () => {
    let sum = 0
    for (let seed = 1; seed <= 60; ++seed) sum += end(await model.compute(engine, { ...values, seed }))
    expect(Math.abs(sum / 60 - -4.5)).toBeLessThan(0.6)
    expect(Math.abs(end(result) - sum / 60)).toBeLessThan(0.3)
  })

  it('the band is the lowest and the highest of twelve seeds, the shown one among them', async () => {
    const { band } = await model.compute(engine, defaults(fields))
    const ends: number[] = []
    for (let seed = 1; seed <= bandSeeds; ++seed) ends.push(end(await model.compute(engine, { ...values, seed })))
    expect([at(band!.low, tail), at(band!.high, tail)]).toEqual([Math.min(...ends), Math.max(...ends)])
    expect(at(band!.high, tail)).toBeLessThan(-2) // it vanishes with every one of them
  })
})

describe('D2 view model', () => {
  it('draws the curves that were asked for', async () => {
    expect(curves(result).map((curve) => curve.key)).toEqual(['rnn', 'bound']) // rho to the k lies on the bound
    const nonnormal = await model.compute(engine, { ...values, init: 'nonnormal', act: 'linear', g: 1 })
    expect(curves(nonnormal).map((curve) => curve.key)).toEqual(['rnn', 'rho', 'bound'])
    const asked = { ...values, T: 20, H: 4, lstm: true, gru: true }
    const shown: Laboratory[] = []
    const all = await model.compute(engine, asked, (part) => {
      if (part) shown.push(part)
      return true
    })
    expect(curves(all).map((curve) => curve.key)).toEqual(['rnn', 'bound', 'lstm', 'cell', 'gru'])
    // The RNN is shown at once; the legend keeps its places, and the words leave out what is not there yet.
    expect(shown.map((part) => curves(part).length)).toEqual([5, 5, 5])
    expect(shown.map((part) => [at(part.lstm!, 0), at(part.gru!, 0)].map(Number.isNaN))).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ])
    expect(model.summary(asked, shown[0]!)).not.toContain('LSTM')
    expect(model.summary(asked, all)).toMatch(/the LSTM’s is .* and the GRU’s is/)
  })
  it('asks for no gated cell once a slider has moved on', async () => {
    const calls: unknown[] = []
    const counting: Engine = { call: (name, request) => (calls.push(name), engine.call(name, request)) }
    await model.compute(counting, { ...values, T: 10, H: 2, lstm: true, gru: true }, () => false)
    expect(calls).toEqual(['gradients'])
  })
  it('fixes the size of the non-normal matrix', () => {
    expect(request({ ...values, init: 'nonnormal' }, 'rnn').H).toBe(2)
  })
  it('writes powers as one reads them', () => {
    expect([power(0), power(-1), power(-16.9), power(139.2), power(-Infinity)]).toEqual(['1', '0.1', '10⁻¹⁷', '10¹³⁹', '0'])
  })
  it('gives tables whose rows fit their heads', () => {
    for (const table of model.tables(values, result)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })
})

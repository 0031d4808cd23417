// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest'
import { at, heirNames, type Engine } from '../../engine/api'
import { openEngine } from '../../engine/testing'
import { defaults } from '../../state/fields'
import { rightAt } from '../quotation/model'
import type { Learned } from '../quotation/session'
import { curveOf, fields, leftAt, model, productsAt, type Heirs } from './model'

const values = defaults(fields)
let engine: Engine
let result: Heirs
beforeAll(async () => {
  engine = await openEngine()
  result = await model.compute(engine, values)
})

describe('D9 claims, at the published defaults', () => {
  it('every net of fixed size has forgotten; attention has not, and pays by the step', () => {
    expect(leftAt(result, 'rnn', 256)).toBeLessThan(1e-11)
    expect(leftAt(result, 'lstm', 256)).toBeLessThan(1e-4)
    expect(leftAt(result, 'slstm', 256)).toBeLessThan(1e-3)
    expect(leftAt(result, 'ssm', 256)).toBeLessThan(0.1)
    expect(leftAt(result, 'attention', 256)).toBeGreaterThan(0.6)
    expect(leftAt(result, 'attention', 256)).toBe(leftAt(result, 'attention', 0))
    for (const heir of heirNames) expect(productsAt(result, heir, 256) > productsAt(result, heir, 1)).toBe(heir === 'attention')
  })
  it('the gate of a minGRU forgets as fast as that of an LSTM, for a quarter of the products, and can be trained by a scan', () => {
    expect(curveOf(result.kept, 'mingru')).toEqual(curveOf(result.kept, 'lstm'))
    expect(productsAt(result, 'mingru', 1) / productsAt(result, 'lstm', 1)).toBe(0.25)
    expect(at(result.waits, heirNames.indexOf('mingru'))).toBe(8)
    expect(at(result.waits, heirNames.indexOf('lstm'))).toBe(256)
  })
  it('the exponential gate holds a marked input where the plain gate has let go of it', () => {
    expect(leftAt(result, 'slstm', 100)).toBeGreaterThan(10 * leftAt(result, 'lstm', 100))
    expect(leftAt(result, 'slstm', 20)).toBeGreaterThan(0.85)
    expect(leftAt(result, 'lstm', 20)).toBeLessThan(0.4)
  })
  it('the scan gives the states of the run step by step', () => {
    expect(result.scanDifference).toBeLessThan(1e-14)
    expect(result.scanLevels).toBe(8)
  })
})

describe('D9, trained on the quotation: claims, from each of three seeds', () => {
  const train = async (change: Partial<typeof values>) => (await model.compute(engine, { ...values, trained: true, ...change })).nets!
  const shares = (nets: readonly Learned[], D: number) => Object.fromEntries(nets.map((net) => [net.cell, rightAt({ D }, net)]))
  it.each([1, 2, 3])('over 60 characters GRU, minGRU and sLSTM answer, RNN and LSTM guess, seed %i', async (seed) => {
    const right = shares(await train({ seed }), 60)
    for (const cell of ['gru', 'mingru', 'slstm']) expect(right[cell], cell).toBeGreaterThan(0.97)
    for (const cell of ['rnn', 'lstm']) expect(right[cell], cell).toBeLessThan(0.65)
  })
  it.each([1, 2, 3])('trained at 30, the minGRU guesses at 80 and the GRU does not, seed %i', async (seed) => {
    const nets = await train({ seed, D: 30 })
    for (const cell of ['mingru', 'lstm']) expect(shares(nets, 30)[cell], cell).toBeGreaterThan(0.97)
    const far = Object.fromEntries(nets.map((net) => [net.cell, at(net.look.right!, 79)]))
    expect(far.mingru).toBeLessThan(0.65)
    expect(far.gru).toBeGreaterThan(0.97)
  })
  it('has about as many weights in each', async () => {
    expect((await train({})).map((net) => net.parameters)).toEqual([385, 369, 489, 365, 457])
  })
})

describe('D9 view model', () => {
  it('says what it shows, and its tables fit', () => {
    expect(model.summary(values, result)).toContain('nothing here is trained')
    for (const table of model.tables(values, result)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })
  it('knows when its goals are reached', async () => {
    const goal = (id: string) => model.goals!.find((g) => g.id === id)!
    expect(goal('gate').reached(values, result)).toBe(false)
    const longer = { ...values, bf: 6 }
    expect(goal('gate').reached(longer, await model.compute(engine, longer))).toBe(true)
    const short = { ...values, T: 16 }
    expect(goal('cross').reached(short, await model.compute(engine, short))).toBe(false)
    expect(goal('cross').reached(values, result)).toBe(true)
  })
})

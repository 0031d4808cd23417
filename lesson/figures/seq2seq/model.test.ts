// SPDX-License-Identifier: Apache-2.0
// The claims are measured on 60 strings of each length, drawn by a stream that the training did not see.
import { beforeAll, describe, expect, it } from 'vitest'
import { figureEntry } from '../../content/figures'
import type { Engine, Seq2SeqScore } from '../../engine/api'
import { openEngine } from '../../engine/testing'
import { defaults } from '../../state/fields'
import { changed, describe as inWords, fields, model, source, target, type Reversal } from './model'
import { netOf, presetOf, presets, shelf, shipped, variants, type Variant } from './nets'
import { longest, testPairs, testStrings, trainingPairs } from './strings'

const values = defaults(fields)
let engine: Engine
let result: Reversal
beforeAll(async () => {
  engine = await openEngine()
  result = await model.compute(engine, values)
})

async function score(variant: Variant, length: number): Promise<Seq2SeqScore> {
  const { id } = await netOf(engine, { ...values, ...presets[variant] })
  return engine.call('seq2seq.score', { ...id, pairs: new TextEncoder().encode(testPairs(length)) })
}
const exact = async (variant: Variant, length: number): Promise<number> => (await score(variant, length)).exact

/** Of the tokens after a wrong one put in at step 2, the share that is no longer what the free run says there. */
async function damage(variant: Variant): Promise<number> {
  const { id } = await netOf(engine, { ...values, ...presets[variant] })
  let [hit, all] = [0, 0]
  for (const text of testStrings(7)) {
    const { free } = await engine.call('seq2seq.run', { ...id, source: text, forced: null })
    const wrong = String((Number(free.tokens[1]) + 5) % 10)
    const { forced } = await engine.call('seq2seq.run', { ...id, source: text, forced: { step: 1, token: wrong } })
    for (let t = 2; t < free.tokens.length; ++t, ++all) hit += forced!.tokens[t] === free.tokens[t] ? 0 : 1
  }
  return hit / all
}

/** The shares that the caption names, in order: counts of the 60 strings of a length, and per cent of digits and tokens. */
const { claim } = figureEntry('d7')
const counted = [...claim.matchAll(/(\d+) of 60|all (60)/g)].map((match) => Number(match[1] ?? match[2]))
const claimed = [...claim.matchAll(/(\d+)\s%/g)].map((match) => Number(match[1]))
const measured = (share: number) => Math.round(100 * share)
const ofSixty = (share: number) => Math.round(60 * share)

describe('D7 claims, as the caption words them', () => {
  it('accuracy falls with length, within the lengths that were trained on, though many digits are right', async () => {
    const share = await Promise.all([2, 4, 6, 8, 10, 12].map((length) => exact('plain', length)))
    const { places } = await score('plain', longest)
    console.log(`plain, exact match at 2, 4, ... 12 digits: ${share.map((s) => s.toFixed(2)).join(' ')}; of 12 digits right ${places.toFixed(2)}`)
    for (let i = 1; i < share.length; ++i) expect(share[i]).toBeLessThanOrEqual(share[i - 1]!)
    expect([share[1], share[5]].map((x) => ofSixty(x!))).toEqual(counted.slice(0, 2))
    expect(measured(places)).toBe(claimed[0])
  })

  it('one forced wrong token changes tokens after it, with and without scheduled sampling', async () => {
    const shares = [await damage('plain'), await damage('sampled')].map(measured)
    console.log(`changed after one forced token: plain ${shares[0]} %, sampled ${shares[1]} %`)
    expect(shares).toEqual(claimed.slice(1, 3))
  })

  it('attention lifts the limit at the longest trained length', async () => {
    const right = ofSixty(await exact('attention', longest))
    console.log(`exact match at ${longest} digits with attention: ${right} of 60`)
    expect(right).toBe(counted[2])
    expect([claimed.length, counted.length]).toEqual([3, 3])
  })

  it('the context after the last digit is all that the plain decoder gets', () => {
    expect(result.free.alignment).toBeUndefined()
    expect(result.free.encoder.shape).toEqual([6, result.net.hidden])
  })
})

describe('D7 view model', () => {
  it('keeps digits alone', () => {
    expect(source({ ...values, source: ' 1a2-3' })).toBe('123')
    expect(source({ ...values, source: 'none' })).toBe('0')
    expect(target({ ...values, source: '123' })).toBe('321')
  })
  it('reads the default string right, and says so', () => {
    expect(model.summary(values, result)).toContain('reads 271828 and says 828172: right.')
  })
  it('names the steps that a forced token changes', async () => {
    const asked = { ...values, step: 2, token: '7' as const }
    const forced = await model.compute(engine, asked)
    expect(forced.forced!.tokens[1]).toBe('7')
    expect(changed(asked, forced)).not.toContain(2)
    expect(model.summary(asked, forced)).toContain('With 7 put in at step 2 it says')
    expect(model.summary(asked, forced)).not.toContain('1 other steps')
    for (const table of model.tables(asked, forced)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })
  it('shows five candidates for each step, best first', () => {
    result.free.topTokens.forEach((tokens, t) => {
      expect(tokens).toHaveLength(5)
      expect(result.free.tokens[t]).toBe(tokens[0])
    })
  })
  it('shows where attention looks', async () => {
    const asked = { ...values, ...presets.attention }
    const r = await model.compute(engine, asked)
    expect(r.free.alignment!.shape).toEqual([r.free.tokens.length, 6])
    for (const table of model.tables(asked, r)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })
})

describe('nets trained in the page', () => {
  const small = { ...values, H: '8' as const, tf: 0.5, steps: 60 }

  it('three are shipped, each under its settings, and the rest must be trained', () => {
    expect(variants.map((variant) => presetOf({ ...values, ...presets[variant] }))).toEqual(variants)
    expect(shipped(values)).toBe('plain')
    expect(shipped({ ...values, H: '32' })).toBeUndefined()
    expect(shipped({ ...values, steps: 40 })).toBeUndefined()
  })

  it.each([
    ['a rate in between', { tf: 0.5 }],
    ['a straight line', { feed: 'linear', tf: 0.2 }],
    ['an exponential', { feed: 'exponential', tf: 0.2 }],
    ['an inverse sigmoid', { feed: 'inverse-sigmoid', tf: 0.2 }],
    ['32 units, attention, the source from its end', { H: '32', att: true, rev: true }],
  ] as const)('learn: %s', async (_name, settings) => {
    const other = await openEngine()
    const net = await netOf(other, { ...values, H: '8', ...settings, steps: 60 })
    const { loss, rate, step } = net.training!
    expect(step).toBe(60)
    expect(loss[59]).toBeLessThan(0.9 * loss[0]!)
    if (!('feed' in settings)) expect(new Set(rate).size).toBe(1)
    else for (let i = 1; i < 60; ++i) expect(rate[i]).toBeLessThan(rate[i - 1]!)
    expect(net.reverse).toBe('rev' in settings)
    expect(net.attention).toBe('att' in settings ? 'dot' : 'none')
    expect(net.hidden).toBe('H' in settings ? 32 : 8)
  })

  it('are the same however they are reached: at once, in parts, or from a link', async () => {
    const once = await model.compute(engine, small)
    const parts = await openEngine()
    const own = await shelf(parts).own(small, 0)
    await own.reach(30, (training) => training.step < 20)
    expect(own.step).toBe(20)
    const again = await model.compute(parts, small)
    expect(again.free).toEqual(once.free)
    expect(again.net.training!.loss).toEqual(once.net.training!.loss)
    expect(model.summary(small, again)).toContain('It was trained here for 60 steps.')
    for (const table of model.tables(small, again)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })

  it('say so when they are not trained', async () => {
    const untrained = { ...small, steps: 0 }
    expect(model.summary(untrained, await model.compute(engine, untrained))).toContain('It has not been trained.')
    expect(inWords({ ...values, feed: 'linear', tf: 0, rev: true })).toBe(
      'one vector, 16 units, source read from its end, scheduled sampling down to 0\u00a0%',
    )
  })

  it('the strings they learn from hold none of the longer ones they are tested on', () => {
    const known = new Set(
      trainingPairs(8000)
        .split('\n')
        .map((text) => text.split('\t')[0]),
    )
    for (const length of [6, 8, 10, 12]) for (const text of testStrings(length)) expect(known.has(text)).toBe(false)
  })
})

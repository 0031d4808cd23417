// SPDX-License-Identifier: Apache-2.0
// The claims are measured on 60 strings of each length, drawn by a fixed stream that the training did not see.
import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../engine/api'
import { openEngine } from '../../engine/testing'
import { defaults } from '../../state/fields'
import { changed, fields, model, openVariant, source, target, type Reversal, type Variant } from './model'

const values = defaults(fields)
const trained = 12
const each = 60

function strings(length: number): string[] {
  let state = 4242 + length
  const digit = () => {
    state = (Math.imul(state, 22695477) + 1) >>> 0
    return Math.floor((state / 2 ** 32) * 10)
  }
  return Array.from({ length: each }, () => Array.from({ length }, digit).join(''))
}

let engine: Engine
let result: Reversal
beforeAll(async () => {
  engine = await openEngine()
  result = await model.compute(engine, values)
})

async function exact(variant: Variant, length: number): Promise<number> {
  const { model: net } = await openVariant(engine, variant)
  let right = 0
  for (const text of strings(length)) {
    const { free } = await engine.call('seq2seq.run', { model: net, source: text, forced: null })
    right += free.output === [...text].reverse().join('') ? 1 : 0
  }
  return right / each
}

/** Of the tokens after a wrong one put in at step 2, the share that is no longer what the free run says there. */
async function damage(variant: Variant): Promise<number> {
  const { model: net } = await openVariant(engine, variant)
  let [hit, all] = [0, 0]
  for (const text of strings(7)) {
    const { free } = await engine.call('seq2seq.run', { model: net, source: text, forced: null })
    const wrong = String((Number(free.tokens[1]) + 5) % 10)
    const { forced } = await engine.call('seq2seq.run', { model: net, source: text, forced: { step: 1, token: wrong } })
    for (let t = 2; t < free.tokens.length; ++t, ++all) hit += forced!.tokens[t] === free.tokens[t] ? 0 : 1
  }
  return hit / all
}

describe('D7 claims', () => {
  it('accuracy falls with length, within the lengths that were trained on', async () => {
    const share = await Promise.all([2, 4, 6, 8, 10, 12].map((length) => exact('plain', length)))
    console.log(`plain, exact match at 2, 4, ... 12 digits: ${share.map((s) => s.toFixed(2)).join(' ')}`)
    expect(share[0]).toBeGreaterThan(0.95)
    expect(share[3]).toBeLessThan(share[0]! - 0.05)
    expect(share[5]).toBeLessThan(0.3)
  })

  it('attention lifts the limit at the longest trained length', async () => {
    const [plain, attention] = [await exact('plain', trained), await exact('attention', trained)]
    console.log(`exact match at ${trained} digits: plain ${plain.toFixed(2)}, attention ${attention.toFixed(2)}`)
    expect(attention).toBeGreaterThan(plain + 0.05)
    expect(attention).toBeGreaterThan(0.9)
  })

  it('one forced wrong token changes tokens after it; scheduled sampling is measured beside it', async () => {
    const [plain, sampled] = [await damage('plain'), await damage('sampled')]
    console.log(`changed after one forced token: plain ${(100 * plain).toFixed(0)} %, sampled ${(100 * sampled).toFixed(0)} %`)
    expect(plain).toBeGreaterThan(0)
    expect(sampled).toBeLessThan(1)
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
    for (const table of model.tables(asked, forced)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })
  it('shows five candidates for each step, best first', () => {
    result.free.topTokens.forEach((tokens, t) => {
      expect(tokens).toHaveLength(5)
      expect(result.free.tokens[t]).toBe(tokens[0])
    })
  })
  it('shows where attention looks', async () => {
    const asked = { ...values, net: 'attention' as const }
    const r = await model.compute(engine, asked)
    expect(r.free.alignment!.shape).toEqual([r.free.tokens.length, 6])
    for (const table of model.tables(asked, r)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })
})

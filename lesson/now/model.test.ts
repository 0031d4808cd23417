// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EngineModule } from '../engine/module'
import { wasmBytes, wasmPath } from '../engine/testing'
import { numbersOf, sample, told } from './model'

describe('numbersOf', () => {
  it.each([
    ['1 2 3', [1, 2, 3]],
    ['1, 2, 3.5', [1, 2, 3.5]],
    ['1,2,3', [1, 2, 3]],
    ['1\n2\n-3e2\n', [1, 2, -300]],
    ['1,5 2,5 3', [1.5, 2.5, 3]],
    ['1,5; 2,5; 3', [1.5, 2.5, 3]],
  ])('reads %j', (text, values) => expect(numbersOf(text)).toEqual(values))

  it('says what is wrong', () => {
    expect(() => numbersOf('1 2')).toThrow('at least 3 numbers are needed, and 2 are there')
    expect(() => numbersOf('')).toThrow('0 are there')
    expect(() => numbersOf('1 2 x 4')).toThrow('“x” is not a number')
  })
})

describe('the net', () => {
  it('goes on with a weekly series, with intervals in order', async () => {
    const module = await EngineModule.open(wasmBytes(wasmPath('now')))
    expect(() => module.call('now.forecast', { values: [1, 2, 3], horizon: 2 })).toThrow('now.open comes first')
    expect(() => module.call('now.open', { weights: new Uint8Array(9) })).toThrow('now.safetensors')
    module.call('now.open', {
      weights: new Uint8Array(readFileSync(new URL('../../recurra/tasks/forecast/now/weights.safetensors', import.meta.url))),
    })
    const values = numbersOf(sample)
    const next = module.call('now.forecast', { values, horizon: 14 })
    expect(next.season).toBe(7)
    for (let h = 0; h < 14; ++h) {
      const row = [next.low95, next.low80, next.median, next.high80, next.high95].map((each) => each.data[h]!)
      expect(row).toEqual([...row].sort((a, b) => a - b))
      expect(Math.abs(row[2]! - values[56 - 7 + (h % 7)]!)).toBeLessThan(12)
    }
    expect(told(next)).toContain('14 steps ahead it is')
    expect(told(next)).toContain('a season of 7 steps')
    expect(() => module.call('now.forecast', { values: [1, 2], horizon: 2 })).toThrow('numbers in "values"')
  })
})

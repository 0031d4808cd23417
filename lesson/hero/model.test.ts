// SPDX-License-Identifier: Apache-2.0
import { beforeAll, expect, it } from 'vitest'
import type { Engine } from '../engine/api'
import { openEngine } from '../engine/testing'
import { beliefs, believe, firstPlace, standard, summary } from './model'

let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})

it('the net knows at every character of the standard sentence whether it is inside', async () => {
  const result = await believe(engine, standard)
  expect(summary(standard, result)).toBe(
    'It is right after each of 31 characters, 12 of them inside quotation marks. All that it knows of the mark is a number that it carries along.',
  )
})

it('erased for one step it has forgotten a character later, and takes the closing mark for an opening one', async () => {
  const erased = { ...standard, erased: firstPlace }
  const result = await believe(engine, erased)
  const believed = beliefs(result)
  expect(believed[firstPlace - 2]).toBeGreaterThan(0.9)
  for (let t = firstPlace; t < 21; ++t) expect(believed[t]).toBeLessThan(0.5)
  expect(believed[22]).toBeGreaterThan(0.5)
  expect(summary(erased, result)).toMatch(/erased at “.”: from character 1[5-7] on it is wrong .* takes the closing mark for an opening one/)
})

it('erased outside of a quotation it has lost nothing', async () => {
  const erased = { ...standard, erased: 3 }
  expect(summary(erased, await believe(engine, erased))).toContain('there was nothing there to forget')
})

it('reads any text, of curly marks or of none', async () => {
  for (const text of ['no marks at all', '“curly”', '"', 'é→"x"', 'a'.repeat(60)]) {
    const state = { text, erased: 0 }
    expect(summary(state, await believe(engine, state)).length).toBeGreaterThan(20)
  }
  expect(summary({ text: 'no marks', erased: 0 }, await believe(engine, { text: 'no marks', erased: 0 }))).toBe('It sees no quotation. Type one.')
})

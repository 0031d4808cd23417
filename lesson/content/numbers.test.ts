// SPDX-License-Identifier: Apache-2.0
// The numbers that the lesson states, computed once more by PyTorch and NumPy (tools/make_fixtures/lesson_numbers.py): a caption cannot drift
// from either computation.
import { beforeAll, describe, expect, it } from 'vitest'
import { at, type BpttResult, type Engine } from '../engine/api'
import { openEngine } from '../engine/testing'
import * as bptt from '../figures/bptt/model'
import * as cells from '../figures/cells/model'
import * as gates from '../figures/gates/model'
import * as gradients from '../figures/gradients/model'
import * as memory from '../figures/memory/model'
import * as train from '../figures/train/model'
import { beliefs, believe, firstPlace, standard } from '../hero/model'
import { defaults } from '../state/fields'
import { items } from './quiz'
import numbers from './numbers.json'

let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})
const same = (found: ArrayLike<number>, wanted: number[], places = 9) => {
  expect(found).toHaveLength(wanted.length)
  wanted.forEach((value, i) => expect(found[i], String(i)).toBeCloseTo(value, places))
}
const count = (x: unknown): number =>
  typeof x === 'number' ? 1 : typeof x === 'object' && x ? Object.values(x).reduce((n: number, y) => n + count(y), 0) : 0

describe('numbers that PyTorch and NumPy computed too', () => {
  it('are at least sixty', () => expect(count(numbers)).toBeGreaterThanOrEqual(60))

  it('diagram 1: states, losses, every cell of the triangle, gradients', async () => {
    const found: BpttResult = await bptt.model.compute(engine, { ...defaults(bptt.fields), K: 3 })
    same(found.h.data, numbers.bptt.states.flat())
    same(found.losses.data, numbers.bptt.losses)
    numbers.bptt.norms.forEach((row, k) => row.forEach((norm, t) => norm !== null && expect(at(found.norms, k, t)).toBeCloseTo(norm, 9)))
    same(
      numbers.bptt.arrivals.map((_, k) => Math.hypot(at(found.dh, k, 0), at(found.dh, k, 1))),
      numbers.bptt.arrivals,
    )
    same(found.full.data, numbers.bptt.full)
    same(found.truncated.data, numbers.bptt.truncated)
    same(
      [found.fullNorm, found.truncatedNorm, found.sumOfNorms, found.cosine],
      [numbers.bptt.fullNorm, numbers.bptt.truncatedNorm, numbers.bptt.sumOfNorms, numbers.bptt.cosine],
    )
  })

  it('diagram 2: the powers of the non-normal matrix', async () => {
    const values = { ...defaults(gradients.fields), init: 'nonnormal' as const, act: 'linear' as const, g: 1, band: false }
    const found = await gradients.model.compute(engine, values)
    for (const [k, norm] of Object.entries(numbers.nonnormal)) expect(10 ** at(found.rnn, Number(k) - 1) / norm).toBeCloseTo(1, 9)
  })

  it('diagram 3 and the sentence under the title: what the net believes, character by character', async () => {
    const found = await gates.model.compute(engine, defaults(gates.fields))
    same(found.free.inside.data, numbers.quotes, 8)
    same(beliefs(await believe(engine, { ...standard, erased: firstPlace })), numbers.erased, 8)
  })

  it('diagram 4: half-lives, the cell state after a pulse, and the gradient of the last one', async () => {
    for (const [bf, steps] of numbers.halfLives.entries())
      expect(at((await memory.model.compute(engine, { ...defaults(memory.fields), bf })).halfLife, 0)).toBeCloseTo(steps, 9)
    const found = await memory.model.compute(engine, defaults(memory.fields))
    numbers.memory.steps.forEach((t, i) => {
      expect(at(found.c, t, 0) / numbers.memory.c[i]!, `c, step ${t}`).toBeCloseTo(1, 9)
      expect(at(found.full, t) / numbers.memory.gradient[i]!, `gradient, step ${t}`).toBeCloseTo(1, 9)
    })
  })

  it('diagram 5: the states of the three cells on the tape, and their counts of parameters', async () => {
    const found = await cells.model.compute(engine, defaults(cells.fields))
    expect(found.parameters).toMatchObject(numbers.parameters)
    same(found.rnn.h.data, numbers.tapes.rnn)
    same(found.gru.h.data, numbers.tapes.gru)
    same(found.lstm.h.data, numbers.tapes.lstm)
    same(found.lstm.c.data, numbers.tapes.cell)
  })

  it.each([24, 168])('diagram 8: the rivals of the net, at a window of %i', async (T) => {
    const found = (await train.model.compute(engine, { ...defaults(train.fields), T, steps: 0 })) as Extract<train.TrainResult, { mode: 'forecast' }>
    const { lag1, lag24, lag168, ridge24, ridge168 } = numbers.rivals
    same(
      found.progress.look.rivals.map((rival) => rival.mae.oneStep),
      [lag1, lag24, lag168, T === 24 ? ridge24 : ridge168],
      6,
    )
  })

  it('the questions with a number', () => {
    for (const [id, answer] of Object.entries(numbers.quiz)) {
      const item = items.find((i) => i.id === id)
      expect(item?.kind === 'numeric' && Math.abs(item.answer - answer) <= item.tolerance / 2, id).toBe(true)
    }
    expect(1 / numbers.shrunk).toBeCloseTo(33_884, -1)
  })
})

// SPDX-License-Identifier: Apache-2.0
// What the caption of the race says, from the starts that its buttons set.
import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../engine/api'
import { openEngine } from '../../engine/testing'
import { defaults } from '../../state/fields'
import { cells, fields, model, raceShares, type TrainResult } from './model'

const values = { ...defaults(fields), mode: 'race' as const, steps: 400 }
let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})

/** In how many of the three races RNN, GRU and LSTM hold the bit. */
async function held(T: number, bf: number): Promise<number[]> {
  const asked = { ...values, T, bf }
  const raced = (await model.compute(engine, asked)) as Extract<TrainResult, { mode: 'race' }>
  for (const table of model.tables(asked, raced)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  const counts = cells.map((cell) => raceShares(raced.races, cell).filter((share) => share > 0.95).length)
  expect(model.summary(asked, raced)).toContain(`RNN ${counts[0]}, GRU ${counts[1]}, LSTM ${counts[2]}`)
  return counts
}

describe('D8 claims of the race, at equal size and from three seeds', { timeout: 300_000 }, () => {
  it('from PyTorch’s start GRU and LSTM learn nothing over 24 steps, where the RNN does', async () => {
    expect(await held(24, 0)).toEqual([3, 0, 0])
  })
  it('from a forget bias of 3 they hold the bit over 50 steps', async () => {
    expect((await held(50, 3)).slice(1)).toEqual([3, 3])
  })
  it('over 100 steps the GRU alone holds it every time', async () => {
    expect(await held(100, 3)).toEqual([2, 3, 1])
  })
  it('from a forget bias of 5 the LSTM holds it over 100 steps too', async () => {
    expect((await held(100, 5)).slice(1)).toEqual([3, 3])
  })
})

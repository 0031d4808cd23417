// SPDX-License-Identifier: Apache-2.0
// The numbers under the key formulas: one step of each cell, one unit, after a short fixed past. All come from the engine.
import { at, type Engine } from '../engine/api'

export interface FormulaNumbers {
  x: number
  rnn: { h: number; before: number }
  lstm: { f: number; i: number; g: number; o: number; c: number; h: number; before: number }
  gru: { z: number; n: number; h: number; before: number }
}

export const past = [1, -0.5, 0.8]
export const standard = 0.5
export const least = -2
export const most = 2

export async function formulaNumbers(engine: Engine, x: number): Promise<FormulaNumbers> {
  const { rnn, lstm, gru } = await engine.call(
    'cells',
    { inputs: [...past, x], weights: 'random', H: 1, zConvention: 'pytorch', reset: 'after', seed: 3 },
    { lane: 'formulas' },
  )
  const last = past.length
  return {
    x,
    rnn: { h: at(rnn.h, last, 0), before: at(rnn.h, last - 1, 0) },
    lstm: {
      f: at(lstm.f, last, 0),
      i: at(lstm.i, last, 0),
      g: at(lstm.g, last, 0),
      o: at(lstm.o, last, 0),
      c: at(lstm.c, last, 0),
      h: at(lstm.h, last, 0),
      before: at(lstm.c, last - 1, 0),
    },
    gru: { z: at(gru.z, last, 0), n: at(gru.n, last, 0), h: at(gru.h, last, 0), before: at(gru.h, last - 1, 0) },
  }
}

// SPDX-License-Identifier: Apache-2.0
// The weighted sum behind one gate of one unit at one character, from the weights that the engine gives.
import { at, type GatesResult, type GateTrace } from '../../engine/api'
import { summed, type Sum } from '../../parts/sum'

/** In the order of the engine's rows. */
const gateLetters = ['i', 'f', 'g', 'o'] as const
const kinds = ['a quotation mark', 'a letter', 'a digit', 'a space', 'any other']

/** `step` and `unit` from 1. */
export function sumOf(result: GatesResult, trace: GateTrace, letter: (typeof gateLetters)[number], step: number, unit: number): Sum {
  const row = 4 * gateLetters.indexOf(letter) + unit - 1
  const kind = kinds.findIndex((_, i) => at(result.x, step - 1, i) === 1)
  const terms = [
    { name: `x is ${kinds[kind]}`, weight: result.W.data[5 * row + kind] ?? NaN, value: 1 },
    ...[0, 1, 2, 3].map((u) => ({
      name: `h of unit ${u + 1}, before`,
      weight: result.U.data[4 * row + u] ?? NaN,
      value: step > 1 ? at(trace.h, step - 2, u) : 0,
    })),
    { name: 'bias b', weight: result.b.data[row] ?? NaN, value: 1 },
  ]
  return summed(terms, letter === 'g' ? 'tanh' : 'σ')
}

/** The largest difference between the sums and the engine's gates, over every character, gate and unit of the free run. */
export function checked(result: GatesResult): number {
  let most = 0
  for (let step = 1; step <= (result.truth.shape[0] ?? 0); ++step)
    for (const letter of gateLetters)
      for (let unit = 1; unit <= 4; ++unit)
        most = Math.max(most, Math.abs(sumOf(result, result.free, letter, step, unit).bent - at(result.free[letter], step - 1, unit - 1)))
  return most
}

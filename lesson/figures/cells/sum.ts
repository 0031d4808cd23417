// SPDX-License-Identifier: Apache-2.0
// The weighted sum behind one gate of one unit at one step of the tape, from the weights that the engine gives.
import { at, type CellName, type CellsResult } from '../../engine/api'
import type { Quantity } from '../../parts/quantities'
import { summed, type Sum } from '../../parts/sum'
import type { Values } from '../../state/fields'
import { tape, type fields } from './model'

export interface Gate {
  letter: string
  quantity: Quantity
  bend: Sum['bend']
  /** What it does, in a word or two. */
  role: string
}

/** In the order of the engine's rows. The GRU's take the colours of what they stand for. */
export const gates: Record<CellName, readonly Gate[]> = {
  rnn: [{ letter: 'h', quantity: 'h', bend: 'tanh', role: 'the new state' }],
  lstm: [
    { letter: 'i', quantity: 'i', bend: 'σ', role: 'let in' },
    { letter: 'f', quantity: 'f', bend: 'σ', role: 'keep' },
    { letter: 'g', quantity: 'g', bend: 'tanh', role: 'candidate' },
    { letter: 'o', quantity: 'o', bend: 'σ', role: 'show' },
  ],
  gru: [
    { letter: 'r', quantity: 'i', bend: 'σ', role: 'old state in the candidate' },
    { letter: 'z', quantity: 'f', bend: 'σ', role: 'keep' },
    { letter: 'n', quantity: 'g', bend: 'tanh', role: 'candidate' },
  ],
}

/** What the engine gives for a gate; `step` from 1, `unit` from 0. */
export const gateValue = (result: CellsResult, cell: CellName, letter: string, step: number, unit: number): number =>
  at((result[cell] as Record<string, CellsResult['rnn']['h']>)[letter]!, step - 1, unit)

/** `step` from 1, `unit` from 0. */
export function sumOf(values: Values<typeof fields>, result: CellsResult, cell: CellName, letter: string, step: number, unit: number): Sum {
  const units = result[cell].h.shape[1] ?? 1
  const which = gates[cell].findIndex((gate) => gate.letter === letter)
  const row = which * units + unit
  const { W, U, b, bh } = result.weights[cell]
  const before = (u: number) => (step > 1 ? at(result[cell].h, step - 2, u) : 0)
  /** The part of the old state that the candidate of a GRU sees. */
  const seen = (u: number) => (letter === 'n' ? at(result.gru.r, step - 1, u) : 1)
  const after = values.reset === 'after'
  const terms = [
    { name: 'input x', weight: W.data[row] ?? NaN, value: tape(values)[step - 1] ?? NaN },
    ...Array.from({ length: units }, (_, u) => ({
      name: `${letter === 'n' ? 'r · ' : ''}h of unit ${u + 1}, before`,
      weight: U.data[row * units + u] ?? NaN,
      value: before(u) * seen(after ? unit : u),
    })),
    { name: 'bias of the input', weight: b.data[row] ?? NaN, value: 1 },
    {
      name: letter === 'n' && after ? 'r · bias of the state' : 'bias of the state',
      weight: bh.data[row] ?? NaN,
      value: after ? seen(unit) : 1,
    },
  ]
  return summed(terms, gates[cell][which]!.bend)
}

/** The largest difference between the sums and the engine's gates, over every step, cell, gate and unit. */
export function sumsChecked(values: Values<typeof fields>, result: CellsResult): number {
  let most = 0
  for (const cell of ['rnn', 'lstm', 'gru'] as const)
    for (const { letter } of gates[cell])
      for (let step = 1; step <= (result.rnn.h.shape[0] ?? 0); ++step)
        for (let unit = 0; unit < (result[cell].h.shape[1] ?? 0); ++unit)
          most = Math.max(most, Math.abs(sumOf(values, result, cell, letter, step, unit).bent - gateValue(result, cell, letter, step, unit)))
  return most
}

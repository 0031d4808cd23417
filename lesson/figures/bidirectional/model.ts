// SPDX-License-Identifier: Apache-2.0
// D6, "who can see what": its fields, its request, its words and tables. No drawing.
import { at, type BidirectionalResult, type Engine, type Numbers } from '../../engine/api'
import { plural } from '../../parts/format'
import { choice, flag, integer, type Values } from '../../state/fields'
import type { FigureModel, Table } from '../../state/figure.svelte'

export const fields = {
  T: integer(12, 2, 24),
  H: integer(8, 1, 16),
  half: choice('both', ['forward', 'backward', 'both']),
  readout: choice('last', ['step', 'last', 'joined']),
  /** For readout "step": which output, from 1. */
  t: integer(6, 1, 24),
  /** Marks what a causal use may not see: inputs after the output's step. */
  causal: flag(false),
  seed: integer(1, 0, 9999),
}

export const heat = (values: Values<typeof fields>, result: BidirectionalResult): Numbers =>
  values.half === 'forward' ? result.forward : values.half === 'backward' ? result.backward : result.both

export const shownStep = (values: Values<typeof fields>): number => Math.min(values.t, values.T)

/** Of each half, what the chosen readout has seen of each input: [forward, backward][s]. */
export function seenBy(values: Values<typeof fields>, result: BidirectionalResult): [number[], number[]] {
  const row = (numbers: Numbers, index: number) => Array.from({ length: values.T }, (_, s) => at(numbers, index, s))
  if (values.readout === 'last') return [row(result.last, 0), row(result.last, 1)]
  if (values.readout === 'joined') return [row(result.joined, 0), row(result.joined, 1)]
  const step = shownStep(values) - 1
  return [row(result.forward, step), row(result.backward, step)]
}

export const countSeen = (row: number[]): number => row.filter((v) => v > 0).length

/** Whether output t (from 0) may not use input s where the future is not known yet. */
export const forbidden = (values: Values<typeof fields>, t: number, s: number): boolean => values.causal && s > t && values.half !== 'forward'

const readoutNames = { last: 'The last row of the output, out[:, −1],', joined: 'The joined last states' } as const

export const model: FigureModel<typeof fields, BidirectionalResult> = {
  id: 'd6',
  fields,
  goals: [
    {
      id: 'all',
      text: 'Read the net so that both halves have seen every input.',
      reached: (values, result) => seenBy(values, result).every((half) => countSeen(half) === values.T),
    },
    {
      id: 'causal',
      text: 'Find a reading that sees no input after it, as a forecast must.',
      reached: (values) => values.causal && values.readout === 'step' && values.half === 'forward',
    },
  ],
  limits: (values) => ({ t: values.T }),
  compute: (engine: Engine, values) => engine.call('bidirectional', { T: values.T, H: values.H, seed: values.seed }, { lane: 'd6' }),
  summary(values, result) {
    const [forward, backward] = seenBy(values, result)
    const name = values.readout === 'step' ? `The output at step ${shownStep(values)}` : readoutNames[values.readout]
    const causal =
      values.causal && values.half !== 'forward'
        ? ' In a causal use everything above the diagonal is not known yet: a backward half cannot be used there.'
        : ''
    return `${name} has seen ${plural(countSeen(forward), 'input')} through its forward half and ${plural(countSeen(backward), 'input')} through its backward half, of ${values.T}.${causal}`
  },
  tables(values, result) {
    const [forward, backward] = seenBy(values, result)
    const inputs = Array.from({ length: values.T }, (_, s) => s)
    const square = (caption: string, numbers: Numbers): Table => ({
      caption,
      head: ['output at step', ...inputs.map((s) => `input ${s + 1}`)],
      rows: inputs.map((t) => [t + 1, ...inputs.map((s) => at(numbers, t, s))]),
    })
    return [
      {
        caption: 'What the chosen readout has seen of each input',
        head: ['input', 'forward half', 'backward half'],
        rows: inputs.map((s) => [s + 1, forward[s] ?? NaN, backward[s] ?? NaN]),
      },
      square(`|dy/dx|, ${values.half === 'both' ? 'both halves' : `${values.half} half`}`, heat(values, result)),
    ]
  },
}

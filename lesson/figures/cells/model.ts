// SPDX-License-Identifier: Apache-2.0
// D5, GRU, LSTM and RNN on one tape: its fields, its request, its words and tables. No drawing.
import { at, type CellsRequest, type CellsResult, type Engine, type Numbers } from '../../engine/api'
import { digits } from '../../parts/format'
import { choice, integer, type Values } from '../../state/fields'
import type { FigureModel, Table } from '../../state/figure.svelte'

export const fields = {
  input: choice('pulses', ['pulses', 'sine', 'latch', 'noise']),
  weights: choice('counter', ['counter', 'random']),
  T: integer(40, 5, 100),
  H: integer(1, 1, 8),
  z: choice('pytorch', ['pytorch', 'chung']),
  reset: choice('after', ['after', 'before']),
  /** The unit that the lanes show, and the step that the cell drawings show; from 1. */
  unit: integer(1, 1, 8),
  at: integer(12, 1, 100),
  seed: integer(1, 0, 9999),
}

/** The input tape. pulses: a 1 at every third step. latch: one 1, then small noise. Noise is a fixed function of the seed. */
export function tape(values: Values<typeof fields>): number[] {
  const noise = (t: number) => {
    // A few rounds of integer mixing: whole numbers are exact in every browser.
    let x = (values.seed * 2654435761 + (t + 1) * 40503) >>> 0
    for (let round = 0; round < 3; ++round) x = Math.imul(x ^ (x >>> 15), 2246822519) >>> 0
    return (x / 2 ** 32) * 2 - 1
  }
  const at = (t: number): number => {
    if (values.input === 'pulses') return t % 3 === 0 ? 1 : 0
    if (values.input === 'sine') return [0, 0.5, 0.87, 1, 0.87, 0.5, 0, -0.5, -0.87, -1, -0.87, -0.5][t % 12] ?? 0
    if (values.input === 'latch') return t === 0 ? 1 : 0.1 * noise(t)
    return noise(t)
  }
  return Array.from({ length: values.T }, (_, t) => at(t))
}

/** The counter has one unit. */
export const size = (values: Values<typeof fields>): number => (values.weights === 'counter' ? 1 : values.H)
export const shownUnit = (values: Values<typeof fields>): number => Math.min(values.unit, size(values))
export const shownStep = (values: Values<typeof fields>): number => Math.min(values.at, values.T)

export const request = (values: Values<typeof fields>): CellsRequest => ({
  inputs: tape(values),
  weights: values.weights,
  H: size(values),
  zConvention: values.z,
  reset: values.reset,
  seed: values.seed,
})

export interface Lane {
  cell: 'rnn' | 'lstm' | 'gru'
  key: 'h' | 'c' | 'f' | 'i' | 'o' | 'g'
  /** The letter in the formulas. */
  name: string
  /** Gates and states that stay within known limits; c has none. */
  range: [number, number] | null
  values: Numbers
}

/** The lanes under the tape. The GRU's gates take the colours of what they stand for: z of f, r of i, n of g. */
export function lanes(result: CellsResult): Lane[] {
  const { rnn, lstm, gru } = result
  return [
    { cell: 'rnn', key: 'h', name: 'h', range: [-1, 1], values: rnn.h },
    { cell: 'lstm', key: 'f', name: 'f', range: [0, 1], values: lstm.f },
    { cell: 'lstm', key: 'i', name: 'i', range: [0, 1], values: lstm.i },
    { cell: 'lstm', key: 'g', name: 'g', range: [-1, 1], values: lstm.g },
    { cell: 'lstm', key: 'o', name: 'o', range: [0, 1], values: lstm.o },
    { cell: 'lstm', key: 'c', name: 'c', range: null, values: lstm.c },
    { cell: 'lstm', key: 'h', name: 'h', range: [-1, 1], values: lstm.h },
    { cell: 'gru', key: 'f', name: 'z', range: [0, 1], values: gru.z },
    { cell: 'gru', key: 'i', name: 'r', range: [0, 1], values: gru.r },
    { cell: 'gru', key: 'g', name: 'n', range: [-1, 1], values: gru.n },
    { cell: 'gru', key: 'h', name: 'h', range: [-1, 1], values: gru.h },
  ]
}

const largest = (numbers: Numbers): number => numbers.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0)

/** The largest difference between the states and what the last line of each cell makes of its gates. */
export function checked(values: Values<typeof fields>, { lstm, gru }: CellsResult): number {
  let most = 0
  const [steps, units] = [lstm.h.shape[0] ?? 0, lstm.h.shape[1] ?? 0]
  const before = (numbers: Numbers, t: number, u: number) => (t > 0 ? at(numbers, t - 1, u) : 0)
  for (let t = 0; t < steps; ++t)
    for (let u = 0; u < units; ++u) {
      const c = at(lstm.f, t, u) * before(lstm.c, t, u) + at(lstm.i, t, u) * at(lstm.g, t, u)
      const z = values.z === 'pytorch' ? at(gru.z, t, u) : 1 - at(gru.z, t, u)
      const h = z * before(gru.h, t, u) + (1 - z) * at(gru.n, t, u)
      most = Math.max(
        most,
        Math.abs(c - at(lstm.c, t, u)),
        Math.abs(at(lstm.o, t, u) * Math.tanh(c) - at(lstm.h, t, u)),
        Math.abs(h - at(gru.h, t, u)),
      )
    }
  return most
}

export const model: FigureModel<typeof fields, CellsResult> = {
  id: 'd5',
  fields,
  goals: [
    { id: 'count', text: 'Make c count beyond 30.', reached: (_values, { lstm }) => largest(lstm.c) > 30 },
    {
      id: 'differ',
      text: 'With one set of weights, change what the GRU does by where its reset acts.',
      reached: (values, { gru }) => values.reset === 'before' && values.weights === 'random' && gru.r.data.some((r) => Math.abs(r - 0.5) > 0.05),
    },
  ],
  limits: (values) => ({ at: values.T, unit: size(values) }),
  compute: (engine: Engine, values) => engine.call('cells', request(values), { lane: 'd5' }),
  summary(values, result) {
    const p = result.parameters
    return (
      `Over ${values.T} steps of the same input the LSTM’s c reaches ${digits(largest(result.lstm.c))}; no h leaves −1 to 1: ` +
      `RNN ${digits(largest(result.rnn.h))}, LSTM ${digits(largest(result.lstm.h))}, GRU ${digits(largest(result.gru.h))}. ` +
      `With 32 units and one input they have ${digits(p.rnn)}, ${digits(p.lstm)} and ${digits(p.gru)} parameters.`
    )
  },
  tables(values, result): Table[] {
    const input = tape(values)
    const shown = lanes(result)
    const unit = shownUnit(values) - 1
    return [
      {
        caption: `Every lane of unit ${unit + 1}, step by step`,
        head: ['step', 'x', ...shown.map((lane) => `${lane.cell.toUpperCase()} ${lane.name}`)],
        rows: input.map((x, t) => [t + 1, x, ...shown.map((lane) => at(lane.values, t, unit))]),
      },
      {
        caption: 'Parameters of one layer with one input and both biases',
        head: ['units', 'RNN', 'GRU', 'LSTM'],
        rows: [
          [32, result.parameters.rnn, result.parameters.gru, result.parameters.lstm],
          [size(values), result.parametersHere.rnn, result.parametersHere.gru, result.parametersHere.lstm],
        ],
      },
    ]
  },
}

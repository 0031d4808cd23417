// SPDX-License-Identifier: Apache-2.0
// D3, the LSTM gate bench: its fields, its request, what the cell drawing reads, its words and tables. No drawing.
import { at, type Engine, type GatesRequest, type GatesResult, type GateTrace } from '../../engine/api'
import { digits, fixed } from '../../parts/format'
import { choice, integer, number, text, type Values } from '../../state/fields'
import type { FigureModel } from '../../state/figure.svelte'
import { folded } from './marks'

export const units = 4

export const fields = {
  text: text('He said "stay a little longer" and left.', 120),
  /** The step that the cell drawing shows, from 1. */
  at: integer(20, 1, 120),
  clamp: choice('none', ['none', 'f', 'i', 'g', 'o']),
  value: number(0, -1, 1),
  /** The step from which the gate is held, from 1. */
  from: integer(15, 1, 120),
  /** The unit that the cell drawing shows. The second is the one that flips at each mark. */
  unit: integer(2, 1, units),
}

/** Characters as the engine counts them: code points. */
export const characters = (values: Values<typeof fields>): string[] => Array.from(values.text)

/** The step shown, within the text. */
export const shownStep = (values: Values<typeof fields>): number => Math.min(values.at, characters(values).length)

/** f, i and o lie in [0, 1]; only g may be negative. */
export const clampValue = (values: Values<typeof fields>): number => (values.clamp === 'g' ? values.value : Math.max(0, values.value))

export function request(values: Values<typeof fields>): GatesRequest {
  const clamp = values.clamp === 'none' ? null : { gate: values.clamp, value: clampValue(values), from: values.from - 1 }
  return { text: folded(values.text), clamp }
}

export type Signal = 'i' | 'f' | 'g' | 'o' | 'c' | 'h'
export const signals: readonly Signal[] = ['i', 'f', 'g', 'o', 'c', 'h']

/** The run that is drawn: the clamped one where there is one. The free one is its ghost. */
export const drawn = (result: GatesResult): GateTrace => result.clamped ?? result.free

/** What the cell drawing and the equations show of one step and unit, with the state before it. */
export function cellAt(trace: GateTrace, step: number, unit: number): Record<Signal, number> & { cBefore: number; hBefore: number } {
  const now = Object.fromEntries(signals.map((signal) => [signal, at(trace[signal], step - 1, unit)])) as Record<Signal, number>
  return { ...now, cBefore: step > 1 ? at(trace.c, step - 2, unit) : 0, hBefore: step > 1 ? at(trace.h, step - 2, unit) : 0 }
}

const names = { i: 'input gate', f: 'forget gate', g: 'candidate', o: 'output gate' } as const

export const model: FigureModel<typeof fields, GatesResult> = {
  id: 'd3',
  fields,
  goals: [
    {
      id: 'forget',
      text: 'Make it forget that it is inside, by holding one gate.',
      reached: (_values, { clamped, truth }) => clamped !== undefined && truth.data.some((t, i) => t === 1 && at(clamped.inside, i) < 0.05),
    },
    {
      id: 'stay',
      text: 'Make it believe that the quotation never ends.',
      reached: (_values, { clamped, truth }) =>
        clamped !== undefined && truth.data.includes(1) && truth.data.at(-1) === 0 && (clamped.inside.data.at(-1) ?? 0) > 0.9,
    },
  ],
  limits: (values) => ({ at: characters(values).length, from: characters(values).length }),
  compute: (engine: Engine, values) => engine.call('gates', request(values), { lane: 'd3' }),
  summary(values, result) {
    const step = shownStep(values)
    const character = characters(values)[step - 1] ?? ''
    const truth = at(result.truth, step - 1) === 1 ? 'inside' : 'outside'
    const shown = character === ' ' ? 'a space' : `“${character}”`
    const free = `After character ${step}, ${shown}, the text is ${truth} the quotes, and the net gives ${fixed(at(result.free.inside, step - 1))} for inside.`
    if (!result.clamped || values.clamp === 'none') return free
    const gate = names[values.clamp]
    return `${free} With the ${gate} held at ${digits(clampValue(values))} from character ${values.from} on it gives ${fixed(at(result.clamped.inside, step - 1))}.`
  },
  tables(values, result) {
    const trace = drawn(result)
    const step = shownStep(values)
    return [
      {
        caption: `Every signal at character ${step}`,
        head: ['unit', ...signals],
        rows: Array.from({ length: units }, (_, unit) => [unit + 1, ...signals.map((signal) => at(trace[signal], step - 1, unit))]),
      },
      {
        caption: 'Probability of being inside quotes, by character',
        head: ['character', 'it is', 'truth', 'free run', ...(result.clamped ? ['clamped run'] : [])],
        rows: characters(values).map((character, t) => [
          t + 1,
          character === ' ' ? 'space' : character,
          at(result.truth, t) === 1 ? 'inside' : 'outside',
          at(result.free.inside, t),
          ...(result.clamped ? [at(result.clamped.inside, t)] : []),
        ]),
      },
    ]
  },
}

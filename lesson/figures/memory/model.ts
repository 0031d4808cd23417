// SPDX-License-Identifier: Apache-2.0
// D4, cell state and half-life: its fields, its request, its words and tables. No drawing.
import { at, type Engine, type MemoryRequest, type MemoryResult } from '../../engine/api'
import { digits, plural } from '../../parts/format'
import { choice, flag, integer, number, type Values } from '../../state/fields'
import type { FigureModel } from '../../state/figure.svelte'

export const units = 8

export const fields = {
  T: integer(200, 10, 400),
  preset: choice('bias', ['bias', 'pytorch', 'keras', 'chrono', '1997']),
  bf: number(1, -2, 8),
  noise: number(0, 0, 1),
  rec: flag(false),
  seed: integer(1, 0, 9999),
}

export const request = (values: Values<typeof fields>): MemoryRequest => ({
  T: values.T,
  preset: values.preset,
  forgetBias: values.bf,
  noise: values.noise,
  recurrence: values.rec,
  seed: values.seed,
})

export const presetNames: Record<MemoryRequest['preset'], string> = {
  bias: 'a bias of your own',
  pytorch: 'PyTorch (0 on average)',
  keras: 'Keras (1)',
  chrono: 'chrono: spread over the time scales',
  '1997': '1997: no forget gate',
}

/** Several half-lives as one phrase. */
export function halfLives(result: MemoryResult): string {
  const sorted = [...result.halfLife.data].sort((a, b) => a - b)
  const least = sorted[0] ?? NaN
  const most = sorted[sorted.length - 1] ?? NaN
  if (least === Infinity) return 'nothing is ever forgotten'
  return Math.abs(most - least) < 1e-9
    ? `half of it is gone after ${plural(Number(least.toPrecision(3)), 'step')}`
    : `half of it is gone after ${digits(least)} to ${digits(most)} steps, unit by unit`
}

export const model: FigureModel<typeof fields, MemoryResult> = {
  id: 'd4',
  fields,
  goals: [
    {
      id: 'half',
      text: 'Keep half of the pulse after 50 steps.',
      reached: (values, { c }) => values.T >= 50 && values.preset !== '1997' && at(c, 49, 0) >= 0.5 * at(c, 0, 0),
    },
    {
      id: 'part',
      text: 'Make the gradient in all ten times that of the cell path.',
      reached: (_values, { full, path }) => at(full, 0) > 10 * at(path, 0) && at(path, 0) > 0,
    },
  ],
  drawnTruth: (values, { c }) =>
    values.preset === 'bias' && values.bf === 1 && values.noise === 0 && !values.rec
      ? [1, 3, 6, 10, 20].map((t) => at(c, t - 1, 0) / at(c, 0, 0))
      : null,
  compute: (engine: Engine, values) => engine.call('memory', request(values), { lane: 'd4' }),
  summary(values, result) {
    const end = values.T - 1
    return (
      `A pulse is written at step 1 into ${plural(units, 'cell')}. By the forget bias alone ${halfLives(result)}. ` +
      `After ${values.T} steps unit 1 holds ${digits(at(result.c, end, 0))} of ${digits(at(result.c, 0, 0))}; ` +
      `the gradient from the last step to the first is ${digits(at(result.full, 0))}, and ${digits(at(result.path, 0))} along the cell path alone.`
    )
  },
  tables(values, result) {
    const every = Math.max(1, Math.round(values.T / 20))
    const steps = Array.from({ length: values.T }, (_, t) => t).filter((t) => t % every === 0 || t === values.T - 1)
    return [
      {
        caption: 'Half-life of each unit, in steps',
        head: ['unit', 'forget bias', 'by the bias alone', 'measured here'],
        rows: Array.from({ length: units }, (_, u) => [u + 1, at(result.forgetBias, u), at(result.halfLife, u), at(result.measured, u)]),
      },
      {
        caption: 'Unit 1 and the gradient to the last step',
        head: ['step', 'c', 'f', 'gradient in all', 'product of forget gates'],
        rows: steps.map((t) => [t + 1, at(result.c, t, 0), at(result.f, t, 0), at(result.full, t), at(result.path, t)]),
      },
    ]
  },
}

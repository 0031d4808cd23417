// SPDX-License-Identifier: Apache-2.0
// D1, "BPTT: one weight, T gradients": its fields, its request, its words and tables. No drawing.
import { at, type BpttResult, type Engine } from '../../engine/api'
import { digits, plural } from '../../parts/format'
import { choice, integer, list, type Values } from '../../state/fields'
import type { FigureModel, Table } from '../../state/figure.svelte'

export const steps = 6

export const fields = {
  x: list([1, -0.5, 0.8, 0.3, -1, 0.6], -2, 2),
  U: list([0.9, -0.2, 0.2, 0.9], -2, 2),
  /** The step whose loss is differentiated, from 1. */
  t: integer(6, 1, steps),
  /** Steps that the truncated gradient may reach. */
  K: integer(steps, 1, steps),
  mode: choice('sliding', ['sliding', 'chunked']),
}

export const fixed = { W: [0.5, -0.3], b: [0, 0], targets: [0, 0, 0, 0, 0, 1] }

export const request = (values: Values<typeof fields>) => ({
  inputs: values.x,
  targets: fixed.targets,
  step: values.t - 1,
  U: values.U,
  W: fixed.W,
  b: fixed.b,
  truncation: values.K,
  mode: values.mode,
})

/** One bar a step of the asked loss: how much of the gradient flows through it, and whether truncation keeps it. */
export interface Bar {
  step: number
  norm: number
  kept: boolean
}

export function bars(values: Values<typeof fields>, result: BpttResult): Bar[] {
  const column = values.t - 1
  return Array.from({ length: values.t }, (_, k) => ({
    step: k + 1,
    norm: at(result.norms, k, column),
    kept: at(result.kept, k, column) === 1,
  }))
}

const matrix = (caption: string, numbers: BpttResult['full']): Table => ({
  caption,
  head: ['', 'from unit 1', 'from unit 2'],
  rows: [0, 1].map((row) => [`to unit ${row + 1}`, at(numbers, row, 0), at(numbers, row, 1)]),
})

export const model: FigureModel<typeof fields, BpttResult> = {
  id: 'd1',
  fields,
  goals: [
    {
      id: 'turn',
      text: 'By truncation alone, turn the gradient: cosine to the full one below 0.9.',
      reached: (_values, { cosine }) => cosine < 0.9,
    },
    {
      id: 'whole',
      text: 'Choose U so that what arrives at step 1 is as large as at step 6.',
      reached: (values, { dh }) => values.t === steps && Math.hypot(at(dh, 0, 0), at(dh, 0, 1)) >= Math.hypot(at(dh, 5, 0), at(dh, 5, 1)),
    },
  ],
  compute: (engine: Engine, values) => engine.call('bptt', request(values), { lane: 'd1' }),
  summary(values, result) {
    const shown = bars(values, result)
    const largest = shown.reduce((best, bar) => (bar.norm > best.norm ? bar : best))
    const deleted = shown.filter((bar) => !bar.kept).length
    const sum = `The gradient of the loss at step ${values.t} for U is a sum of ${plural(values.t, 'part')}; the largest flows through step ${largest.step}.`
    const norms = `Their norms add up to ${digits(result.sumOfNorms)}, the norm of their sum is ${digits(result.fullNorm)}.`
    const cut =
      deleted === 0
        ? 'Truncation deletes nothing here.'
        : `Truncation to ${plural(values.K, 'step')} deletes ${plural(deleted, 'part')}: norm ${digits(result.truncatedNorm)}, ${
            Number.isNaN(result.cosine) ? 'no direction left' : `cosine to the full gradient ${digits(result.cosine)}`
          }.`
    return `${sum} ${norms} ${cut}`
  },
  tables(values, result) {
    const stepRows = Array.from({ length: steps }, (_, k) => [
      k + 1,
      values.x[k] ?? NaN,
      at(result.h, k, 0),
      at(result.h, k, 1),
      at(result.losses, k),
      k < values.t ? at(result.norms, k, values.t - 1) : NaN,
      k < values.t ? (at(result.kept, k, values.t - 1) === 1 ? 'kept' : 'deleted') : '',
    ])
    return [
      {
        caption: `Each step, and its part of the gradient of the loss at step ${values.t}`,
        head: ['step', 'x', 'h, unit 1', 'h, unit 2', 'loss', 'norm of the part', 'truncation'],
        rows: stepRows,
      },
      {
        caption: 'Norm of the part of each loss’s gradient through each step',
        head: ['through step', ...Array.from({ length: steps }, (_, t) => `loss ${t + 1}`)],
        rows: Array.from({ length: steps }, (_, k) => [k + 1, ...Array.from({ length: steps }, (_, t) => at(result.norms, k, t))]),
      },
      matrix('Full gradient of U', result.full),
      matrix('Truncated gradient of U', result.truncated),
      matrix('Full gradient by central differences', result.numeric),
    ]
  },
}

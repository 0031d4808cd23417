// SPDX-License-Identifier: Apache-2.0
// D7, "through one vector": its fields, its request, its words and tables. No drawing. The nets are in nets.ts.
import { at, type Seq2SeqResult, type Seq2SeqRun } from '../../engine/api'
import { digits, fixed, percent, plural } from '../../parts/format'
import { choice, digitString, flag, integer, number, type Values } from '../../state/fields'
import type { FigureModel, Table } from '../../state/figure.svelte'
import { exactByLength, netOf, type Net } from './nets'
import { longest, longestTested } from './strings'

export const fields = {
  source: digitString('271828', 30),
  att: flag(false),
  H: choice('16', ['8', '16', '32']),
  /** Whether the source is read from its end. */
  rev: flag(false),
  /** How often the decoder is fed the truth in training. */
  feed: choice('constant', ['constant', 'linear', 'exponential', 'inverse-sigmoid']),
  /** The share of its steps that are fed the truth: always, or at the end of the schedule. */
  tf: number(1, 0, 1),
  /** Steps of training in the page; 0: the net as it is shipped, or as it is drawn. */
  steps: integer(0, 0, 2000),
  /** The output step whose token is replaced, from 1; 0: none. */
  step: integer(0, 0, 30),
  /** The token put in there. */
  token: choice('0', ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']),
}

export const feedNames = {
  constant: 'the same throughout',
  linear: 'falls in a line',
  exponential: 'falls exponentially',
  'inverse-sigmoid': 'falls as an inverse sigmoid',
} as const

/** Digits alone; at least one. */
export const source = (values: Values<typeof fields>): string => values.source.replace(/\D/g, '').slice(0, 30) || '0'
export const target = (values: Values<typeof fields>): string => [...source(values)].reverse().join('')

export interface Reversal extends Seq2SeqResult {
  net: Net
  /** By length from 1: the share of test strings that it turns round without a fault; not yet there while it is measured. */
  exact: readonly number[] | null
}

/** Output steps at which the forced run says something else than the free one, the forced step itself left out; from 1. */
export function changed(values: Values<typeof fields>, result: Reversal): number[] {
  if (!result.forced) return []
  const [free, forced] = [result.free.tokens, result.forced.tokens]
  const steps = Array.from({ length: Math.max(free.length, forced.length) }, (_, i) => i)
  return steps.filter((i) => i !== values.step - 1 && free[i] !== forced[i]).map((i) => i + 1)
}

function runTable(caption: string, run: Seq2SeqRun, wanted: string): Table {
  return {
    caption,
    head: [
      'step',
      'said',
      'wanted',
      'likeliest',
      'probability',
      'second',
      'probability of it',
      ...(run.alignment ? ['looked most at source place'] : []),
    ],
    rows: run.tokens.map((token, t) => [
      t + 1,
      token,
      wanted[t] ?? '<end>',
      run.topTokens[t]?.[0] ?? '',
      at(run.topProbabilities, t, 0),
      run.topTokens[t]?.[1] ?? '',
      at(run.topProbabilities, t, 1),
      ...(run.alignment ? [most(run, t) + 1] : []),
    ]),
  }
}

/** The source place that step t weighs most, from 0. */
function most(run: Seq2SeqRun, t: number): number {
  const S = run.alignment?.shape[1] ?? 0
  let best = 0
  for (let s = 1; s < S; ++s) if (at(run.alignment!, t, s) > at(run.alignment!, t, best)) best = s
  return best
}

/** "one vector, 16 units, fed the truth throughout". */
export function describe(values: Values<typeof fields>): string {
  const way = values.att ? 'attention' : 'one vector'
  const order = values.rev ? ', source read from its end' : ''
  const fed =
    values.feed === 'constant'
      ? values.tf === 1
        ? 'teacher forcing'
        : values.tf === 0
          ? 'fed its own output'
          : `fed the truth in ${percent(values.tf)} of its steps`
      : `scheduled sampling down to ${percent(values.tf)}`
  return `${way}, ${values.H} units${order}, ${fed}`
}

function trained(values: Values<typeof fields>, net: Net): string {
  if (!net.training) return ''
  if (net.training.diverged) return ` Its training diverged at step ${net.training.step}.`
  return values.steps === 0 ? ' It has not been trained.' : ` It was trained here for ${plural(net.training.step, 'step')}.`
}

function measured(exact: Reversal['exact']): string {
  if (!exact) return ''
  return ` It turns round ${percent(exact[3] ?? NaN)} of strings of 4 digits, ${percent(exact[7] ?? NaN)} of 8, ${percent(exact[longest - 1] ?? NaN)} of ${longest}.`
}

export const model: FigureModel<typeof fields, Reversal> = {
  id: 'd7',
  fields,
  goals: [
    {
      id: 'derail',
      text: 'With one wrong digit, change at least four of those after it.',
      reached: (values, result) => changed(values, result).length >= 4,
    },
    {
      id: 'long',
      text: 'Turn round a string of 12 digits or more without a fault.',
      reached: (values, { free }) => values.source.length >= 12 && free.ended && free.output === target(values),
    },
  ],
  drawnTruth: (values, { exact }) =>
    exact && values.H === '16' && !values.att && values.steps === 0 ? [2, 4, 6, 8, 10, 12].map((length) => exact[length - 1] ?? NaN) : null,
  limits: (values) => ({ step: values.source.length + 1 }),
  async compute(engine, values, show) {
    const net = await netOf(engine, values)
    const forced = values.step > 0 ? { step: values.step - 1, token: values.token } : null
    const run = await engine.call('seq2seq.run', { ...net.id, source: source(values), forced }, { lane: 'd7' })
    show?.({ net, ...run, exact: null })
    if (net.training?.diverged) return { net, ...run, exact: null }
    return { net, ...run, exact: await exactByLength(engine, values, net) }
  },
  summary(values, result) {
    const right = result.free.output === target(values)
    const said = `The net (${describe(values)}) reads ${source(values)} and says ${result.free.output || 'nothing'}: ${right ? 'right' : `wrong, it should be ${target(values)}`}.`
    const about = trained(values, result.net) + measured(result.exact)
    if (!result.forced) {
      const least = Math.min(...result.free.tokens.map((_, t) => at(result.free.topProbabilities, t, 0)))
      return `${said} Its least sure step had probability ${fixed(least)}.${about}`
    }
    const steps = changed(values, result)
    return `${said} With ${values.token} put in at step ${values.step} it says ${result.forced.output || 'nothing'}: ${steps.length === 0 ? 'nothing else changes' : `${plural(steps.length, 'other step changes', 'other steps change')}`}.${about}`
  },
  tables(values, result) {
    const units = Math.min(8, result.free.encoder.shape[1] ?? 0)
    return [
      runTable('The free run', result.free, target(values)),
      ...(result.forced ? [runTable(`The run with ${values.token} put in at step ${values.step}`, result.forced, target(values))] : []),
      {
        caption: `Share of test strings turned round without a fault (trained on up to ${longest} digits)`,
        head: ['digits', 'share'],
        rows: Array.from({ length: longestTested }, (_, i) => [i + 1, result.exact?.[i] ?? NaN]),
      },
      {
        caption: `The context after each digit: the first ${digits(units)} of its numbers`,
        head: ['after', ...Array.from({ length: units }, (_, u) => `unit ${u + 1}`)],
        rows: [...source(values)].map((digit, s) => [
          `${s + 1}: ${digit}`,
          ...Array.from({ length: units }, (_, u) => at(result.free.encoder, s, u)),
        ]),
      },
    ]
  },
}

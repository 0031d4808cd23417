// SPDX-License-Identifier: Apache-2.0
// D7, "through one vector": its fields, the shipped nets, its request, its words and tables. No drawing.
import { at, type Engine, type Seq2SeqOpened, type Seq2SeqResult, type Seq2SeqRun } from '../../engine/api'
import { digits, fixed, plural } from '../../parts/format'
import { choice, integer, text, type Values } from '../../state/fields'
import type { FigureModel, Table } from '../../state/figure.svelte'

export type Variant = 'plain' | 'sampled' | 'attention'

export const fields = {
  source: text('271828', 30),
  net: choice('plain', ['plain', 'sampled', 'attention']),
  /** The output step whose token is replaced, from 1; 0: none. */
  step: integer(0, 0, 30),
  /** The token put in there. */
  token: choice('0', ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']),
}

export const variantNames: Record<Variant, string> = {
  plain: 'one vector, teacher forcing',
  sampled: 'one vector, scheduled sampling',
  attention: 'attention',
}

/** Digits alone; at least one. */
export const source = (values: Values<typeof fields>): string => values.source.replace(/\D/g, '').slice(0, 30) || '0'
export const target = (values: Values<typeof fields>): string => [...source(values)].reverse().join('')

const files: Record<Variant, () => Promise<{ model: string }>> = {
  plain: () => import('./models/plain'),
  sampled: () => import('./models/sampled'),
  attention: () => import('./models/attention'),
}

const opened = new WeakMap<Engine, Partial<Record<Variant, Promise<Seq2SeqOpened>>>>()

/** The shipped net, opened once for each engine. */
export function openVariant(engine: Engine, variant: Variant): Promise<Seq2SeqOpened> {
  const held = opened.get(engine) ?? {}
  opened.set(engine, held)
  return (held[variant] ??= files[variant]().then(({ model }) => {
    const bytes = Uint8Array.from(atob(model), (c) => c.charCodeAt(0))
    return engine.call('seq2seq.open', { bytes }, { lane: '' })
  }))
}

export interface Reversal extends Seq2SeqResult {
  net: Seq2SeqOpened
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

export const model: FigureModel<typeof fields, Reversal> = {
  id: 'd7',
  fields,
  async compute(engine, values) {
    const net = await openVariant(engine, values.net)
    const forced = values.step > 0 ? { step: values.step - 1, token: values.token } : null
    return { net, ...(await engine.call('seq2seq.run', { model: net.model, source: source(values), forced }, { lane: 'd7' })) }
  },
  summary(values, result) {
    const right = result.free.output === target(values)
    const said = `The net (${variantNames[values.net]}, ${plural(result.net.hidden, 'unit')}) reads ${source(values)} and says ${result.free.output || 'nothing'}: ${right ? 'right' : `wrong, it should be ${target(values)}`}.`
    const least = Math.min(...result.free.tokens.map((_, t) => at(result.free.topProbabilities, t, 0)))
    const sure = ` Its least sure step had probability ${fixed(least)}.`
    if (!result.forced) return said + sure
    const steps = changed(values, result)
    return `${said} With ${values.token} put in at step ${values.step} it says ${result.forced.output || 'nothing'}: ${steps.length === 0 ? 'nothing else changes' : `${plural(steps.length, 'other step')} changes`}.`
  },
  tables(values, result) {
    const units = Math.min(8, result.free.encoder.shape[1] ?? 0)
    return [
      runTable('The free run', result.free, target(values)),
      ...(result.forced ? [runTable(`The run with ${values.token} put in at step ${values.step}`, result.forced, target(values))] : []),
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

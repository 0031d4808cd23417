// SPDX-License-Identifier: Apache-2.0
// Questions whose truth the engine works out: numbers are drawn, an experiment runs, and the answer comes from it.
import { at, type Engine } from '../engine/api'
import { digits, fixed } from '../parts/format'
import type { Item } from '../content/quiz'

type Experiment = Extract<Item, { kind: 'predict' }>['experiment']

export interface Drawn {
  /** What the question's {names} stand for. */
  numbers: Record<string, string>
  /** Given for a choice; the truth is then an index. */
  options: string[] | null
  truth: number
  tolerance: number
  /** The result in words. */
  said: string
}

const oneOf = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!

const grows = [
  'vanishes: it shrinks more than a hundredfold',
  'keeps its size, within a factor of a hundred',
  'explodes: it grows more than a hundredfold',
]
/** Which of them a factor of 10 to this power is. */
const grown = (log10: number) => (log10 < -2 ? 0 : log10 > 2 ? 2 : 1)

async function flow(engine: Engine, g: number, s: number, seed: number) {
  const { norms } = await engine.call(
    'gradients',
    { T: 100, H: 32, init: 'orthogonal', g, activation: 'tanh', s, seed, forgetBias: 1, cell: 'rnn' },
    { lane: '' },
  )
  const end = at(norms, 99)
  return { options: grows, truth: grown(end), tolerance: 0, said: `The engine measures a factor of 10 to the power ${fixed(end, 1)}.` }
}

const experiments: Record<Experiment, (engine: Engine, random: () => number) => Promise<Drawn>> = {
  async 'half-life'(engine, random) {
    const bias = oneOf([0, 1, 2, 3, 4], random)
    const result = await engine.call('memory', { T: 200, preset: 'bias', forgetBias: bias, noise: 0, recurrence: false, seed: 1 }, { lane: '' })
    const truth = at(result.halfLife, 0)
    return {
      numbers: { bias: String(bias) },
      options: null,
      truth,
      tolerance: 0.12 * truth + 0.05,
      said: `The engine measures ${digits(truth)} steps.`,
    }
  },
  async flow(engine, random) {
    const g = oneOf([0.8, 1, 1.2, 1.5, 2], random)
    const seed = 1 + Math.floor(random() * 9999)
    return { numbers: { g: fixed(g, 1), seed: String(seed) }, ...(await flow(engine, g, 0.5, seed)) }
  },
  async inputs(engine, random) {
    const s = oneOf([0.1, 1, 2], random)
    return { numbers: { s: String(s) }, ...(await flow(engine, 1.5, s, 1 + Math.floor(random() * 9999))) }
  },
  async erase(engine, random) {
    const words = oneOf(['wait for me', 'not today', 'it is late'], random)
    const text = `She said "${words}" and ran.`
    const at = 12 + Math.floor(random() * (words.length - 3))
    const result = await engine.call('gates', { text, clamp: { gate: 'f', value: 0, from: at - 1, to: at } }, { lane: '' })
    const inside = result.clamped!.inside.data.at(-1)!
    return {
      numbers: { text: `${text.replaceAll('"', '“')}`, at: String(at) },
      options: ['inside a quotation', 'outside of any'],
      truth: inside > 0.5 ? 0 : 1,
      tolerance: 0,
      said: `The engine gives ${fixed(inside)} for inside.`,
    }
  },
  async parameters(engine, random) {
    const hidden = oneOf([2, 4, 6, 8], random)
    const result = await engine.call(
      'cells',
      { inputs: [0], weights: 'random', H: hidden, zConvention: 'pytorch', reset: 'after', seed: 1 },
      { lane: '' },
    )
    const truth = result.parametersHere.gru
    return { numbers: { hidden: String(hidden), inputs: '1' }, options: null, truth, tolerance: 0.4, said: `The engine counts ${truth}.` }
  },
}

export const draw = (experiment: Experiment, engine: Engine, random: () => number): Promise<Drawn> => experiments[experiment](engine, random)

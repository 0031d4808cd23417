// SPDX-License-Identifier: Apache-2.0
// D2, the gradient laboratory: its fields, its request, the curves that are drawn, its words and tables. No drawing.
import { at, type CellName, type Engine, type GradientsRequest, type Numbers, type Spectrum } from '../../engine/api'
import { digits, raised } from '../../parts/format'
import { choice, flag, integer, number, type Values } from '../../state/fields'
import type { FigureModel } from '../../state/figure.svelte'

export const fields = {
  T: integer(100, 10, 200),
  H: integer(32, 2, 64),
  init: choice('orthogonal', ['orthogonal', 'pytorch', 'identity', 'nonnormal']),
  g: number(1.2, 0.5, 5),
  act: choice('tanh', ['linear', 'tanh', 'relu']),
  s: number(0.5, 0, 5),
  /** Forget bias of the LSTM. */
  bf: number(1, -2, 8),
  lstm: flag(false),
  gru: flag(false),
  /** The RNN of other seeds too, as a band. */
  band: flag(true),
  /** A typical one: its gradient ends where the mean of many does. */
  seed: integer(6, 0, 9999),
}

/** The non-normal matrix has two units, and its size says so whatever the slider holds. */
export const size = (values: Values<typeof fields>): number => (values.init === 'nonnormal' ? 2 : values.H)

export function request(values: Values<typeof fields>, cell: CellName): GradientsRequest {
  return {
    cell,
    T: values.T,
    H: size(values),
    init: values.init,
    g: values.g,
    activation: values.act,
    s: values.s,
    seed: values.seed,
    forgetBias: values.bf,
  }
}

/** What the figure draws: the RNN with its spectrum, and the cells that were asked for. */
export interface Laboratory extends Spectrum {
  rnn: Numbers
  lstm?: Numbers
  lstmCell?: Numbers
  gru?: Numbers
  /** The lowest and the highest of the RNNs of seeds 1 to `bandSeeds`; NaN while they are measured. */
  band?: Band
}

export interface Band {
  low: Numbers
  high: Numbers
}

export const bandSeeds = 12

/** The band widened to take in one more curve. */
function widened(band: Band | undefined, { shape, data }: Numbers): Band {
  const either = (old: Numbers | undefined, choose: (a: number, b: number) => number): Numbers => ({
    shape,
    data: old ? data.map((v, i) => choose(old.data[i] ?? NaN, v)) : data,
  })
  return { low: either(band?.low, Math.min), high: either(band?.high, Math.max) }
}

export interface Curve {
  key: 'rnn' | 'rho' | 'bound' | 'lstm' | 'cell' | 'gru'
  name: string
  /** log10 by distance 1..T. */
  values: Numbers
}

export function curves(result: Laboratory): Curve[] {
  const out: Curve[] = [{ key: 'rnn', name: 'RNN, measured', values: result.rnn }]
  const end = (numbers: Numbers) => numbers.data.at(-1) ?? NaN
  if (Math.abs(end(result.rhoLine) - end(result.bound)) < 1)
    out.push({ key: 'bound', name: 'bound (σ₁ max φ′) to the k; here also ρ to the k', values: result.bound })
  else
    out.push({ key: 'rho', name: 'ρ to the k', values: result.rhoLine }, { key: 'bound', name: 'bound (σ₁ max φ′) to the k', values: result.bound })
  if (result.lstm) out.push({ key: 'lstm', name: 'LSTM, full', values: result.lstm })
  if (result.lstmCell) out.push({ key: 'cell', name: 'LSTM, cell path', values: result.lstmCell })
  if (result.gru) out.push({ key: 'gru', name: 'GRU', values: result.gru })
  return out
}

/** The distance at which the measured norm is largest, from 1. */
export function peak(numbers: Numbers): { distance: number; log10: number } {
  let best = 0
  for (let k = 1; k < numbers.data.length; ++k) if (at(numbers, k) > at(numbers, best)) best = k
  return { distance: best + 1, log10: at(numbers, best) }
}

const last = (numbers: Numbers): number => at(numbers, (numbers.shape[0] ?? 1) - 1)

/** 10^x in words: as a number where one can read it, else as a power of ten. */
export const power = (log10: number): string =>
  log10 === -Infinity ? '0' : Math.abs(log10) < 3 ? digits(10 ** log10) : `10${raised(Math.round(log10))}`

/** Milliseconds without a move after which a drag counts as ended. */
const rest = 120

const settled = (log10: number): boolean => !Number.isNaN(log10)

export const model: FigureModel<typeof fields, Laboratory> = {
  id: 'd2',
  fields,
  goals: [
    {
      id: 'inputs',
      text: 'Make g = 1.5 vanish by the inputs alone.',
      reached: (values, result) =>
        values.g === 1.5 && values.init === 'orthogonal' && values.act === 'tanh' && values.T >= 100 && last(result.rnn) < -2,
    },
    {
      id: 'rise',
      text: 'Make a gradient grow tenfold though the radius is below 1.',
      reached: (_values, result) => result.rho < 1 && peak(result.rnn).log10 > 1,
    },
    {
      id: 'hold',
      text: 'Let the LSTM’s cell path keep a tenth over 100 steps.',
      reached: (values, result) => values.T >= 100 && result.lstmCell !== undefined && last(result.lstmCell) > -1,
    },
  ],
  drawnTruth: (values, result) =>
    values.T === 100 && values.g === 1.2 && values.s === 0.5 && values.init === 'orthogonal' && values.act === 'tanh'
      ? [1, 25, 50, 75, 100].map((k) => at(result.rnn, k - 1))
      : null,
  /** The RNN first. The gated cells take longer: they stand empty while a slider moves, or the next move would wait for them. */
  async compute(engine: Engine, values, show) {
    const ask = (cell: CellName) => engine.call('gradients', request(values, cell), { lane: `d2-${cell}` })
    const { norms, spectrum } = await ask('rnn')
    const result: Laboratory = { rnn: norms, ...spectrum! }
    if (!values.lstm && !values.gru && !values.band) return result
    const empty: Numbers = { shape: [values.T], data: new Float64Array(values.T).fill(NaN) }
    if (values.lstm) [result.lstm, result.lstmCell] = [empty, empty]
    if (values.gru) result.gru = empty
    if (values.band) result.band = { low: empty, high: empty }
    if (show) {
      show({ ...result })
      await new Promise((resolve) => setTimeout(resolve, rest))
      if (!show()) return result
    }
    if (values.lstm) {
      const lstm = await ask('lstm')
      ;[result.lstm, result.lstmCell] = [lstm.norms, lstm.cellPath!]
      show?.({ ...result })
    }
    if (values.gru) {
      result.gru = (await ask('gru')).norms
      show?.({ ...result })
    }
    if (values.band) {
      let band: Band | undefined
      for (let seed = 1; seed <= bandSeeds && (show?.() ?? true); ++seed)
        band = widened(band, (await engine.call('gradients', request({ ...values, seed }, 'rnn'), { lane: 'd2-band' })).norms)
      result.band = band!
    }
    return result
  },
  summary(values, result) {
    const end = last(result.rnn)
    const verdict =
      end < -2 ? 'it has vanished' : end > 2 ? 'it has exploded' : end < -0.5 ? 'it has shrunk' : end > 0.5 ? 'it has grown' : 'it has kept its size'
    const top = peak(result.rnn)
    const rise = top.log10 > 0.3 && top.log10 > end + 0.3 ? ` On the way it grew to ${power(top.log10)} at distance ${top.distance}.` : ''
    const cells = [
      result.lstm && settled(last(result.lstm)) && `the LSTM’s is ${power(last(result.lstm))} (along its cell path ${power(last(result.lstmCell!))})`,
      result.gru && settled(last(result.gru)) && `the GRU’s is ${power(last(result.gru))}`,
    ].filter(Boolean)
    return (
      `Spectral radius ${digits(result.rho)}, largest singular value ${digits(result.sigma1)}. Over ${values.T} steps the RNN’s gradient is multiplied by ${power(end)}: ${verdict}.` +
      rise +
      (result.band && settled(last(result.band.low))
        ? ` With seeds 1 to ${bandSeeds} it is between ${power(last(result.band.low))} and ${power(last(result.band.high))}.`
        : '') +
      (cells.length > 0 ? ` On the same input ${cells.join(' and ')}.` : '')
    )
  },
  tables(values, result) {
    const shown = [
      ...curves(result),
      ...(result.band
        ? [
            { name: `lowest of seeds 1 to ${bandSeeds}`, values: result.band.low },
            { name: `highest of seeds 1 to ${bandSeeds}`, values: result.band.high },
          ]
        : []),
    ]
    const every = Math.max(1, Math.round(values.T / 20))
    const distances = Array.from({ length: values.T }, (_, k) => k + 1).filter((k) => k === 1 || k % every === 0)
    return [
      {
        caption: 'log₁₀ of the spectral norm, by distance',
        head: ['distance', ...shown.map((curve) => curve.name)],
        rows: distances.map((k) => [k, ...shown.map((curve) => at(curve.values, k - 1))]),
      },
      {
        caption: 'Spectrum of U',
        head: ['rank', 'modulus of the eigenvalue', 'its real part', 'its imaginary part', 'singular value'],
        rows: Array.from({ length: size(values) }, (_, i) => {
          const re = at(result.eigenvalues, i, 0)
          const im = at(result.eigenvalues, i, 1)
          return [i + 1, Math.hypot(re, im), re, im, at(result.singularValues, i)]
        }),
      },
      {
        caption: 'Mean slope of the activation, by step',
        head: ['step', 'mean slope'],
        rows: distances.map((k) => [k, at(result.slope, k - 1)]),
      },
    ]
  },
}

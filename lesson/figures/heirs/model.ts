// SPDX-License-Identifier: Apache-2.0
// D9, what came after: its fields, its request, its words and tables. No drawing.
import { at, column, heirNames, type Engine, type HeirsRequest, type HeirsResult, type Numbers, type QuoteCell } from '../../engine/api'
import { cellTitles } from '../../parts/cells'
import { digits, percent as share, plural } from '../../parts/format'
import { defaults, flag, integer, number, type Values } from '../../state/fields'
import type { FigureModel } from '../../state/figure.svelte'
import { fields as threadFields, learn, most, nameOf, rightAt } from '../quotation/model'
import type { Learned } from '../quotation/session'

export const fields = {
  T: integer(256, 16, 1000),
  /** Inputs and units. */
  H: integer(32, 8, 512),
  /** The logarithm of the weight of the input that is asked for. */
  mark: number(6, 0, 12),
  bf: number(3, -2, 8),
  states: integer(16, 1, 64),
  radius: number(0.9, 0, 1),
  seed: integer(1, 0, 9999),
  /** Whether the left picture is of nets that are trained here, and how many characters after the marks they are asked. */
  trained: flag(false),
  D: integer(60, 1, 60),
}

export interface Heirs extends HeirsResult {
  /** Trained on the quotation; null where the formulas are shown. */
  nets: readonly Learned[] | null
}

const trainedCells: readonly QuoteCell[] = ['rnn', 'gru', 'lstm', 'mingru', 'slstm']

export const request = (values: Values<typeof fields>): HeirsRequest => ({
  T: values.T,
  width: values.H,
  states: values.states,
  radius: values.radius,
  forgetBias: values.bf,
  mark: values.mark,
  seed: values.seed,
})

export type HeirName = (typeof heirNames)[number]

export const heirTitles: Record<HeirName, string> = {
  ...cellTitles,
  ssm: 'state space',
  attention: 'attention',
}

/** Its column of a table of the result. */
export const curveOf = (numbers: Numbers, heir: HeirName): number[] => column(numbers, heirNames.indexOf(heir))

/** The share that is left at the end, and the products that the last step takes. */
export const leftAt = (result: HeirsResult, heir: HeirName, lag: number): number => at(result.kept, lag, heirNames.indexOf(heir))
export const productsAt = (result: HeirsResult, heir: HeirName, step: number): number => at(result.products, step - 1, heirNames.indexOf(heir))

const percent = (share: number) => `${digits(100 * share, 2)}\u00a0%`

export const model: FigureModel<typeof fields, Heirs> = {
  id: 'd9',
  fields,
  variant: ({ trained }) => (trained ? 'trained' : ''),
  goals: [
    {
      id: 'gate',
      text: 'By the forget bias alone, let the gates keep half of the input to the end of 256 steps or more.',
      reached: (values, result) => values.T >= 256 && leftAt(result, 'lstm', values.T) >= 0.5,
    },
    {
      id: 'cross',
      text: 'Find a length at which a step of attention costs more than a step of the LSTM.',
      reached: (values, result) => productsAt(result, 'attention', values.T) > productsAt(result, 'lstm', values.T),
    },
    {
      id: 'all',
      text: 'Trained: find a distance at which all four gated cells answer.',
      reached: (values, { nets }) => nets?.length === 5 && nets.every((net) => net.cell === 'rnn' || rightAt(values, net) > 0.95),
    },
  ],
  async compute(engine: Engine, values, show) {
    const formulas = await engine.call('heirs', request(values), { lane: 'd9' })
    if (!values.trained) return { ...formulas, nets: null }
    const { D, bf, seed } = values
    const asked = { ...defaults(threadFields), D, bf: Math.max(0, bf), seed }
    return { ...formulas, nets: await learn(engine, asked, trainedCells, show && ((nets) => show({ ...formulas, nets }))) }
  },
  summary(values, result) {
    if (result.nets)
      return (
        `After ${plural(threadFields.steps.default, 'step')} of training, asked ${values.D} to ${values.D + 7} characters after the last mark, these are right: ` +
        `${result.nets.map((net) => `${nameOf(net)} ${share(rightAt(values, net))}`).join(', ')}. ` +
        `Asked after ${most} characters, which none was trained for: ${result.nets.map((net) => `${nameOf(net)} ${share(at(net.look.right!, most - 1))}`).join(', ')}.`
      )
    const left = (heir: HeirName) => percent(leftAt(result, heir, values.T))
    return (
      `Of an input that weighs e${values.mark === 1 ? '' : ` to the ${digits(values.mark)}`} times as much as the others, after ${plural(values.T, 'step')} this is left: RNN ${left('rnn')}, ` +
      `a gate at a bias of ${digits(values.bf)} (GRU, LSTM, minGRU) ${left('lstm')}, sLSTM ${left('slstm')}, state space ${left('ssm')}, attention ${left('attention')}. ` +
      `The last step takes ${digits(productsAt(result, 'lstm', values.T))} products in an LSTM, ${digits(productsAt(result, 'mingru', values.T))} in a minGRU and ${digits(productsAt(result, 'attention', values.T))} in attention. ` +
      `From formulas; nothing here is trained.`
    )
  },
  tables(values, result) {
    const every = Math.max(1, Math.round(values.T / 16))
    const lags = Array.from({ length: values.T + 1 }, (_, k) => k).filter((k) => k % every === 0 || k === values.T)
    return [
      ...(result.nets
        ? [
            {
              caption: 'The nets that were trained',
              head: ['net', 'parameters', `right after ${values.D} characters`, `after ${most}`],
              rows: result.nets.map((net) => [nameOf(net), net.parameters, rightAt(values, net), at(net.look.right!, most - 1)]),
            },
          ]
        : []),
      {
        caption: `What each keeps and costs, ${values.H} units`,
        head: ['net', `% left after ${values.T} steps`, 'numbers kept', 'products of step 1', `of step ${values.T}`, 'steps that wait in training'],
        rows: heirNames.map((heir, i) => [
          heirTitles[heir],
          100 * leftAt(result, heir, values.T),
          at(result.state, i),
          productsAt(result, heir, 1),
          productsAt(result, heir, values.T),
          at(result.waits, i),
        ]),
      },
      {
        caption: 'Share of the input that is left, by lag',
        head: ['lag', ...heirNames.map((heir) => heirTitles[heir])],
        rows: lags.map((k) => [k, ...heirNames.map((heir) => leftAt(result, heir, k))]),
      },
    ]
  },
}

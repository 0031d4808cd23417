// SPDX-License-Identifier: Apache-2.0
// The thread: one task, the quotation, learned by a net of each kind. Its fields, its requests, its words and tables. No drawing.
// The result for a link is what that many steps give from scratch.
import { at, type Engine, type QuoteCell, type QuotesStartRequest } from '../../engine/api'
import { cellTitles } from '../../parts/cells'
import { percent, plural } from '../../parts/format'
import { recent } from '../../parts/mean'
import { choice, flag, integer, number, text, type Values } from '../../state/fields'
import type { FigureModel, Table } from '../../state/figure.svelte'
import { folded } from '../gates/marks'
import { QuoteSession, type Learned } from './session'
import { learnToWrite, quoted, type Written } from './writing'

export const fields = {
  /** Inside: is the text inside a quotation, asked at the end? Closed: is each character in a quotation that a later mark closes?
   * Write: an encoder-decoder writes out what is quoted. */
  ask: choice('inside', ['inside', 'closed', 'write']),
  rnn: flag(true),
  gru: flag(false),
  lstm: flag(false),
  /** Whether the nets read both ways. */
  both: flag(false),
  /** Write: whether the decoder looks back at the text. */
  att: flag(true),
  /** Inside: whether it is asked at every character, not at the end alone. */
  every: flag(false),
  /** In training, characters behind the eight that may hold a mark: the question comes so many after the last mark, or up to 7 more. */
  D: integer(30, 1, 60),
  /** Of GRU and LSTM; 0 leaves PyTorch's draws. */
  bf: number(3, 0, 5),
  steps: integer(300, 0, 800),
  seed: integer(1, 0, 9999),
  text: text('A "no" is all that she wrote on the paper before she left.', 120),
}

export type ThreadValues = Values<typeof fields>

export const cells = ['rnn', 'gru', 'lstm'] as const satisfies readonly QuoteCell[]
/** How far the question is tested, in characters after the last mark. */
export const most = 80
/** A mark stands among so many characters. */
const head = 8

/** About as many weights each: 385, 369, 489, 365 and 457. */
const units: Record<QuoteCell, number> = { rnn: 16, gru: 8, lstm: 8, mingru: 28, slstm: 8 }

export const asked = (values: ThreadValues): QuoteCell[] => cells.filter((cell) => values[cell])

export const request = (values: ThreadValues, cell: QuoteCell): QuotesStartRequest => ({
  cell,
  distance: values.D,
  closed: values.ask === 'closed',
  every: values.every,
  bidirectional: values.both,
  hidden: units[cell],
  forgetBias: values.bf,
  learningRate: 0.01,
  clip: 1,
  batch: 32,
  seed: values.seed,
})

export interface Thread {
  ask: ThreadValues['ask']
  nets: readonly Learned[]
  /** Where it is asked to write. */
  written?: Written
}

/** Steps that a training takes at the press of its button. */
export const stepsOf = (ask: ThreadValues['ask']): number => (ask === 'write' ? 400 : fields.steps.default)

/** Optimiser steps between two looks at a training that is shown. */
const portion = 20

/** Starts a net of each cell and trains it; `show` is given all as they stand, every few steps, and says whether to go on. */
export async function learn(
  engine: Engine,
  values: ThreadValues,
  cells: readonly QuoteCell[],
  show?: (nets: readonly Learned[]) => boolean,
): Promise<Learned[]> {
  const { steps } = values
  const nets: Learned[] = []
  const read = folded(values.text)
  for (const [place, cell] of cells.entries()) {
    const session = await QuoteSession.start(engine, request(values, cell))
    let wanted = true
    while (wanted && session.step < steps && !session.diverged) {
      await session.advance(Math.min(show ? portion : steps, steps - session.step))
      nets[place] = await session.look(read, most)
      wanted = show?.([...nets]) ?? true
    }
    nets[place] ??= await session.look(read, most)
    await session.end()
    if (!wanted) break
  }
  return nets
}

export const nameOf = ({ cell, bidirectional }: Pick<Learned, 'cell' | 'bidirectional'>): string =>
  `${cellTitles[cell]}${bidirectional ? ', both ways' : ''}`

/** The share of right answers at the distances that training asks for. */
export function rightAt(values: Pick<ThreadValues, 'D'>, { look: { right, everywhere } }: Learned): number {
  if (!right) return everywhere
  const asked = Array.from({ length: head }, (_, i) => at(right, values.D - 1 + i))
  return asked.reduce((sum, share) => sum + share, 0) / head
}

function said(values: ThreadValues, net: Learned): string {
  return net.diverged ? `the ${nameOf(net)} diverged` : `the ${nameOf(net)} in ${percent(rightAt(values, net))}`
}

export const model: FigureModel<typeof fields, Thread> = {
  id: 'thread',
  fields,
  variant: ({ ask }) => (ask === 'inside' ? '' : ask),
  goals: [
    {
      id: 'hold',
      text: 'Let a gated net hold the mark over 40 characters, asked at the end alone.',
      reached: (values, { ask, nets }) =>
        ask === 'inside' && !values.every && values.D >= 40 && nets.some((net) => net.cell !== 'rnn' && rightAt(values, net) > 0.95),
    },
    {
      id: 'near',
      text: 'Let the RNN learn 30 characters after all: ask it more often.',
      reached: (values, { ask, nets }) =>
        ask === 'inside' && values.D >= 30 && nets.some((net) => net.cell === 'rnn' && !net.bidirectional && rightAt(values, net) > 0.95),
    },
    {
      id: 'write',
      text: 'Have it write out what your own text quotes.',
      reached: (values, { written }) =>
        written !== undefined && values.text !== fields.text.default && written.run.output === quoted(written.text) && written.run.output !== '',
    },
  ],
  async compute(engine, values, show) {
    const { ask } = values
    if (ask === 'write') {
      const written = await learnToWrite(engine, values, show && ((written) => show({ ask, nets: [], written })))
      return { ask, nets: [], written }
    }
    return { ask, nets: await learn(engine, values, asked(values), show && ((nets) => show({ ask, nets }))) }
  },
  summary(values, { ask, nets, written }) {
    if (written) {
      const wanted = quoted(written.text)
      return (
        `After ${plural(written.step, 'step')} of training, ${written.attention ? 'with attention' : 'through one vector of 16 numbers'}, it writes ${percent(written.exact.at(-1)!)} of the quotations of new texts without a fault, ` +
        `and ${percent(written.far.at(-1)!)} where the text is up to twice as long. Of your text it writes “${written.run.output}”${wanted ? `; “${wanted}” is quoted` : ''}.`
      )
    }
    if (nets.length === 0) return 'No net is chosen.'
    const step = Math.max(...nets.map((net) => net.step))
    const list = nets.map((net) => said(values, net)).join(', ')
    return ask === 'inside'
      ? `After ${plural(step, 'step')} of training, asked ${values.every ? 'at every character' : `${values.D} to ${values.D + head - 1} characters after the last mark`} whether the text is inside a quotation, these are right${values.every ? ` ${values.D} to ${values.D + head - 1} characters after it` : ''}: ${list}. Chance is 50\u00a0%.`
      : `After ${plural(step, 'step')} of training, asked of every character whether it stands in a quotation that will be closed, these are right: ${list}.`
  },
  tables(values, { nets, written }): Table[] {
    if (written)
      return [
        {
          caption: 'Quotations written without a fault, share of 60 new texts each',
          head: ['look', 'up to 24 characters', 'up to 48'],
          rows: written.exact.map((share, i) => [i, share, written.far[i] ?? NaN]),
        },
      ]
    const lags = [1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 70, 80]
    const shown = Array.from(values.text).slice(0, nets[0]?.look.belief.shape[0] ?? 0)
    return [
      {
        caption: 'The nets',
        head: ['net', 'parameters', 'steps', 'right in the latest batches', 'last gradient norm'],
        rows: nets.map((net) => [nameOf(net), net.parameters, net.step, recent(net.accuracy), net.norm.at(-1) ?? NaN]),
      },
      ...(values.ask === 'inside'
        ? [
            {
              caption: 'Share of right answers over 200 new texts, by the characters since the last mark',
              head: ['characters', ...nets.map(nameOf)],
              rows: lags.map((k) => [k, ...nets.map((net) => (net.look.right ? at(net.look.right, k - 1) : NaN))]),
            },
          ]
        : []),
      {
        caption: 'What each net gives for your text, by character',
        head: ['character', 'it is', 'right is', ...nets.map(nameOf)],
        rows: shown.map((character, t) => [
          t + 1,
          character === ' ' ? 'space' : character,
          nets[0] && at(nets[0].look.truth, t) === 1 ? 'yes' : 'no',
          ...nets.map((net) => at(net.look.belief, t)),
        ]),
      },
    ]
  },
}

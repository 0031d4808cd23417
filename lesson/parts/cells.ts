// SPDX-License-Identifier: Apache-2.0
// How the kinds of cells are named and drawn, in every diagram that has more than one.
import type { QuoteCell } from '../engine/api'

export const cellTitles: Record<QuoteCell, string> = { rnn: 'RNN', gru: 'GRU', lstm: 'LSTM', mingru: 'minGRU', slstm: 'sLSTM' }

/** The three of PyTorch, for a choice among them. */
export const cellOptions = (['rnn', 'gru', 'lstm'] as const).map((value) => ({ value, label: cellTitles[value] }))

/** How their curves are told apart. */
export const cellLooks = {
  rnn: { quantity: 'grad', dash: '2 4', glyph: '▲' },
  gru: { quantity: 'o', dash: '9 4', glyph: '■' },
  lstm: { quantity: 'h', glyph: '○' },
  mingru: { quantity: 'g', dash: '4 2', glyph: '◆' },
  slstm: { quantity: 'i', dash: '12 3', glyph: '●' },
} as const satisfies Record<QuoteCell, object>

// SPDX-License-Identifier: Apache-2.0
// What the lesson consists of, in order. The prose itself is Markdown beside this file.
import bptt from './sections/02-bptt.md?raw'
import vanishing from './sections/03-vanishing.md?raw'
import sequences from './sections/01-sequences.md?raw'
import gates from './sections/04-gates.md?raw'
import cell from './sections/05-cell.md?raw'
import gru from './sections/06-gru.md?raw'
import bidirectional from './sections/07-bidirectional.md?raw'
import seq2seq from './sections/08-seq2seq.md?raw'
import forecasting from './sections/09-forecasting.md?raw'
import whenNot from './sections/10-when-not.md?raw'
import after from './sections/11-after.md?raw'

export type Kind = 'motivation' | 'intuition' | 'math' | 'code'

export interface Section {
  id: string
  kind: Kind
  title: string
  /** The question that the section answers; it opens it. */
  question: string
  minutes: number
  text: string
}

export const head = {
  hub: 'ML Learning Hub',
  area: 'Deep Learning',
  title: 'RNN, LSTM & GRU',
  subtitle: 'Sequence modelling, from one shared weight to a forecast you can check.',
  level: 'Advanced',
  minutes: 70,
  date: 'November 2026',
  /** What the reader can do afterwards. */
  goal: 'At the end you can say where the gradient of a recurrent net goes, set how long it remembers, and tell whether its forecast is worth anything.',
  promise:
    'Every number, curve and heat map on this page is computed here, in your browser, or checked against what is: real forward passes, real backpropagation through time, real training. A few small nets come trained.',
}

export const concepts: { name: string; section: string }[] = [
  { name: 'BPTT', section: 'bptt' },
  { name: 'Vanishing gradient', section: 'vanishing' },
  { name: 'LSTM gates', section: 'gates' },
  { name: 'Cell state', section: 'cell' },
  { name: 'GRU', section: 'gru' },
  { name: 'Bi-LSTM', section: 'bidirectional' },
  { name: 'Sequence-to-sequence', section: 'seq2seq' },
]

export const sections: Section[] = [
  {
    id: 'sequences',
    kind: 'motivation',
    title: 'Why sequences are hard',
    question: 'What does a net need that a window of fixed size cannot give?',
    minutes: 4,
    text: sequences,
  },
  {
    id: 'bptt',
    kind: 'math',
    title: 'Backpropagation through time',
    question: 'How can one weight learn from many steps at once?',
    minutes: 9,
    text: bptt,
  },
  {
    id: 'vanishing',
    kind: 'math',
    title: 'The vanishing gradient',
    question: 'Why does the net learn so little from what was long ago?',
    minutes: 10,
    text: vanishing,
  },
  {
    id: 'gates',
    kind: 'math',
    title: 'The gates of the LSTM',
    question: 'What would a cell look like that can decide what to keep?',
    minutes: 8,
    text: gates,
  },
  { id: 'cell', kind: 'intuition', title: 'The cell state', question: 'How long does an LSTM remember, and who sets it?', minutes: 7, text: cell },
  { id: 'gru', kind: 'math', title: 'The GRU', question: 'Can fewer gates do the same work?', minutes: 6, text: gru },
  {
    id: 'bidirectional',
    kind: 'intuition',
    title: 'Reading both ways: Bi-LSTM',
    question: 'When may a net look into the future, and which of its outputs has?',
    minutes: 5,
    text: bidirectional,
  },
  {
    id: 'seq2seq',
    kind: 'intuition',
    title: 'Sequence to sequence',
    question: 'How does a net write a sequence of another length than it read?',
    minutes: 8,
    text: seq2seq,
  },
  {
    id: 'forecasting',
    kind: 'code',
    title: 'Forecasting a series',
    question: 'What does all this look like as a program, and is it any good?',
    minutes: 9,
    text: forecasting,
  },
  {
    id: 'after',
    kind: 'intuition',
    title: 'What came after',
    question: 'What did the successors of the gates give up, and what did they gain?',
    minutes: 2,
    text: after,
  },
  {
    id: 'when-not',
    kind: 'motivation',
    title: 'When not to use an RNN',
    question: 'What should you try first, and what instead?',
    minutes: 2,
    text: whenNot,
  },
]

// SPDX-License-Identifier: Apache-2.0
import type { Item } from './schema'

export const mixed: Item[] = [
  {
    id: 'mixed-linzen',
    set: 'mixed',
    section: 'sequences',
    kind: 'choice',
    question: 'Which sentence tests long memory?',
    options: [
      { text: 'He said he would come.', why: 'The words that depend on each other stand next to each other.' },
      {
        text: 'The keys that she left on the kitchen table last night are gone.',
        right: true,
        why: 'The number of the verb depends on a noun ten words earlier, past two nouns that suggest the other number.',
      },
      { text: 'The cat sat on the mat.', why: 'A window of a few words suffices.' },
    ],
  },
  {
    id: 'mixed-state',
    set: 'mixed',
    section: 'forecasting',
    kind: 'bug',
    question: 'This is meant to carry the state from chunk to chunk. It stops with an error. Where?',
    lines: ['h = torch.zeros(2, rows, 128)', 'for chunk in chunks:', '    out, h = lstm(chunk, h)', '    h = h.detach()'],
    wrong: 2,
    why: 'An LSTM’s state is a pair (h, c). Given h alone it cannot start; a GRU or RNN would accept it.',
  },
  {
    id: 'mixed-squeeze',
    set: 'mixed',
    section: 'forecasting',
    kind: 'bug',
    question: 'In use, with a single row, the shape comes out wrong. Which line?',
    lines: ['out, _ = self.lstm(x)          # [rows, steps, 64]', 'y = self.head(out[:, -1])      # [rows, 1]', 'return y.squeeze()'],
    wrong: 2,
    why: 'squeeze() drops every axis of size 1, the rows too when there is one row. Say which: squeeze(1).',
  },
  {
    id: 'mixed-dropout',
    set: 'mixed',
    section: 'forecasting',
    kind: 'choice',
    question: '`nn.LSTM(8, 64, num_layers=1, dropout=0.5)` drops',
    options: [
      { text: 'half of the outputs', why: 'Not after the last layer.' },
      { text: 'nothing', right: true, why: 'Dropout acts between layers, and there is one. PyTorch warns of it.' },
      { text: 'half of the recurrent connections', why: 'It never acts along time.' },
    ],
  },
  {
    id: 'mixed-catastrophic',
    set: 'mixed',
    section: 'vanishing',
    kind: 'choice',
    question: 'A net trained on task A, then on task B, gets A wrong. That is',
    options: [
      { text: 'the vanishing gradient', why: 'That is about distance in time within one sequence.' },
      {
        text: 'catastrophic forgetting',
        right: true,
        why: 'New training overwrites weights. It has nothing to do with the forget gate or with long sequences.',
      },
      { text: 'exposure bias', why: 'That is about a decoder that never saw its own mistakes.' },
    ],
  },
]

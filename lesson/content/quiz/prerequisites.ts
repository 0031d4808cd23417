// SPDX-License-Identifier: Apache-2.0
import type { Item } from './schema'

export const prerequisites: Item[] = [
  {
    id: 'nn-chain',
    set: 'nn',
    section: 'nn',
    kind: 'numeric',
    question: 'y = tanh(2x) and L = 3y. At x = 0, what is dL/dx?',
    answer: 6,
    tolerance: 0.01,
    why: 'Multiply along the path: 3 for L, the slope of tanh at 0, which is 1, and 2 inside: 3 · 1 · 2 = 6.',
  },
  {
    id: 'nn-sigmoid',
    set: 'nn',
    section: 'nn',
    kind: 'choice',
    question: 'Where does a sigmoid pass the most gradient?',
    options: [
      { text: 'at 0', right: true, why: 'Its slope is σ(1 − σ), largest at σ = 1/2: a quarter.' },
      { text: 'far to the right', why: 'There the output is close to 1 and the slope close to 0.' },
      { text: 'the same everywhere', why: 'Only a straight line has the same slope everywhere.' },
    ],
  },
  {
    id: 'nn-shared',
    set: 'nn',
    section: 'nn',
    kind: 'choice',
    question: 'A weight w is used twice in one net. Its gradient is',
    options: [
      { text: 'the sum over both uses', right: true, why: 'A small change of w acts at both places, and small effects add.' },
      { text: 'the larger of the two', why: 'Both uses change the loss, so both count.' },
      { text: 'the product of the two', why: 'Products arise along one path. Two paths add.' },
    ],
  },
  {
    id: 'optim-clip',
    set: 'optim',
    section: 'optim',
    kind: 'numeric',
    question: 'A gradient is (3, 4). It is clipped to a global norm of 1. What is its first component now?',
    answer: 0.6,
    tolerance: 0.01,
    why: 'The norm is 5, so everything is divided by 5. The direction stays: (0.6, 0.8).',
  },
  {
    id: 'optim-adam',
    set: 'optim',
    section: 'optim',
    kind: 'choice',
    question: 'For Adam, all gradients are multiplied by 10. The step it takes is then',
    options: [
      { text: 'about the same', right: true, why: 'Adam divides the mean of the gradient by the root of its mean square; the 10 cancels.' },
      { text: '10 times as long', why: 'That is plain gradient descent.' },
      { text: '100 times as long', why: 'The square stands under a root, and below the line.' },
    ],
  },
  {
    id: 'optim-split',
    set: 'optim',
    section: 'optim',
    kind: 'choice',
    question: 'Why must the validation part of a time series be the newest part?',
    options: [
      {
        text: 'because a forecast knows only the past',
        right: true,
        why: 'With a random split the windows overlap, and the net is scored on values that it has trained on.',
      },
      { text: 'because new data are cleaner than old ones are', why: 'They may be or not; it is not the reason.' },
      { text: 'because training is faster so', why: 'The split does not change the speed.' },
    ],
  },
]

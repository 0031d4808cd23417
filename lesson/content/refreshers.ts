// SPDX-License-Identifier: Apache-2.0
// One screen for each prerequisite.
export interface Refresher {
  id: 'nn' | 'optim'
  title: string
  /** Which part of the lesson needs it. */
  needed: string
  text: string
}

export const refreshers: Refresher[] = [
  {
    id: 'nn',
    title: 'Neural Networks',
    needed: 'needed from “Backpropagation through time” on',
    text: `
A layer multiplies by a matrix, adds a bias, and bends the result: $y=\\phi(Wx+b)$. Two bends matter here. **tanh** runs from −1 to 1 and has slope 1 at zero. The **sigmoid** $\\sigma$ runs from 0 to 1 and has slope ¼ at zero. Far out both are flat.

**Backpropagation** is the chain rule, walked from the loss to the weights. Along a path, slopes multiply. Where paths meet, they add: so a weight that is used in two places gets the sum of two gradients. The whole lesson rests on these two sentences.

For a vector that depends on a vector, the slope is a matrix, the [[Jacobian]]: for $y=\\tanh(Ux)$ it is $\\diag(\\tanh'(Ux))\\,U$.
`,
  },
  {
    id: 'optim',
    title: 'Deep Learning Optimization',
    needed: 'needed for “The vanishing gradient” and “Forecasting a series”',
    text: `
**Gradient descent** moves each weight against its gradient, by a learning rate. **Adam** divides each weight’s running mean gradient by the root of its running mean square, so that all weights move at a similar pace, whatever the scale of their gradients.

**Clipping by global norm** takes all gradients as one long vector. If it is longer than the limit, it is scaled down as a whole: the direction stays.

**Overfitting** shows on data that the training has not seen. For a time series these must be the newest part; the scaling too must be computed on the training part alone.
`,
  },
]

// SPDX-License-Identifier: Apache-2.0
export interface Term {
  term: string
  /** One or two sentences; Markdown with formulas. */
  meaning: string
}

export const glossary: Term[] = [
  { term: 'attention', meaning: 'A weighted mean of all source states, with weights computed anew for each output step.' },
  {
    term: 'backpropagation through time',
    meaning: 'Backpropagation on the unrolled net. The gradient of a shared weight is the sum of its gradients at every step. Short: BPTT.',
  },
  {
    term: 'cell state',
    meaning: 'The LSTM’s memory $\\qc_t$: changed only by a product with the forget gate and a sum with what the input gate lets in.',
  },
  { term: 'clipping', meaning: 'Scaling the whole gradient down when its norm is above a limit. It cures explosion only.' },
  { term: 'context vector', meaning: 'What the encoder hands to the decoder: in the plain design, its last state and nothing else.' },
  { term: 'exploding gradient', meaning: 'Gradients that grow with the distance they travel back in time. Training then jumps or ends in NaN.' },
  { term: 'exposure bias', meaning: 'A decoder that only ever saw correct prefixes in training must continue from its own mistakes later.' },
  { term: 'forget gate', meaning: 'The factor $\\qf_t\\in(0,1)$ on the old cell state. Near 1 it keeps, near 0 it erases.' },
  { term: 'half-life', meaning: 'The number of steps after which half of a memory is left. With a constant forget gate: $\\ln\\tfrac12/\\ln\\qf$.' },
  { term: 'hidden state', meaning: 'What the cell shows to the rest of the net at step $t$: $\\qh_t$.' },
  { term: 'Jacobian', meaning: 'The matrix of partial derivatives of one vector by another, here of one state by an earlier one.' },
  { term: 'lookback', meaning: 'How many past steps a forecaster is shown.' },
  { term: 'non-normal matrix', meaning: 'A matrix whose eigenvectors are not at right angles. Its powers may grow for a while before they decay.' },
  { term: 'persistence', meaning: 'The forecast “tomorrow is like today”. Any net must beat it first.' },
  {
    term: 'running free',
    meaning: 'Forecasting many steps from one start: each forecast is read as if it were the value, and its error with it.',
  },
  { term: 'saturation', meaning: 'A tanh or sigmoid so far out that its slope is nearly zero. No gradient passes.' },
  { term: 'scheduled sampling', meaning: 'During training the decoder is fed its own last output with a probability that grows on a schedule.' },
  { term: 'singular value', meaning: 'How much a matrix stretches a vector along one of its axes. The largest one is the spectral norm.' },
  { term: 'spectral radius', meaning: 'The largest absolute eigenvalue $\\rho$: the growth rate of $U^k$ in the long run.' },
  { term: 'teacher forcing', meaning: 'During training the decoder is fed the correct previous token, not its own.' },
  { term: 'truncation', meaning: 'Cutting the gradient after $K$ steps. The state’s value is still carried on.' },
  { term: 'unrolled net', meaning: 'The recurrent net drawn once per step: a deep feed-forward net whose layers share their weights.' },
  { term: 'vanishing gradient', meaning: 'Gradients that shrink with the distance they travel back in time, so that far causes are not learned.' },
]

// SPDX-License-Identifier: Apache-2.0
/** The loop of examples/lstm_forecaster.py, line by line, with the phase of a training step that each runs. */
export const loop: { line: string; phase?: 'forward' | 'backward' | 'clip' | 'step' }[] = [
  { line: 'for rows in torch.randperm(500).split(32):' },
  { line: '    loss = nn.functional.mse_loss(net(x[rows]), y[rows])', phase: 'forward' },
  { line: '    adam.zero_grad()' },
  { line: '    loss.backward()', phase: 'backward' },
  { line: '    nn.utils.clip_grad_norm_(net.parameters(), 1.0)', phase: 'clip' },
  { line: '    adam.step()', phase: 'step' },
]

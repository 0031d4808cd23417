// SPDX-License-Identifier: Apache-2.0
/** The loop of examples/lstm_forecaster.py, line by line, with the phase of a training step that each runs. */
export const loop: { line: string; phase?: 'forward' | 'backward' | 'clip' | 'step' | 'evaluate' }[] = [
  { line: 'for rows in torch.randperm(len(x)).split(32):' },
  { line: '    loss = nn.functional.mse_loss(net(x[rows]), y[rows])', phase: 'forward' },
  { line: '    adam.zero_grad()' },
  { line: '    loss.backward()', phase: 'backward' },
  { line: '    nn.utils.clip_grad_norm_(net.parameters(), 1.0)', phase: 'clip' },
  { line: '    adam.step()', phase: 'step' },
  { line: 'net.eval()  # no dropout', phase: 'evaluate' },
  { line: 'validation = nn.functional.mse_loss(net(x_new), y_new).item()', phase: 'evaluate' },
]

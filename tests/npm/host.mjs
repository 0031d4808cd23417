// SPDX-License-Identifier: Apache-2.0
// What a user's program does with the package, in Node and in a page: streams a net, refuses a file that is none, trains.
import { createEngine, EngineError, openNet } from 'recurra'
import { lstm, safetensors } from './weights.mjs'

export async function run() {
  const reference = lstm(2, 5, 3)
  const net = await openNet(reference.bytes)
  const rows = Array.from({ length: 30 }, (_, t) => [Math.sin(t), Math.cos(0.3 * t)])
  const expected = rows.map(reference.step)
  const first = Array.from(net.step(rows[0]).data)
  const rest = net.step(rows.slice(1).flat())
  const got = [first, ...expected.slice(1).map((_, t) => Array.from(rest.data.slice(3 * t, 3 * t + 3)))]
  const difference = Math.max(...got.flatMap((row, t) => row.map((value, o) => Math.abs(value - expected[t][o]))))
  net.reset()
  const again = Array.from(net.step(rows[0]).data)

  const refused = []
  for (const bytes of [new Uint8Array([1, 2, 3]), safetensors({ 'a.weight': [[1], [1]] }), lstm(2, 5, 3).bytes.slice(0, -4)])
    await openNet(bytes).catch((error) => refused.push(error instanceof EngineError ? error.kind : String(error)))

  const engine = createEngine()
  const options = { cell: 'gru', hidden: 8, layers: 1, dropout: 0, lookback: 12, horizon: 2, seasons: [13], learningRate: 0.01, clip: 1, batch: 16, seed: 1 }
  const series = Array.from({ length: 200 }, (_, t) => Math.sin(0.5 * t) + 0.1 * Math.sin(2.3 * t))
  const { session } = await engine.call('train.start', { options, series })
  const { loss } = await engine.call('train.step', { session, steps: 60 })
  const model = await engine.call('train.save', { session })
  engine.close()
  return { size: net.size, difference, sameAfterReset: again.every((value, o) => value === first[o]), refused,
    learned: loss.data[59] / loss.data[0], modelBytes: model.bytes.length }
}

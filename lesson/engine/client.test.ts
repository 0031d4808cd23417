// SPDX-License-Identifier: Apache-2.0
// The client's manners, against workers that a test holds in its hand.
import { describe, expect, it } from 'vitest'
import { EngineError, Superseded, type BpttRequest } from './api.ts'
import { WorkerEngine } from './client.ts'
import type { FromWorker, Port, ToWorker } from './protocol.ts'

class HandWorker implements Port {
  onmessage: Port['onmessage'] = null
  onerror: Port['onerror'] = null
  calls: Extract<ToWorker, { type: 'call' }>[] = []
  ended = false
  constructor(private readonly refuse = false) {}
  postMessage(message: ToWorker): void {
    if (message.type === 'call') this.calls.push(message)
    else queueMicrotask(() => this.say(this.refuse ? { type: 'refused', message: 'no SIMD here' } : { type: 'ready' }))
  }
  terminate(): void {
    this.ended = true
  }
  say(data: FromWorker): void {
    this.onmessage?.({ data })
  }
  answer(result: unknown): void {
    const call = this.calls.shift()!
    this.say({ type: 'result', id: call.id, result })
  }
  fail(kind: EngineError['kind']): void {
    const call = this.calls.shift()!
    this.say({ type: 'error', id: call.id, kind, message: 'told so' })
  }
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 0))
const request = (step: number): BpttRequest => ({ inputs: [], targets: [], step, U: [], W: [], b: [], truncation: 1, mode: 'sliding' })

function setUp(options: { refuse?: boolean; mostSeconds?: number } = {}) {
  const workers: HandWorker[] = []
  const engine = new WorkerEngine({
    wasm: { figures: 'figures.wasm', training: 'training.wasm', sequences: 'sequences.wasm' },
    mostSeconds: options.mostSeconds,
    createWorker: () => {
      workers.push(new HandWorker(options.refuse))
      return workers[workers.length - 1]!
    },
  })
  return { engine, workers }
}

describe('WorkerEngine', () => {
  it('sends one request at a time and drops the waiting ones that a later one replaces', async () => {
    const { engine, workers } = setUp()
    const results = [1, 2, 3].map((step) => engine.call('bptt', request(step)))
    const other = engine.call('gates', { text: 'a', clamp: null })
    void Promise.allSettled(results) // one of them rejects before it is looked at
    await soon()
    const worker = workers[0]!
    expect(worker.calls.map((call) => (call.request as BpttRequest).step)).toEqual([1])
    worker.answer('first')
    await expect(results[0]).resolves.toBe('first')
    await expect(results[1]).rejects.toBeInstanceOf(Superseded)
    await soon()
    expect((worker.calls[0]!.request as BpttRequest).step).toBe(3)
    worker.answer('third')
    await expect(results[2]).resolves.toBe('third')
    await soon()
    worker.answer('other')
    await expect(other).resolves.toBe('other')
    expect(workers).toHaveLength(1)
  })

  it('lanes of the same operation do not replace each other, and the empty lane never does', async () => {
    const { engine, workers } = setUp()
    const all = [
      engine.call('bptt', request(1), { lane: 'a' }),
      engine.call('bptt', request(2), { lane: 'b' }),
      engine.call('bptt', request(3), { lane: '' }),
      engine.call('bptt', request(4), { lane: '' }),
    ]
    for (let i = 0; i < 4; ++i) {
      await soon()
      workers[0]!.answer(i)
    }
    await expect(Promise.all(all)).resolves.toEqual([0, 1, 2, 3])
  })

  it('a cancelled request rejects at once, waiting or running', async () => {
    const { engine, workers } = setUp()
    const [running, waiting] = [new AbortController(), new AbortController()]
    const first = engine.call('bptt', request(1), { lane: '', signal: running.signal })
    const second = engine.call('bptt', request(2), { lane: '', signal: waiting.signal })
    await soon()
    waiting.abort()
    await expect(second).rejects.toBeInstanceOf(Superseded)
    running.abort()
    await expect(first).rejects.toBeInstanceOf(Superseded)
    expect(workers[0]!.ended).toBe(true) // there is no other way to stop what runs
    const third = engine.call('bptt', request(3))
    await soon()
    expect((workers[1]!.calls[0]!.request as BpttRequest).step).toBe(3)
    workers[1]!.answer('third')
    await expect(third).resolves.toBe('third')
    await expect(engine.call('bptt', request(4), { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(Superseded)
  })

  it('passes the engine’s errors on and keeps the worker', async () => {
    const { engine, workers } = setUp()
    const asked = engine.call('bptt', request(1))
    await soon()
    workers[0]!.fail('value')
    await expect(asked).rejects.toMatchObject({ kind: 'value', message: 'told so' })
    expect(workers[0]!.ended).toBe(false)
  })

  it('replaces a worker that crashes or hangs', async () => {
    const { engine, workers } = setUp({ mostSeconds: 0.02 })
    const crashed = engine.call('bptt', request(2))
    await soon()
    workers[0]!.fail('crash')
    await expect(crashed).rejects.toMatchObject({ kind: 'crash' })
    const hung = engine.call('bptt', request(3))
    await expect(hung).rejects.toMatchObject({ message: 'no answer within 0.02 s' })
    const fine = engine.call('bptt', request(4))
    await soon()
    workers[2]!.answer('fine')
    await expect(fine).resolves.toBe('fine')
    expect(workers.map((worker) => worker.ended)).toEqual([true, true, false])
  })

  it('asks again where a worker died under a request, but only once', async () => {
    const { engine, workers } = setUp()
    const asked = engine.call('bptt', request(1))
    await soon()
    workers[0]!.onerror?.({ message: 'out of memory' })
    await soon()
    expect((workers[1]!.calls[0]!.request as BpttRequest).step).toBe(1)
    workers[1]!.answer('fine')
    await expect(asked).resolves.toBe('fine')
    const again = engine.call('bptt', request(2))
    await soon()
    workers[1]!.onerror?.({ message: 'out of memory' })
    await soon()
    workers[2]!.onerror?.({ message: 'out of memory' })
    await expect(again).rejects.toMatchObject({ kind: 'crash', message: 'out of memory' })
    expect(workers).toHaveLength(3)
  })

  it('brings a training session back in a new worker, step by step', async () => {
    const { engine, workers } = setUp()
    const started = engine.call('race.start', { T: 5, hidden: [4, 4, 4], forgetBias: 0, learningRate: 0.1, clip: 1, batch: 8, seed: 1 })
    await soon()
    workers[0]!.answer({ session: 71 })
    const { session } = await started
    const stepped = engine.call('race.step', { session, steps: 1000 })
    await soon()
    expect(workers[0]!.calls[0]!.request).toEqual({ session: 71, steps: 1000 })
    workers[0]!.answer({ step: 1500 })
    await stepped
    workers[0]!.onerror?.({ message: 'gone' })

    const again = engine.call('race.step', { session, steps: 3 })
    const expected = [
      ['race.start', { T: 5, hidden: [4, 4, 4], forgetBias: 0, learningRate: 0.1, clip: 1, batch: 8, seed: 1 }, { session: 5 }],
      ['race.step', { session: 5, steps: 1000 }, { step: 1000 }],
      ['race.step', { session: 5, steps: 500 }, { step: 1500 }],
      ['race.step', { session: 5, steps: 3 }, { step: 1503 }],
    ] as const
    for (const [name, sent, result] of expected) {
      await soon()
      expect(workers[1]!.calls[0]).toMatchObject({ name, request: sent })
      workers[1]!.answer(result)
    }
    await expect(again).resolves.toEqual({ step: 1503 })
  })

  it('says so where the module cannot run', async () => {
    const { engine } = setUp({ refuse: true })
    await expect(engine.ready()).rejects.toMatchObject({ kind: 'unsupported', message: 'no SIMD here' })
    await expect(engine.call('gates', { text: 'a', clamp: null })).rejects.toBeInstanceOf(EngineError)
  })
})

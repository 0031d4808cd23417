// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../engine/api'
import { openEngine } from '../../engine/testing'
import { defaults } from '../../state/fields'
import { divergence, fields, model, recent, startRequest, winner, type Progress, type TrainResult } from './model'
import { asCsv, series, wave } from './series'
import { RaceSession, TrainingSession } from './session'

const values = defaults(fields)
let engine: Engine
let result: TrainResult
const progress = (): Progress => (result as Extract<TrainResult, { mode: 'forecast' }>).progress
beforeAll(async () => {
  engine = await openEngine()
  result = await model.compute(engine, values)
})

describe('D8 claims, at the published defaults', () => {
  it('the trained net beats the last value and the value one season ago on the test part', () => {
    expect(winner(progress().look)).toBe('net')
    expect(model.summary(values, result)).toContain('The net wins.')
  })

  it('the untrained net does not', async () => {
    const untrained = (await model.compute(engine, { ...values, steps: 0 })) as Extract<TrainResult, { mode: 'forecast' }>
    expect(winner(untrained.progress.look)).not.toBe('net')
    expect(recent(progress().loss)).toBeLessThan(0.5 * untrained.progress.look.validationLoss)
  })

  it('clipping bounds the norm after, never before', () => {
    const { before, after } = progress()
    expect(Math.max(...before)).toBeGreaterThan(values.clip)
    expect(Math.max(...after)).toBeLessThanOrEqual(values.clip + 1e-6)
  })

  it('a run that diverges says so, shows its norm and offers clipping', async () => {
    const request = startRequest({ ...values, clip: 0 })
    request.options.learningRate = 1e20 // what no slider gives: weights that leave float32
    const session = await TrainingSession.start(engine, request)
    await session.advance(20)
    expect(session.diverged).toBe(true)
    expect(session.step).toBeLessThan(20)
    expect(session.loss).toHaveLength(session.step)
    await session.advance(5)
    expect(session.loss).toHaveLength(session.step)
    expect(model.summary(values, { mode: 'forecast', progress: session })).toMatch(/diverged at step \d+.*gradient norm was .*Clip the gradient/)
    await session.end()
  })

  it('a run whose loss leaves all measure says so too', async () => {
    const asked = { ...values, clip: 0, lr: 100, layers: 1, steps: 40 }
    const wild = await model.compute(engine, asked)
    expect(model.summary(asked, wild)).toMatch(/its loss was \S+ at first and is now .*gradient norm was \d/)
    expect(divergence(progress())).toBe('')
  })

  it('in the race the gated cells hold the bit over 30 steps, if their forget bias suits', async () => {
    const asked = { ...values, mode: 'race' as const, T: 30, steps: 200 }
    const raced = (await model.compute(engine, asked)) as Extract<TrainResult, { mode: 'race' }>
    for (const cell of ['gru', 'lstm'] as const) expect(recent(raced.curves.accuracy[cell])).toBeGreaterThan(0.95)
    expect(recent(raced.curves.accuracy.rnn)).toBeLessThan(0.75)
    expect(model.summary(asked, raced)).toMatch(/RNN \d+(\.\d)?\s%, GRU (9[5-9]|100)/)
    for (const table of model.tables(asked, raced)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
    const unsuited = (await model.compute(engine, { ...asked, bf: 0 })) as Extract<TrainResult, { mode: 'race' }>
    for (const cell of ['gru', 'lstm'] as const) expect(recent(unsuited.curves.accuracy[cell])).toBeLessThan(0.75)
  })
})

describe('D8 sessions', () => {
  it('steps in portions give the same bits as steps at once', async () => {
    const session = await TrainingSession.start(engine, startRequest(values))
    for (const portion of [1, 2, 7]) await session.advance(portion)
    expect(session.loss).toEqual(progress().loss.slice(0, 10))
    expect(session.step).toBe(10)
    await session.end()
    await expect(session.advance(1)).rejects.toThrow(/no session/)
  })

  it('a saved model opens again and forecasts', async () => {
    const session = await TrainingSession.start(engine, startRequest({ ...values, hidden: 4, series: 'wave' }))
    await session.advance(5)
    const opened = await engine.call('model.open', { bytes: await session.save() })
    expect(opened).toMatchObject({ targets: ['value'], cell: 'lstm', hidden: 4, layers: 2, lookback: 24, horizon: 24 })
    expect(opened.parameters).toBe(session.started.parameters)
    const csv = new TextEncoder().encode(asCsv(series('wave', values.seed)))
    const forecast = await engine.call('model.forecast', { model: opened.model, csv })
    expect(forecast.values.shape).toEqual([1, 24])
    const explored = await engine.call('model.explore', { model: opened.model, csv })
    expect(explored.flow.shape).toEqual([24])
    expect(explored.layers.map((layer) => layer.name)).toEqual(['l0', 'l1'])
    expect(explored.layers[0]!.halfLife.shape).toEqual([4])
    await engine.call('model.close', { model: opened.model })
    await expect(engine.call('model.forecast', { model: opened.model, csv })).rejects.toThrow(/no model/)
    await session.end()
  })

  it('two races of one seed are one race', async () => {
    const request = { T: 5, hidden: 4, forgetBias: 0, learningRate: 0.01, clip: 1, batch: 8, seed: 3 }
    const [a, b] = [await RaceSession.start(engine, request), await RaceSession.start(engine, request)]
    await a.advance(6)
    await b.advance(2)
    await b.advance(4)
    expect(a.curves).toEqual(b.curves)
    expect(a.curves.loss.lstm).toHaveLength(6)
  })
})

describe('a reader’s own files', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const start = (csv: Uint8Array, target?: string) => engine.call('train.start', { ...startRequest(values), series: undefined, csv, target })
  const days = Array.from({ length: 600 }, (_, i) => new Date(Date.UTC(2023, 0, 1 + i)).toISOString().slice(0, 10))

  it('says so when a net does not fit into its memory, and goes on', async () => {
    const request = startRequest({ ...values, layers: 3 })
    Object.assign(request.options, { hidden: 128, lookback: 300, batch: 512 })
    const large = await engine.call('train.start', request)
    await expect(engine.call('train.step', { session: large.session, steps: 1 })).rejects.toMatchObject({ kind: 'memory' })
    await engine.call('train.end', { session: large.session })
    const small = await TrainingSession.start(engine, startRequest(values))
    await small.advance(1)
    expect(small.step).toBe(1)
  })

  it('takes the first column of numbers, or the one that is named', async () => {
    const rows = Array.from({ length: 600 }, (_, i) => `x${i},${i % 7},${i % 11}`).join('\n')
    const csv = bytes(`name,a,b\n${rows}\n`)
    expect((await start(csv)).target).toBe('a')
    expect((await start(csv, 'b')).target).toBe('b')
    await expect(start(csv, 'c')).rejects.toThrow(/c/)
    await expect(start(csv, 'name')).rejects.toThrow(/name/)
  })

  it.each([
    ['an empty file', ''],
    ['a header alone', 'a,b\n'],
    ['no numbers', 'a,b\nx,y\nz,w\n'],
    ['binary content', '\u0000\u0001\u0002a,b'],
    ['a ragged row', `a,b\n${'1,2\n'.repeat(100)}1\n`],
    ['too few rows', 'a\n1\n2\n3\n'],
    ['a constant column', `a\n${'5\n'.repeat(300)}`],
  ])('refuses %s with a message and no trap', async (_what, text) => {
    const error = await start(bytes(text)).then(
      () => null,
      (e: Error) => e,
    )
    expect(error).toMatchObject({ name: 'EngineError', kind: expect.stringMatching(/^(format|value)$/) as string })
    expect(error!.message.length).toBeGreaterThan(10)
  })

  it('refuses 60 MB before it reads them', async () => {
    const big = new Uint8Array(60_000_000).fill(49)
    await expect(start(big)).rejects.toThrow(/larger than 50000000 bytes/)
  })

  it('reads dates', async () => {
    const csv = bytes(`day,value\n${days.map((day, i) => `${day},${(i * 7) % 13}`).join('\n')}\n`)
    expect((await start(csv)).target).toBe('value')
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['garbage', new Uint8Array(1000).fill(255)],
    ['a header that claims the moon', new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127, 123, 125])],
    ['a CSV', bytes('a,b\n1,2\n')],
  ])('refuses %s as a model file, as the command does', async (_what, file) => {
    await expect(engine.call('model.open', { bytes: file })).rejects.toMatchObject({ kind: 'format' })
  })

  it('refuses every truncation and survives every changed byte of a model file', async () => {
    const session = await TrainingSession.start(engine, startRequest({ ...values, hidden: 1, layers: 1, series: 'wave' }))
    const good = await session.save()
    for (let size = 0; size < good.length; size += 1 + Math.floor(good.length / 200))
      await expect(engine.call('model.open', { bytes: good.slice(0, size) })).rejects.toMatchObject({ name: 'EngineError' })
    for (let i = 0; i < good.length; i += 1 + Math.floor(good.length / 300)) {
      const bad = good.slice()
      bad[i] = bad[i]! ^ 0x15
      const kind = await engine.call('model.open', { bytes: bad }).then(
        () => 'opened',
        (e: { kind: string }) => e.kind,
      )
      expect(kind).not.toBe('crash')
    }
    await expect(engine.call('model.open', { bytes: good })).resolves.toMatchObject({ hidden: 1 })
    await session.end()
  })
})

describe('D8 view model', () => {
  it('generates the same series everywhere: whole numbers and fractions alone', () => {
    expect(series('wave', 1)).toEqual(series('wave', 1))
    expect(series('wave', 1)).not.toEqual(series('wave', 2))
    expect(wave(0.25)).toBeCloseTo(1, 12)
    expect(wave(0.75)).toBeCloseTo(-1, 12)
    expect(series('demand', 1)).toHaveLength(1008)
  })
  it('gives tables whose rows fit their heads', () => {
    for (const table of model.tables(values, result)) for (const row of table.rows) expect(row).toHaveLength(table.head.length)
  })
})

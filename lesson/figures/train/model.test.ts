// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { at, type Engine, type RaceStartRequest } from '../../engine/api'
import { openEngine } from '../../engine/testing'
import { defaults } from '../../state/fields'
import { digits, percent } from '../../parts/format'
import { recent } from '../../parts/mean'
import {
  bandWidth,
  checked,
  divergence,
  fields,
  fittingHorizon,
  model,
  ownSeasons,
  raceParameters,
  raceUnits,
  startRequest,
  winner,
  type Progress,
  type TrainResult,
} from './model'
import { demand } from './demand'
import { loop } from './loop'
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
  it('the value one week ago beats the trained net on the test part, and a ridge regression on the same lags is no worse than it', () => {
    expect(winner(progress().look)).toMatchObject({ name: 'season', season: 168 })
    expect(model.summary(values, result)).toContain('The value one week ago wins.')
    const [last, day, week, ridge] = progress().look.rivals
    expect([last, day, week, ridge].map((rival) => [rival!.name, rival!.season])).toEqual([
      ['last', 0],
      ['season', 24],
      ['season', 168],
      ['ridge', 0],
    ])
    const { mae } = progress().look
    expect(ridge!.mae.oneStep).toBeLessThan(mae.oneStep)
    expect(mae.oneStep).toBeLessThan(last!.mae.oneStep)
    expect(mae.oneStep).toBeLessThan(day!.mae.oneStep)
  })

  it('the interval around the forecasts holds about the share that it says, and is told', () => {
    const { band, oneStep, truth } = progress().look
    expect(band.coverage).toBe(0.8)
    expect(Math.abs(band.covered - band.coverage)).toBeLessThan(0.1) // 100 rows to learn it from: a deviation of 0.04
    const held = Array.from(truth.data).filter((y, i) => y >= at(band.lower, i) && y <= at(band.upper, i)).length
    expect(band.covered).toBeCloseTo(held / truth.data.length, 12)
    expect(checked(progress().look).covered).toBeLessThan(1e-12)
    oneStep.data.forEach((y, i) => expect(at(band.upper, i) - y).toBeCloseTo(y - at(band.lower, i), 9))
    expect(percent(band.covered)).toBe('76\u00a0%') // as the text above the diagram says
    expect(model.summary(values, result)).toContain(
      `The interval that should hold 80\u00a0% of the values is ${digits(bandWidth(progress().look))} wide and holds ${percent(band.covered)}.`,
    )
  })

  it('the interval narrows as the net learns, which is a goal', async () => {
    const goal = model.goals!.find(({ id }) => id === 'interval')!
    expect(goal.reached(values, result)).toBe(false)
    const longer = { ...values, steps: 400 }
    expect(goal.reached(longer, await model.compute(engine, longer))).toBe(true)
  })

  it('the rivals are what they say, worked out anew from the series', () => {
    const { look } = progress()
    const rows = Array.from({ length: demand.length - look.testStart }, (_, i) => look.testStart + i)
    const mean = (errors: number[]) => errors.reduce((a, b) => a + b, 0) / errors.length
    const lagged = (lag: number) => mean(rows.map((row) => Math.abs(demand[row]! - demand[row - lag]!)))
    expect(look.rivals.slice(0, 3).map((rival) => rival.mae.oneStep.toFixed(9))).toEqual([1, 24, 168].map((lag) => lagged(lag).toFixed(9)))
    const first = rows.slice(0, look.freeRunning.data.length)
    expect(look.rivals[0]!.mae.freeRunning).toBeCloseTo(mean(first.map((row) => Math.abs(demand[row]! - demand[look.testStart - 1]!))), 9)
    const dayOld = first.map((row, i) => Math.abs(demand[row]! - demand[look.testStart - 24 + (i % 24)]!))
    expect(look.rivals[1]!.mae.freeRunning).toBeCloseTo(mean(dayOld), 9)
    expect(look.mae.freeRunning).toBeCloseTo(mean(first.map((row, i) => Math.abs(demand[row]! - at(look.freeRunning, i)))), 9)
    expect(look.rivals.every((rival) => rival.freeRunning.data.length === 96)).toBe(true)
  })

  it('the check that the reader opens finds the same errors and the same repeated values', () => {
    const off = checked(progress().look)
    expect(off.errors).toBeLessThan(1e-9)
    expect(off.repeats).toBeLessThan(1e-9)
    const { look } = progress()
    expect(checked({ ...look, mae: { ...look.mae, oneStep: look.mae.oneStep + 1 } }).errors).toBeCloseTo(1, 9)
  })
  it('a ridge regression that sees a week beats the value one week ago', async () => {
    const week = (await model.compute(engine, { ...values, T: 168, steps: 0 })) as Extract<TrainResult, { mode: 'forecast' }>
    expect(winner(week.progress.look)).toMatchObject({ name: 'ridge' })
    expect(week.progress.look.rivals.at(-1)!.mae.oneStep).toBeCloseTo(0.218, 2)
  })

  it('the untrained net beats nobody', async () => {
    const untrained = (await model.compute(engine, { ...values, steps: 0 })) as Extract<TrainResult, { mode: 'forecast' }>
    for (const rival of untrained.progress.look.rivals) expect(rival.mae.oneStep).toBeLessThan(untrained.progress.look.mae.oneStep)
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
    const request: RaceStartRequest = { T: 5, hidden: [4, 4, 4], forgetBias: 0, learningRate: 0.01, clip: 1, batch: 8, seed: 3 }
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

  const columns = (csv: Uint8Array, target?: string) => engine.call('csv.columns', target ? { csv, target } : { csv })
  const table = (head: string, row: (i: number) => string, rows = 600) =>
    bytes(`${head}\n${Array.from({ length: rows }, (_, i) => row(i)).join('\n')}\n`)

  it('begins with the first column whose numbers change and do not merely count up, or takes the one that is named', async () => {
    const csv = table('name,id,a,b', (i) => `x${i},${i},${i % 7},${i % 11}`)
    expect((await start(csv)).target).toBe('a')
    expect((await start(csv, 'b')).target).toBe('b')
    await expect(start(csv, 'c')).rejects.toThrow(/c/)
    await expect(start(csv, 'name')).rejects.toThrow(/name/)
    const found = await columns(csv)
    expect(found.columns.map((column) => [column.name, column.kind])).toEqual([
      ['name', 'text'],
      ['id', 'index'],
      ['a', 'numbers'],
      ['b', 'numbers'],
    ])
    expect(found).toMatchObject({ target: 'a', rows: 600, used: 600, season: 7 })
    expect((await columns(csv, 'b')).season).toBe(11)
  })

  it.each(['time', 'date', 'timestamp', 'hour', 'year', 'Month', 'day', 'No'])(
    'takes no column named %s for what is to be forecast',
    async (name) => {
      const found = await columns(table(`${name},load`, (i) => `${name === 'No' ? i + 1 : i % 24},${(i * 5) % 13}`))
      expect(found.target).toBe('load')
      expect(found.columns[0]!.kind).toBe(name === 'No' ? 'index' : 'time')
    },
  )

  it('says what each column holds where none can be forecast', async () => {
    const csv = table('day,id,same,words', (i) => `${days[i]},${i},5,w${i}`)
    await expect(columns(csv)).rejects.toThrow(
      "no column holds numbers that change: 'day' holds times, 'id' holds a count that only goes up, 'same' holds one value only, 'words' holds text",
    )
  })

  it('reads decimal commas between semicolons', async () => {
    const csv = table('zeit;last', (i) => `${days[i]};${i % 9},5`)
    expect(await columns(csv)).toMatchObject({ target: 'last', season: 9 })
    expect(at((await start(csv)).series, 3)).toBe(3.5)
  })

  it('names the row of a value beyond all measure', async () => {
    await expect(start(table('x', (i) => (i === 4 ? '1e308' : String(i % 5))))).rejects.toThrow(
      /row 6, column 'x': expected a number of at most 1e\+36 in size, found '1e308'/,
    )
  })

  it('reads a short classic of 144 rows with a horizon that fits it', async () => {
    const csv = table(
      'Month,Passengers',
      (i) => `${1949 + Math.floor(i / 12)}-${String(1 + (i % 12)).padStart(2, '0')},${100 + 2 * i + 30 * wave(i / 12)}`,
      144,
    )
    const found = await columns(csv)
    expect(found).toMatchObject({ target: 'Passengers', season: 12, used: 144 })
    expect(fittingHorizon(found.used)).toBe(14)
    expect(ownSeasons(found)).toEqual([12])
    const request = startRequest(values)
    request.options.horizon = fittingHorizon(found.used)
    const started = await engine.call('train.start', { ...request, series: undefined, csv, target: found.target })
    expect(started.trainingWindows).toBeGreaterThan(20)
    await engine.call('train.end', { session: started.session })
  })

  it('uses the newest rows of a long file, and says so', async () => {
    const csv = table('x', (i) => String((i * 7) % 24), 12_000)
    expect(await columns(csv)).toMatchObject({ rows: 12_000, used: 10_000 })
    expect((await start(csv)).notes.join()).toContain('only the newest 10000 of 12000 rows')
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
  it('races cells of equal size', () => {
    const sizes = raceUnits(16).map((units, i) => raceParameters((['rnn', 'lstm', 'gru'] as const)[i]!, units))
    for (const size of sizes) expect(Math.abs(size - sizes[1]!) / sizes[1]!).toBeLessThan(0.04)
  })
  it('shows the loop of the listing as it stands there', () => {
    const listing = readFileSync(new URL('../../../examples/lstm_forecaster.py', import.meta.url), 'utf8')
    for (const { line } of loop) expect(listing).toContain(line)
  })
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

// SPDX-License-Identifier: Apache-2.0
// One model file, both ways: trained by the command and opened here, trained here and opened by the command. The same
// forecasts within float32's rounding: the two machines differ in the last bits of exp and of sums.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asCsv, series } from '../figures/train/series'
import { startRequest, fields as trainFields } from '../figures/train/model'
import { TrainingSession } from '../figures/train/session'
import { defaults } from '../state/fields'
import { at, type Engine, type Numbers } from './api.ts'
import { commandPath, nativeCall, nativePath, openEngine } from './testing.ts'

const tolerance = 1e-5 // relative
const demand = fileURLToPath(new URL('../../examples/data/england_wales_demand.csv', import.meta.url))

const command = (...words: string[]): string => execFileSync(commandPath, words, { encoding: 'utf8', stdio: 'pipe' })
const predicted = (model: string, csv: string, target: string): number[] =>
  (JSON.parse(command('forecast', 'predict', model, csv, '--json', '--quiet')) as { forecast: Record<string, number[]> }).forecast[target]!

function expectClose(ours: Numbers, theirs: readonly number[]): void {
  expect(ours.data).toHaveLength(theirs.length)
  theirs.forEach((v, i) => expect(Math.abs(ours.data[i]! - v) / Math.abs(v)).toBeLessThan(tolerance))
}

let engine: Engine
let folder: string
beforeAll(async () => {
  engine = await openEngine()
  folder = mkdtempSync(join(tmpdir(), 'recurra-lesson-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(!existsSync(commandPath))('one model file, both ways', () => {
  it.each(['lstm', 'gru', 'rnn'])('a %s that the command trained forecasts the same here', async (cell) => {
    const path = join(folder, `${cell}.safetensors`)
    const options = [
      '--target',
      'demand',
      '--horizon',
      '12',
      '--lookback',
      '48',
      '--season',
      '336',
      '--hidden',
      '16',
      '--epochs',
      '1',
      '--cell',
      cell,
    ]
    command('forecast', 'train', demand, ...options, '--out', path, '--quiet')
    const opened = await engine.call('model.open', { bytes: new Uint8Array(readFileSync(path)) })
    expect(opened).toMatchObject({ targets: ['demand'], cell, hidden: 16, lookback: 48, horizon: 12 })
    const { values } = await engine.call('model.forecast', { model: opened.model, csv: new Uint8Array(readFileSync(demand)) })
    expectClose(values, predicted(path, demand, 'demand'))
  })

  it.each([
    ['a head that is a distribution', ['--head', 'normal']],
    ['the strategy decoder', ['--strategy', 'decoder']],
  ])('a model with %s, which the module leaves out, is refused in these words', async (what, options) => {
    const path = join(folder, 'refused.safetensors')
    const small = ['--horizon', '4', '--lookback', '12', '--season', '1', '--hidden', '4', '--epochs', '1', '--no-refit']
    command('forecast', 'train', demand, '--target', 'demand', ...small, ...options, '--out', path, '--quiet')
    await expect(engine.call('model.open', { bytes: new Uint8Array(readFileSync(path)) })).rejects.toMatchObject({
      kind: 'unsupported',
      message: `the model: made with ${what}, which this build leaves out; the recurra command runs it`,
    })
  })

  it('a model that was trained here forecasts the same by the command, which can look inside it', async () => {
    const values = { ...defaults(trainFields), series: 'wave' as const }
    const session = await TrainingSession.start(engine, startRequest(values))
    await session.advance(20)
    const bytes = await session.save()
    const [model, csv] = [join(folder, 'page.safetensors'), join(folder, 'wave.csv')]
    writeFileSync(model, bytes)
    writeFileSync(csv, asCsv(series('wave', values.seed)))
    const opened = await engine.call('model.open', { bytes })
    const here = await engine.call('model.forecast', { model: opened.model, csv: new Uint8Array(readFileSync(csv)) })
    expectClose(here.values, predicted(model, csv, 'value'))
    expect(command('inspect', model, csv)).toContain('lstm')
  })
})

describe.skipIf(!existsSync(nativePath('training')))('ten training steps, here and natively', () => {
  it('give the same losses and gradient norms within float32’s rounding', async () => {
    const request = startRequest(defaults(trainFields))
    const here = await TrainingSession.start(engine, request)
    await here.advance(10)
    const [, native] = nativeCall('training', [
      ['train.start', request],
      ['train.step', { session: 1, steps: 10 }],
    ]) as [unknown, { loss: Numbers; before: Numbers }]
    for (let i = 0; i < 10; ++i) {
      expect(Math.abs(here.loss[i]! / native.loss.data[i]! - 1)).toBeLessThan(1e-4)
      expect(Math.abs(here.before[i]! / native.before.data[i]! - 1)).toBeLessThan(1e-3)
    }
  })
})

describe.skipIf(!existsSync(nativePath('training')))('numbers of a CSV, which the module reads by other means', () => {
  const odd = [
    '1e-3',
    '+5',
    '.5',
    '1.',
    '-0',
    '1E5',
    '00012',
    '0.1',
    '123456.789012345678901234567890',
    '4.9e-324',
    '2.2250738585072011e-308',
    'NA',
    '-',
  ]
  const start = (cells: readonly string[]) => {
    const rows = Array.from({ length: 20 }, () => cells).flat()
    return { options: startRequest(defaults(trainFields)).options, csv: new TextEncoder().encode(`y\n${rows.join('\n')}\n`), target: 'y' }
  }
  it('are the same, bit for bit', async () => {
    const here = await engine.call('train.start', start(odd))
    const [native] = nativeCall('training', [['train.start', start(odd)]]) as [{ series: Numbers }]
    expect(here.series.data).toEqual(native.series.data)
    expect(at(here.series, 9)).toBe(5e-324)
  })
  it.each(['0x10', '++5', '+-5', '\f5', '5 5', '1e', 'e5', '1_000', '--5'])('%j is no number', async (cell) => {
    await expect(engine.call('train.start', start(['1', '2', cell]))).rejects.toMatchObject({ kind: 'value' })
  })
})

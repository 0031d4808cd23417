// SPDX-License-Identifier: Apache-2.0
// D8, "train it here": its fields, its requests, the state of a training as data, its words and tables. No drawing. The
// result for a link is what that many steps give from scratch; a training that goes on in the page is session.ts.
import {
  at,
  type CellName,
  type Engine,
  type RaceStartRequest,
  type TrainLookResult,
  type TrainStarted,
  type TrainStartRequest,
} from '../../engine/api'
import { digits, plural } from '../../parts/format'
import { choice, integer, key, number, type Values } from '../../state/fields'
import type { FigureModel, Table } from '../../state/figure.svelte'
import { seasons, series } from './series'
import { RaceSession, TrainingSession } from './session'

export const cells: readonly CellName[] = ['rnn', 'gru', 'lstm']

export const fields = {
  mode: choice('forecast', ['forecast', 'race']),
  series: choice('demand', ['demand', 'wave', 'steps']),
  cell: choice('lstm', ['rnn', 'gru', 'lstm']),
  hidden: integer(16, 1, 64),
  layers: integer(2, 1, 3),
  dropout: number(0, 0, 0.8),
  /** Steps of the window that the net sees; of the race, steps to hold the bit. */
  T: integer(24, 2, 200),
  lr: number(0.01, 0.0001, 100),
  clip: number(1, 0, 100),
  /** Of the race: forget bias of the gated cells; 0 leaves PyTorch's draws. */
  bf: number(3, -2, 8),
  batch: integer(32, 1, 256),
  /** Optimiser steps that the link asks for. */
  steps: integer(100, 0, 400),
  seed: integer(1, 0, 9999),
  /** Where `recurra inspect --open` serves a model and its data. */
  open: key(),
}

export type TrainValues = Values<typeof fields>

/** Steps that a saved model forecasts. */
export const horizon = 24

export const options = (values: TrainValues, season: number): TrainStartRequest['options'] => ({
  cell: values.cell,
  hidden: values.hidden,
  layers: values.layers,
  dropout: values.dropout,
  lookback: values.T,
  horizon,
  season,
  learningRate: values.lr,
  clip: values.clip,
  batch: values.batch,
  seed: values.seed,
})

export const startRequest = (values: TrainValues): TrainStartRequest => ({
  options: options(values, seasons[values.series]),
  series: [...series(values.series, values.seed)],
})

export const raceRequest = (values: TrainValues): RaceStartRequest => ({
  T: values.T,
  hidden: values.hidden,
  learningRate: values.lr,
  clip: values.clip,
  forgetBias: values.bf,
  batch: values.batch,
  seed: values.seed,
})

/** A training as the view draws it, and as a link restores it. */
export interface Progress {
  started: TrainStarted
  loss: readonly number[]
  before: readonly number[]
  after: readonly number[]
  step: number
  epoch: number
  diverged: boolean
  look: TrainLookResult
}

export interface RaceCurves {
  loss: Record<CellName, number[]>
  accuracy: Record<CellName, number[]>
  norm: Record<CellName, number[]>
}

export type TrainResult = { mode: 'forecast'; progress: Progress } | { mode: 'race'; curves: RaceCurves; step: number }

async function forecast(engine: Engine, values: TrainValues): Promise<TrainResult> {
  const session = await TrainingSession.start(engine, startRequest(values))
  if (values.steps > 0) await session.advance(values.steps)
  await session.refresh()
  await session.end()
  const { started, loss, before, after, step, epoch, diverged, look } = session
  return { mode: 'forecast', progress: { started, loss, before, after, step, epoch, diverged, look } }
}

async function race(engine: Engine, values: TrainValues): Promise<TrainResult> {
  const session = await RaceSession.start(engine, raceRequest(values))
  if (values.steps > 0) await session.advance(values.steps)
  await session.end()
  return { mode: 'race', curves: session.curves, step: session.step }
}

/** Who has the smallest mean absolute error one step ahead on the test part. */
export function winner(look: TrainLookResult): 'net' | 'persistence' | 'seasonal' {
  const { oneStep, persistence, seasonal } = look.mae
  if (oneStep < persistence && !(seasonal <= oneStep)) return 'net'
  return seasonal < persistence ? 'seasonal' : 'persistence'
}

/** The mean of the last few batches: single ones are noisy. */
export function recent(values: readonly number[], count = 20): number {
  const last = values.slice(-count)
  return last.length === 0 ? NaN : last.reduce((sum, v) => sum + v, 0) / last.length
}

/** What went wrong, where the loss has left all measure: it is no number any more, or a hundred times what it was. */
export function divergence({ diverged, loss, before, step }: Progress): string {
  const norm = `The last gradient norm was ${digits(before.findLast((v) => Number.isFinite(v)) ?? NaN)}`
  if (diverged) return `The run diverged at step ${step}: its loss is no longer a number. ${norm}.`
  const [first, now] = [loss[0] ?? NaN, recent(loss)]
  return now > 100 * first ? `The run diverged: its loss was ${digits(first)} at first and is now ${digits(now)}. ${norm}.` : ''
}

function forecastSummary(progress: Progress): string {
  const { mae } = progress.look
  const seasonal = Number.isNaN(mae.seasonal) ? '' : `, the value one season ago ${digits(mae.seasonal)}`
  const verdict = { net: 'The net wins', persistence: 'The last value wins', seasonal: 'The value one season ago wins' }[winner(progress.look)]
  const wrong = divergence(progress)
  if (wrong) return `${wrong} Clip the gradient, or lower the learning rate.`
  return (
    `After ${plural(progress.step, 'step')} (${digits(progress.epoch)} passes over ${digits(progress.started.trainingWindows)} windows) the loss is ${digits(recent(progress.loss))}. ` +
    `On the test part the net misses by ${digits(mae.oneStep)} one step ahead and by ${digits(mae.freeRunning)} running free; the last value misses by ${digits(mae.persistence)}${seasonal}. ${verdict}.`
  )
}

function lossTable(progress: Progress): Table {
  const every = Math.max(1, Math.ceil(progress.loss.length / 20))
  const rows = progress.loss.map((loss, i) => [i + 1, loss, progress.before[i] ?? NaN, progress.after[i] ?? NaN])
  return {
    caption: 'Loss and gradient norm by optimiser step',
    head: ['step', 'loss', 'norm before clipping', 'after'],
    rows: rows.filter((_, i) => i % every === 0 || i === rows.length - 1),
  }
}

function forecastTables(progress: Progress): Table[] {
  const { look, started } = progress
  const seasonal = look.seasonal
  return [
    {
      caption: 'Mean absolute error on the test part',
      head: ['method', 'error'],
      rows: [
        ['net, one step ahead', look.mae.oneStep],
        ['net, running free', look.mae.freeRunning],
        ['last value', look.mae.persistence],
        ['value one season ago', look.mae.seasonal],
      ],
    },
    lossTable(progress),
    {
      caption: 'Forecasts of the first day of the test part',
      head: ['row', 'truth', 'one step ahead', 'running free', 'last value', 'one season ago'],
      rows: Array.from({ length: Math.min(24, look.truth.data.length) }, (_, i) => [
        look.testStart + i + 1,
        at(look.truth, i),
        at(look.oneStep, i),
        at(look.freeRunning, i),
        at(look.persistence, i),
        seasonal ? at(seasonal, i) : NaN,
      ]),
    },
    {
      caption: 'The net',
      head: ['parameter', 'shape', 'count'],
      rows: started.layers.map((layer) => [layer.name, [...layer.shape.data].join(' × '), layer.count]),
    },
  ]
}

function raceTables(curves: RaceCurves): Table[] {
  const steps = curves.loss.lstm.length
  const every = Math.max(1, Math.ceil(steps / 20))
  const shown = Array.from({ length: steps }, (_, i) => i).filter((i) => i % every === 0 || i === steps - 1)
  return (['accuracy', 'loss', 'norm'] as const).map((kind) => ({
    caption: { accuracy: 'Share of right answers in the batch', loss: 'Loss of the batch', norm: 'Gradient norm before clipping' }[kind],
    head: ['step', ...cells.map((cell) => cell.toUpperCase())],
    rows: shown.map((i) => [i + 1, ...cells.map((cell) => curves[kind][cell][i] ?? NaN)]),
  }))
}

export const model: FigureModel<typeof fields, TrainResult> = {
  id: 'd8',
  fields,
  compute: (engine, values) => (values.mode === 'race' ? race(engine, values) : forecast(engine, values)),
  summary(values, result) {
    if (result.mode === 'forecast') return forecastSummary(result.progress)
    const shares = cells.map((cell) => `${cell.toUpperCase()} ${digits(100 * recent(result.curves.accuracy[cell]))}\u00a0%`)
    return `After ${plural(result.step, 'step')} of holding one bit over ${values.T} steps the latest batches are right in: ${shares.join(', ')}.`
  },
  tables: (_values, result) => (result.mode === 'forecast' ? forecastTables(result.progress) : raceTables(result.curves)),
}

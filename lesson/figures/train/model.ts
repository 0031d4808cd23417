// SPDX-License-Identifier: Apache-2.0
// D8, "train it here": its fields, its requests, the state of a training as data, its words and tables. No drawing. The
// result for a link is what that many steps give from scratch; a training that goes on in the page is session.ts.
import {
  at,
  type CellName,
  type CsvColumns,
  type Engine,
  type RaceStartRequest,
  type Rival,
  type TrainLookResult,
  type TrainStarted,
  type TrainStartRequest,
} from '../../engine/api'
import { digits, percent, plural } from '../../parts/format'
import { mean, recent } from '../../parts/mean'
import { choice, flag, integer, key, number, type Values } from '../../state/fields'
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
  /** Of the race: how often it is run, from one seed to the next. */
  runs: integer(3, 1, 5),
  /** Whether the forecasts that run free are shown. */
  free: flag(false),
  /** Whether the interval around the forecasts one step ahead is shown. */
  band: flag(true),
  batch: integer(32, 1, 256),
  /** Optimiser steps that the link asks for. */
  steps: integer(100, 0, 400),
  seed: integer(1, 0, 9999),
  /** Where `recurra inspect --open` serves a model and its data. */
  open: key(),
}

export type TrainValues = Values<typeof fields>

/** A series of the reader's own: read here, sent nowhere. */
export interface OwnSeries {
  name: string
  csv: Uint8Array
  columns: CsvColumns['columns']
  /** The column that is forecast. */
  target: string
  /** Rows in the file, and the newest of them that are used. */
  rows: number
  used: number
  /** 1: none. */
  season: number
  /** Steps that a saved model forecasts. */
  horizon: number
}

/** Steps that a saved model forecasts, where the validation part has room for them. */
export const horizon = 24

/** The season, and seven of it if they fit three times into the training part: what is weekly is missed by a rival of one day. */
export function ownSeasons({ season, used }: Pick<OwnSeries, 'season' | 'used'>): number[] {
  if (season <= 1) return []
  return 3 * 7 * season <= 0.7 * used ? [season, 7 * season] : [season]
}

/** A tenth of the rows validate, and they must hold the horizon. */
export const fittingHorizon = (used: number): number => Math.max(1, Math.min(horizon, Math.floor(0.1 * used)))

export const options = (values: TrainValues, seasons: readonly number[], steps = horizon): TrainStartRequest['options'] => ({
  cell: values.cell,
  hidden: values.hidden,
  layers: values.layers,
  dropout: values.dropout,
  lookback: values.T,
  horizon: steps,
  seasons: [...seasons],
  learningRate: values.lr,
  clip: values.clip,
  batch: values.batch,
  seed: values.seed,
})

export const startRequest = (values: TrainValues): TrainStartRequest => ({
  options: options(values, seasons[values.series]),
  series: [...series(values.series, values.seed)],
})

export const ownRequest = (values: TrainValues, own: OwnSeries): TrainStartRequest => ({
  options: options(values, ownSeasons(own), own.horizon),
  csv: own.csv,
  target: own.target,
})

const racers = ['rnn', 'lstm', 'gru'] as const

/** Of a layer with one input and both of PyTorch's biases, and its head. */
export const raceParameters = (cell: CellName, hidden: number): number =>
  (cell === 'rnn' ? 1 : cell === 'gru' ? 3 : 4) * (hidden * hidden + 3 * hidden) + hidden + 1

/** Units of RNN, LSTM and GRU: the LSTM has those of the slider, the others as many as come nearest to its count of weights. */
export function raceUnits(hidden: number): [number, number, number] {
  const wanted = raceParameters('lstm', hidden)
  const nearest = (cell: CellName): number => {
    let units = hidden
    while (Math.abs(raceParameters(cell, units + 1) - wanted) < Math.abs(raceParameters(cell, units) - wanted)) ++units
    return units
  }
  return racers.map((cell) => (cell === 'lstm' ? hidden : nearest(cell))) as [number, number, number]
}

/** One race; they differ in their seed alone. */
export const raceRequest = (values: TrainValues, run = 0): RaceStartRequest => ({
  T: values.T,
  hidden: raceUnits(values.hidden),
  learningRate: values.lr,
  clip: values.clip,
  forgetBias: values.bf,
  batch: values.batch,
  seed: values.seed + run,
})

/** A training as the view draws it, and as a link restores it. */
export interface Progress {
  started: TrainStarted
  /** 24 steps are a day. */
  hourly: boolean
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

export type TrainResult = { mode: 'forecast'; progress: Progress } | { mode: 'race'; races: RaceCurves[]; step: number }

async function forecast(engine: Engine, values: TrainValues): Promise<TrainResult> {
  const session = await TrainingSession.start(engine, startRequest(values), values.series === 'demand')
  if (values.steps > 0) await session.advance(values.steps)
  await session.refresh()
  await session.end()
  const { started, hourly, loss, before, after, step, epoch, diverged, look } = session
  return { mode: 'forecast', progress: { started, hourly, loss, before, after, step, epoch, diverged, look } }
}

async function race(engine: Engine, values: TrainValues): Promise<TrainResult> {
  const races: RaceCurves[] = []
  for (let run = 0; run < values.runs; ++run) {
    const session = await RaceSession.start(engine, raceRequest(values, run))
    if (values.steps > 0) await session.advance(values.steps)
    await session.end()
    races.push(session.curves)
  }
  return { mode: 'race', races, step: values.steps }
}

/** "the value one week ago", "the value 48 steps ago", "ridge regression on the same 24 lags". */
export function rivalName(rival: Pick<Rival, 'name' | 'season'>, progress: Pick<Progress, 'hourly'>): string {
  if (rival.name === 'last') return 'last value'
  if (rival.name === 'ridge') return 'ridge regression on the same lags'
  const named = progress.hourly ? { 24: 'value one day ago', 168: 'value one week ago' }[rival.season] : undefined
  return named ?? `value ${plural(rival.season, 'step')} ago`
}

/** Who has the smallest mean absolute error one step ahead on the test part; 'net', or the rival. */
export function winner(look: TrainLookResult): 'net' | Rival {
  const best = look.rivals.filter((rival) => !Number.isNaN(rival.mae.oneStep)).sort((a, b) => a.mae.oneStep - b.mae.oneStep)[0]
  return best && !(look.mae.oneStep < best.mae.oneStep) ? best : 'net'
}

/** The width of the interval one step ahead; NaN where there is none. */
export const bandWidth = ({ band }: Pick<TrainLookResult, 'band'>): number => at(band.upper, 0) - at(band.lower, 0)

/** What the interval around the net's forecasts claims, and what the test part makes of it. */
function bandSummary({ band }: TrainLookResult): string {
  if (!Number.isFinite(band.covered)) return ''
  return ` The interval that should hold ${percent(band.coverage)} of the values is ${digits(bandWidth({ band }))} wide and holds ${percent(band.covered)}.`
}

/** What went wrong, where the loss has left all measure: it is no number any more, or a hundred times what it was. */
export function divergence({ diverged, loss, before, step }: Progress): string {
  const norm = `The last gradient norm was ${digits(before.findLast((v) => Number.isFinite(v)) ?? NaN)}`
  if (diverged) return `The run diverged at step ${step}: its loss is no longer a number. ${norm}.`
  const [first, now] = [loss[0] ?? NaN, recent(loss)]
  return now > 100 * first ? `The run diverged: its loss was ${digits(first)} at first and is now ${digits(now)}. ${norm}.` : ''
}

/** What the engine says of the forecasts, worked out once more from the test part: the largest difference of a mean absolute
 * error, of a rival that only repeats an earlier value, and of the share that the interval holds. */
export function checked(look: TrainLookResult): { errors: number; repeats: number; covered: number } {
  const truth = look.truth.data
  const missed = (forecast: ArrayLike<number>) => truth.reduce((sum, y, i) => sum + Math.abs(y - forecast[i]!), 0) / truth.length
  const errors = [look, ...look.rivals].map(({ oneStep, mae }) => Math.abs(missed(oneStep.data) - mae.oneStep))
  const repeats = look.rivals.flatMap(({ name, season, oneStep }) => {
    const back = name === 'last' ? 1 : season
    return name === 'ridge' ? [] : Array.from(oneStep.data.subarray(back), (y, i) => Math.abs(y - truth[i]!))
  })
  const { lower, upper } = look.band
  const held = truth.reduce((count, y, i) => count + (y >= at(lower, i) && y <= at(upper, i) ? 1 : 0), 0) / truth.length
  return { errors: Math.max(...errors), covered: Math.abs(held - look.band.covered), repeats: repeats.reduce((most, off) => Math.max(most, off), 0) }
}

function forecastSummary(progress: Progress): string {
  const { mae, rivals } = progress.look
  const wrong = divergence(progress)
  if (wrong) return `${wrong} Clip the gradient, or lower the learning rate.`
  const best = winner(progress.look)
  const others = rivals.map((rival) => `the ${rivalName(rival, progress)} by ${digits(rival.mae.oneStep)}`).join(', ')
  return (
    `After ${plural(progress.step, 'step')} (${digits(progress.epoch)} passes over ${digits(progress.started.trainingWindows)} windows) the loss is ${digits(recent(progress.loss))}. ` +
    `One step ahead on the test part the net misses by ${digits(mae.oneStep)}; ${others}. ` +
    `The ${best === 'net' ? 'net' : rivalName(best, progress)} wins.${bandSummary(progress.look)}`
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
  const names = look.rivals.map((rival) => rivalName(rival, progress))
  return [
    {
      caption: `Mean absolute error on the test part: one step ahead, and running free over its first ${look.freeRunning.data.length} rows`,
      head: ['method', 'one step ahead', 'running free'],
      rows: [
        ['net', look.mae.oneStep, look.mae.freeRunning],
        ...look.rivals.map((rival, i) => [names[i]!, rival.mae.oneStep, rival.mae.freeRunning]),
      ],
    },
    lossTable(progress),
    {
      caption: 'Forecasts of the first 24 rows of the test part, one step ahead',
      head: ['row', 'truth', 'net', `${percent(look.band.coverage)} from`, 'to', ...names, 'net, running free'],
      rows: Array.from({ length: Math.min(24, look.truth.data.length) }, (_, i) => [
        look.testStart + i + 1,
        at(look.truth, i),
        at(look.oneStep, i),
        at(look.band.lower, i),
        at(look.band.upper, i),
        ...look.rivals.map((rival) => at(rival.oneStep, i)),
        at(look.freeRunning, i),
      ]),
    },
    {
      caption: 'The net',
      head: ['parameter', 'shape', 'count'],
      rows: started.layers.map((layer) => [layer.name, [...layer.shape.data].join(' × '), layer.count]),
    },
  ]
}

/** Its share of right answers over the latest batches of each race. */
export const raceShares = (races: readonly RaceCurves[], cell: CellName): number[] => races.map((curves) => recent(curves.accuracy[cell]))

function raceTables(values: TrainValues, races: readonly RaceCurves[]): Table[] {
  const units = raceUnits(values.hidden)
  const steps = races[0]?.loss.lstm.length ?? 0
  const every = Math.max(1, Math.ceil(steps / 20))
  const shown = Array.from({ length: steps }, (_, i) => i).filter((i) => i % every === 0 || i === steps - 1)
  return [
    {
      caption: 'Share of right answers over the latest batches',
      head: ['cell', 'units', 'parameters', ...races.map((_, run) => `seed ${values.seed + run}`)],
      rows: cells.map((cell) => {
        const size = units[racers.indexOf(cell)]!
        return [cell.toUpperCase(), size, raceParameters(cell, size), ...raceShares(races, cell)]
      }),
    },
    ...(['accuracy', 'loss', 'norm'] as const).map((kind) => ({
      caption: `${{ accuracy: 'Share of right answers in the batch', loss: 'Loss of the batch', norm: 'Gradient norm before clipping' }[kind]}, seed ${values.seed}`,
      head: ['step', ...cells.map((cell) => cell.toUpperCase())],
      rows: shown.map((i) => [i + 1, ...cells.map((cell) => races[0]?.[kind][cell][i] ?? NaN)]),
    })),
  ]
}

/** Who holds the bit: in how many of the races a cell is right in nearly every case. */
function raceSummary(values: TrainValues, races: readonly RaceCurves[], step: number): string {
  const held = cells.map((cell) => `${cell.toUpperCase()} ${raceShares(races, cell).filter((share) => share > 0.95).length}`)
  const shares = cells.map((cell) => {
    const found = raceShares(races, cell)
    return `${cell.toUpperCase()} ${digits(100 * mean(found))}\u00a0%`
  })
  return (
    `After ${plural(step, 'step')} of holding one bit over ${values.T} steps, from a forget bias of ${digits(values.bf)}${values.bf === 0 ? ' (PyTorch’s start)' : ''}, ` +
    `these hold it in that many of ${plural(races.length, 'race')}: ${held.join(', ')}. The latest batches are right in: ${shares.join(', ')} on average.`
  )
}

export const model: FigureModel<typeof fields, TrainResult> = {
  id: 'd8',
  fields,
  goals: [
    {
      id: 'interval',
      text: 'Bring the interval below a width of 1.6 while it holds 75 % or more.',
      reached: (_values, result) =>
        result.mode === 'forecast' && result.progress.hourly && bandWidth(result.progress.look) < 1.6 && result.progress.look.band.covered >= 0.75,
    },
    {
      id: 'week',
      text: 'Beat the value one week ago: by the net, or by its linear rival.',
      reached: (_values, result) => {
        if (result.mode !== 'forecast') return false
        const best = winner(result.progress.look)
        return result.progress.hourly && (best === 'net' || best.name === 'ridge')
      },
    },
    {
      id: 'latch',
      text: 'In the race, let the LSTM hold the bit over 100 steps in three races of three.',
      reached: (values, result) =>
        result.mode === 'race' && values.T >= 100 && result.races.length >= 3 && raceShares(result.races, 'lstm').every((share) => share > 0.95),
    },
  ],
  variant: (values) => (values.mode === 'race' ? 'race' : ''),
  compute: (engine, values) => (values.mode === 'race' ? race(engine, values) : forecast(engine, values)),
  summary: (values, result) => (result.mode === 'forecast' ? forecastSummary(result.progress) : raceSummary(values, result.races, result.step)),
  tables: (values, result) => (result.mode === 'forecast' ? forecastTables(result.progress) : raceTables(values, result.races)),
}

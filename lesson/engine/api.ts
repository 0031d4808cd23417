// SPDX-License-Identifier: Apache-2.0
// What can be asked of the engine, figure by figure, and what comes back. Nothing here touches the DOM or the worker.
// A request is plain data and fully determines its result: the same request gives the same numbers in every browser.
// Steps count from 0 here; captions may count from 1.

/** Row-major numbers with their extents: `at(a, t, h)` reads one. NaN marks 'nothing here'. */
export interface Numbers {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

export type CellName = 'rnn' | 'lstm' | 'gru'

// D1 ------------------------------------------------------------------------------------------------------------------

/** h_t = tanh(W x_t + U h_{t-1} + b), H = 2, one input; L_t = (h_t[0] + h_t[1] - target_t)^2 / 2. */
export interface BpttRequest {
  /** [T], T from 2 to 12. */
  inputs: number[]
  /** [T]. */
  targets: number[]
  /** The step t whose loss is differentiated. */
  step: number
  /** [4] row-major. */
  U: number[]
  /** [2] each. */
  W: number[]
  b: number[]
  /** K; steps that the gradient may reach. */
  truncation: number
  /** sliding keeps t - k < K; chunked keeps the steps of t's own chunk of K. */
  mode: 'sliding' | 'chunked'
}

export interface BpttResult {
  /** [T, 2] pre-activations and states. */
  a: Numbers
  h: Numbers
  /** [T] h[0] + h[1], and the loss of each step. */
  y: Numbers
  losses: Numbers
  /** [T (k), T (t)] Frobenius norm of the part of dL_t/dU through step k; NaN where k > t. */
  norms: Numbers
  /** [T (k), T (t)] 1 where the truncation keeps the cell, 0 where it deletes it, NaN where k > t. */
  kept: Numbers
  /** [T, 2, 2] the parts for the asked step; zero behind it. */
  parts: Numbers
  /** [T, 2] dL_step/dh_k, on the edges of the backward drawing. */
  dh: Numbers
  /** [2, 2] dL_step/dU: the sum of all parts, of the kept ones, and by central differences. */
  full: Numbers
  truncated: Numbers
  numeric: Numbers
  /** |full|, |truncated|, sum of the parts' norms. */
  fullNorm: number
  truncatedNorm: number
  sumOfNorms: number
  /** max |full - numeric| / max(|full|, 1e-12). */
  checkError: number
  /** Between full and truncated, 1: same direction; NaN if one is zero. */
  cosine: number
}

// D2 ------------------------------------------------------------------------------------------------------------------

export interface GradientsRequest {
  /** Distance k runs from 1 to T: 10 to 200. */
  T: number
  /** 2 to 64; 2 for nonnormal. */
  H: number
  init: 'orthogonal' | 'pytorch' | 'identity' | 'nonnormal'
  /** Factor on U, 0.1 to 5. For nonnormal: on [[.9, 5], [0, .9]]. */
  g: number
  /** Of the RNN. */
  activation: 'linear' | 'tanh' | 'relu'
  /** Input strength s: x_t ~ s N(0, 1). */
  s: number
  seed: number
  /** LSTM: added to its forget gate. */
  forgetBias: number
  cell: CellName
}

export interface GradientsResult {
  /** [T] log10 of the spectral norm of dh_T/dh_{T-k}, k = 1..T; for the LSTM of d(h,c)_T/d(h,c)_{T-k}. */
  norms: Numbers
  /** LSTM: dc_T/dc_{T-k} along the cell path alone: the largest product of forget gates. */
  cellPath?: Numbers
  /** RNN. */
  spectrum?: Spectrum
}

/** What the spectrum of the RNN's U would predict. */
export interface Spectrum {
  /** [T] k log10(rho) and k log10(sigma1 * maxSlope). */
  rhoLine: Numbers
  bound: Numbers
  /** [H, 2] real and imaginary, by falling modulus; [H] falling; both of the RNN's U. */
  eigenvalues: Numbers
  singularValues: Numbers
  /** [T] mean of phi' over the units, step by step in time (not in distance). */
  slope: Numbers
  rho: number
  sigma1: number
  /** Largest phi' that occurred in the run. */
  maxSlope: number
}

// D3 ------------------------------------------------------------------------------------------------------------------

export interface GatesRequest {
  /** 1 to 200 characters. */
  text: string
  /** Holds one gate of all units at `value` (f, i, o in [0, 1]; g in [-1, 1]) from step `from` on, up to step `to`. */
  clamp: { gate: 'i' | 'f' | 'g' | 'o'; value: number; from: number; to?: number } | null
}

export interface GateTrace {
  /** [T, 4] each. */
  i: Numbers
  f: Numbers
  g: Numbers
  o: Numbers
  c: Numbers
  h: Numbers
  /** [T] the net's probability of being inside quotes after each character. */
  inside: Numbers
}

export interface GatesResult {
  /** The run without a clamp. */
  free: GateTrace
  /** The run with it; absent without a clamp. */
  clamped?: GateTrace
  /** [T, D] what the net sees: one-hot of quote, letter, digit, space, other. */
  x: Numbers
  /** [T] 1 inside, 0 outside, by the rule itself. */
  truth: Numbers
  /** The weights: [16 * 5], [16 * 4] and [16], rows in the order i, f, g, o of four units each. */
  W: Numbers
  U: Numbers
  b: Numbers
}

// D4 ------------------------------------------------------------------------------------------------------------------

export interface MemoryRequest {
  /** 10 to 400; 200. */
  T: number
  /** forgetBias is read for 'bias' alone. */
  preset: 'bias' | 'pytorch' | 'keras' | 'chrono' | '1997'
  forgetBias: number
  /** Deviation of the input after the pulse, 0 to 1. */
  noise: number
  /** U drawn as in PyTorch, or zero. */
  recurrence: boolean
  seed: number
}

export interface MemoryResult {
  /** [T, 8] cell states and forget gates; the pulse is written at step 0. */
  c: Numbers
  f: Numbers
  /** [T] |dc_T/dc_t| (spectral norm), through everything and along the cell path (the largest product of f). */
  full: Numbers
  path: Numbers
  /** [8] ln 2 / -ln sigmoid(b_f); Infinity for f = 1. */
  halfLife: Numbers
  /** [8] the bias of each unit's forget gate; Infinity for '1997'. */
  forgetBias: Numbers
  /** [8] steps until |c| first falls to half of |c_0|, interpolated; NaN if it never does within T. */
  measured: Numbers
}

// D5 ------------------------------------------------------------------------------------------------------------------

export interface CellsRequest {
  /** [T] one input a step, T from 1 to 200. */
  inputs: number[]
  /** random: all weights as PyTorch draws them. counter: set by hand so that the LSTM's c adds up its input. */
  weights: 'random' | 'counter'
  /** 1 to 8 units; 1 for counter. */
  H: number
  /** pytorch (Cho 2014): h = z h + (1 - z) n. chung: h = (1 - z) h + z n. */
  zConvention: 'pytorch' | 'chung'
  reset: 'after' | 'before'
  seed: number
}

export interface CellsResult {
  rnn: { h: Numbers }
  lstm: { i: Numbers; f: Numbers; g: Numbers; o: Numbers; c: Numbers; h: Numbers }
  gru: { r: Numbers; z: Numbers; n: Numbers; h: Numbers }
  /** W [G H, 1], U [G H, H], input's and state's bias [G H]; gates in the order i f g o, and r z n. */
  weights: Record<CellName, { W: Numbers; U: Numbers; b: Numbers; bh: Numbers }>
  /** With one input and 32 units: 1,120, 4,480 and 3,360; counted on real layers. */
  parameters: Record<CellName, number>
  /** The same for the H asked for. */
  parametersHere: Record<CellName, number>
}

// D9 ------------------------------------------------------------------------------------------------------------------

export const heirNames = ['rnn', 'gru', 'lstm', 'mingru', 'slstm', 'ssm', 'attention'] as const

/** What came after, in closed form: recurra/train/teaching/heirs.h has the formulas. */
export interface HeirsRequest {
  /** Steps that are read, 1 to 2,000. */
  T: number
  width: number
  states: number
  radius: number
  forgetBias: number
  mark: number
  seed: number
}

export interface HeirsResult {
  /** [T + 1, 7] share of an input that is left, by its lag from 0; columns as in heirNames. */
  kept: Numbers
  /** [T, 7] products of a step in use, at step 1, 2, ... */
  products: Numbers
  /** [7] numbers kept from step to step, after T; and steps that wait for each other in training over T. */
  state: Numbers
  waits: Numbers
  /** Of a minGRU run by a scan: its largest difference to the run step by step, and its levels. */
  scanDifference: number
  scanLevels: number
}

// D6 ------------------------------------------------------------------------------------------------------------------

export interface BidirectionalRequest {
  /** 2 to 24. */
  T: number
  /** 1 to 16. */
  H: number
  seed: number
}

export interface BidirectionalResult {
  /** [T (t), T (s)] |dy_t/dx_s|, Frobenius, of the forward half, the backward half, both. */
  forward: Numbers
  backward: Numbers
  both: Numbers
  /** [2 (forward, backward half), T (s)] |d readout / dx_s|: of `out[:, -1]`, and of the joined last states. */
  last: Numbers
  joined: Numbers
  /** [T, 1]. */
  x: Numbers
}

// D7 ------------------------------------------------------------------------------------------------------------------

/** A translator: its model file opened, or its training begun. */
export interface Translator {
  hidden: number
  attention: 'none' | 'dot' | 'additive'
  /** Whether it reads the source from its end. */
  reverse: boolean
  parameters: number
  /** The tokens that it can say. */
  alphabet: string[]
}

/** By what the engine knows a translator: one opened from a file, or one in training. */
export type TranslatorId = { model: number } | { session: number }

export type Seq2SeqRequest = TranslatorId & {
  /** At most 100 bytes. */
  source: string
  /** Puts another token in at one output step. */
  forced: { step: number; token: string } | null
}

/** One greedy run. T counts the end sign where it came. */
export interface Seq2SeqRun {
  /** Without the end sign. */
  output: string
  /** [T] what was said, "<end>" too. */
  tokens: string[]
  /** False: cut. */
  ended: boolean
  /** [S, H] what the decoder would start from had the source ended after each token; the last row is the context. */
  encoder: Numbers
  /** [T, H] the decoder's states. */
  decoder: Numbers
  /** [T][5] what was likeliest at each step, best first, before anything was forced; [T, 5] how likely. */
  topTokens: string[][]
  topProbabilities: Numbers
  /** [T, S] where each step looked; only with attention. */
  alignment?: Numbers
}

/** Lines of source, tab, target, as UTF-8. */
export type Pairs = Uint8Array

export interface Seq2SeqStartRequest {
  pairs: Pairs
  options: {
    hidden: number
    embedding: number
    /** Dot-product attention, or none. */
    attention: boolean
    reverse: boolean
    /** How often the decoder is fed the truth: max(floor, formula) at step i; constant K, linear 1 - i / K, exponential
     * K^i, inverse sigmoid K / (K + exp(i / K)). */
    forcing: 'constant' | 'linear' | 'exponential' | 'inverse-sigmoid'
    forcingK: number
    forcingFloor: number
    learningRate: number
    clip: number
    batch: number
    seed: number
  }
}

export interface Seq2SeqStepResult {
  /** [steps] each: loss, gradient norm before clipping, share of the decoder's steps that were fed the truth. */
  loss: Numbers
  norm: Numbers
  rate: Numbers
  step: number
  diverged: boolean
}

export interface Seq2SeqScore {
  pairs: number
  /** Share of them answered without a fault, and share of places where answer and target agree. */
  exact: number
  places: number
}

export interface Seq2SeqResult {
  free: Seq2SeqRun
  /** The run with the token put in, if there is one. */
  forced?: Seq2SeqRun
}

// D8 ------------------------------------------------------------------------------------------------------------------

export interface TrainOptions {
  cell: CellName
  /** Units a layer, 1 to 128, and layers, 1 to 3. */
  hidden: number
  layers: number
  dropout: number
  lookback: number
  horizon: number
  /** Up to three seasons, in steps, whose last values the forecasts are compared with. */
  seasons: number[]
  learningRate: number
  /** Of the global gradient norm; 0: off. */
  clip: number
  batch: number
  seed: number
}

/** The forecaster on a series: generated numbers, or a CSV (UTF-8 bytes) with the name of its target column. */
export interface TrainStartRequest {
  options: TrainOptions
  /** Either numbers ... */
  series?: number[]
  /** ... or the bytes of a CSV; without a target its first column whose numbers change and do not merely count up. */
  csv?: Uint8Array
  target?: string
}

/** What a reader's CSV holds. */
export interface CsvColumnsRequest {
  csv: Uint8Array
  /** The column whose season is guessed; without it, the first whose numbers change and do not merely count up. */
  target?: string
}

export interface CsvColumns {
  /** index: counts up. time: dates, or numbers under a name of the calendar. */
  columns: { name: string; kind: 'numbers' | 'time' | 'index' | 'constant' | 'text'; present: number }[]
  target: string
  rows: number
  /** The newest rows that a training here uses. */
  used: number
  /** Guessed from the training part; 1: none found. */
  season: number
}

export interface TrainStarted {
  session: number
  /** What was chosen, and warnings, in words. */
  notes: string[]
  parameters: number
  /** Name, shape and count of each tensor, in order. */
  layers: { name: string; shape: Numbers; count: number }[]
  /** The name of the column that is forecast. */
  target: string
  /** [N] the series as the figure draws it, and where validation and test begin. */
  series: Numbers
  trainEnd: number
  validationEnd: number
  trainingWindows: number
  /** Batches an epoch. */
  batches: number
}

export interface TrainStepRequest {
  session: number
  /** Optimiser steps to take, 1 to 1000. */
  steps: number
}

export interface TrainStepResult {
  /** [steps] each: the loss of the batch, the gradient norm before and after clipping. */
  loss: Numbers
  before: Numbers
  after: Numbers
  /** Taken in all, and as passes over the training windows (a fraction). */
  step: number
  epoch: number
  /** The loss or the gradient was no longer finite: `loss` ends there, and no step follows. */
  diverged: boolean
}

export interface TrainLookRequest {
  session: number
}

export interface TrainLookResult {
  /** With the weights as they are. */
  validationLoss: number
  /** First row of the test part, and [n] forecasts in the series' unit: one step ahead, always from true values... */
  testStart: number
  oneStep: Numbers
  /** ... and, for its first rows, running free: from the model's own forecasts since testStart. */
  freeRunning: Numbers
  truth: Numbers
  /** Around each one-step forecast, by the errors on the validation rows: should hold the share `coverage` of the true values,
   * and holds `covered` of them. NaN without validation rows. */
  band: { coverage: number; covered: number; lower: Numbers; upper: Numbers }
  /** Mean absolute errors, of freeRunning over its rows alone. */
  mae: { oneStep: number; freeRunning: number }
  /** What the net must beat, on the same rows: the last value, the values one season before, a ridge regression on the same lags. */
  rivals: Rival[]
}

export interface Rival {
  name: 'last' | 'season' | 'ridge'
  /** Of a season, in steps; else 0. */
  season: number
  oneStep: Numbers
  freeRunning: Numbers
  mae: { oneStep: number; freeRunning: number }
}

/** The model as the engine's model file. */
export interface ModelBytes {
  bytes: Uint8Array
}

/** Opens a model file; its numbers on the reader's CSV. */
export interface ModelOpenRequest {
  bytes: Uint8Array
}

export interface ModelOpened {
  model: number
  targets: string[]
  cell: string
  hidden: number
  layers: number
  lookback: number
  horizon: number
  season: number
  parameters: number
}

export interface ModelUseRequest {
  model: number
  csv: Uint8Array
}

export interface ModelForecast {
  /** [targets, horizon]. */
  values: Numbers
  /** Of the first target: what should hold `level` percent of the values at each step. None where the model has none. */
  intervals: { level: number; lower: Numbers; upper: Numbers }[]
  /** The newest values of the first target, at most three horizons and no fewer than 48 where it has them; NaN where one is missing. */
  past: Numbers
  stamps: string[]
}

export interface ModelExplored {
  windows: number
  /** [lookback] by distance: |dy/dx_{t-j}|, of the whole and of the recurrent net alone. */
  flow: Numbers
  recurrentFlow: Numbers
  effectiveLookback: number
  layers: { name: string; gates: { name: string; shut: number; open: number; mean: Numbers }[]; halfLife: Numbers }[]
  advice: string[]
}

/** 'Latch': hold the first bit through noise and say it at the end. One net a cell, trained side by side. */
export interface RaceStartRequest {
  /** Steps to hold, 2 to 200. */
  T: number
  /** Units of the RNN, the LSTM and the GRU. */
  hidden: [number, number, number]
  /** Of the LSTM's forget gate and the GRU's update gate; 0 leaves PyTorch's draws. */
  forgetBias: number
  learningRate: number
  clip: number
  batch: number
  seed: number
}

export interface RaceStepResult {
  /** [steps] each, by cell: loss, accuracy on the batch, gradient norm before clipping. */
  loss: Record<CellName, Numbers>
  accuracy: Record<CellName, Numbers>
  norm: Record<CellName, Numbers>
  step: number
  diverged: Record<CellName, boolean>
}

export type QuoteCell = CellName | 'mingru' | 'slstm'

/** 'Quotation': whether a text is inside a quotation, asked so many characters after its marks; `closed`: of each character,
 * whether it stands in a quotation that a later mark will close. */
export interface QuotesStartRequest {
  cell: QuoteCell
  /** Characters behind the eight that may hold a mark, 1 to 100. */
  distance: number
  closed: boolean
  /** Ask at every character, not at the end alone; `closed` always does. */
  every: boolean
  bidirectional: boolean
  hidden: number
  forgetBias: number
  learningRate: number
  clip: number
  batch: number
  seed: number
}

export interface QuotesStepResult {
  /** [steps] each: loss in nats, share of right answers in the batch, gradient norm before clipping. */
  loss: Numbers
  accuracy: Numbers
  norm: Numbers
  step: number
  diverged: boolean
}

export interface QuotesLookRequest {
  session: number
  text: string
  /** How far to ask; not of a net of the question `closed`. */
  most?: number
}

export interface QuotesLookResult {
  /** [most] share of right answers by the distance from the last mark, from 1, over 200 new texts. */
  right?: Numbers
  /** The share over every character of 200 new texts. */
  everywhere: number
  /** [T] what the net gives at each character of the text, and what is right. */
  belief: Numbers
  truth: Numbers
}

// The whole ----------------------------------------------------------------------------------------------------------

/** Every operation by name: what goes in and what comes out. */
// The box below the listing ---------------------------------------------------------------------------------------------

/** The net that goes on with numbers, as a file (recurra/tasks/forecast/now/weights.safetensors). */
export interface NowOpenRequest {
  weights: Uint8Array
}

/** The next steps of some numbers, without a training; in a module of its own, recurra-now, that has the net by now.open. */
export interface NowRequest {
  /** At least 3, oldest first. */
  values: number[]
  /** Steps, 1 to 256. */
  horizon: number
}

export interface NowResult {
  /** [horizon] each: the median, and the ends of what should hold 80 and 95 % of the values. */
  low95: Numbers
  low80: Numbers
  median: Numbers
  high80: Numbers
  high95: Numbers
  /** Steps; 1: none. And why, in a sentence. */
  season: number
  why: string
}

export interface Operations {
  bptt: { request: BpttRequest; result: BpttResult }
  gradients: { request: GradientsRequest; result: GradientsResult }
  gates: { request: GatesRequest; result: GatesResult }
  memory: { request: MemoryRequest; result: MemoryResult }
  cells: { request: CellsRequest; result: CellsResult }
  bidirectional: { request: BidirectionalRequest; result: BidirectionalResult }
  heirs: { request: HeirsRequest; result: HeirsResult }
  'seq2seq.open': { request: ModelOpenRequest; result: Translator & { model: number } }
  'seq2seq.run': { request: Seq2SeqRequest; result: Seq2SeqResult }
  'seq2seq.close': { request: { model: number }; result: Record<string, never> }
  'seq2seq.start': { request: Seq2SeqStartRequest; result: Translator & { session: number; batches: number } }
  'seq2seq.step': { request: TrainStepRequest; result: Seq2SeqStepResult }
  'seq2seq.score': { request: TranslatorId & { pairs: Pairs }; result: Seq2SeqScore }
  'seq2seq.end': { request: TrainLookRequest; result: Record<string, never> }
  'now.open': { request: NowOpenRequest; result: Record<string, never> }
  'now.forecast': { request: NowRequest; result: NowResult }
  'csv.columns': { request: CsvColumnsRequest; result: CsvColumns }
  'train.start': { request: TrainStartRequest; result: TrainStarted }
  'train.step': { request: TrainStepRequest; result: TrainStepResult }
  'train.look': { request: TrainLookRequest; result: TrainLookResult }
  'train.save': { request: TrainLookRequest; result: ModelBytes }
  'train.end': { request: TrainLookRequest; result: Record<string, never> }
  'model.open': { request: ModelOpenRequest; result: ModelOpened }
  'model.forecast': { request: ModelUseRequest; result: ModelForecast }
  'model.explore': { request: ModelUseRequest; result: ModelExplored }
  'model.close': { request: { model: number }; result: Record<string, never> }
  'race.start': { request: RaceStartRequest; result: { session: number; parameters: Record<CellName, number> } }
  'race.step': { request: TrainStepRequest; result: RaceStepResult }
  'race.end': { request: TrainLookRequest; result: Record<string, never> }
  'quotes.start': { request: QuotesStartRequest; result: { session: number; parameters: number } }
  'quotes.step': { request: TrainStepRequest; result: QuotesStepResult }
  'quotes.look': { request: QuotesLookRequest; result: QuotesLookResult }
  'quotes.end': { request: TrainLookRequest; result: Record<string, never> }
}

export type OperationName = keyof Operations
export type RequestOf<N extends OperationName> = Operations[N]['request']
export type ResultOf<N extends OperationName> = Operations[N]['result']

/** What an engine error says; `kind` is the class of the C++ error. */
export class EngineError extends Error {
  constructor(
    readonly kind: 'value' | 'shape' | 'format' | 'io' | 'unsupported' | 'memory' | 'crash',
    message: string,
  ) {
    super(message)
    this.name = 'EngineError'
  }
}

/** A request that a later one in the same lane replaced, or that its caller cancelled: nothing to show. */
export class Superseded extends Error {
  constructor() {
    super('superseded by a later request')
    this.name = 'Superseded'
  }
}

/** What the page and the tests talk to. The worker client and the direct (Node) engine both implement it. */
export interface Engine {
  /**
   * Runs one operation. In the worker client, a request that waits is replaced by a later one of the same lane (lane
   * defaults to the operation's name; '' never replaces), whose promise then rejects with Superseded.
   */
  call<N extends OperationName>(name: N, request: RequestOf<N>, options?: { lane?: string; signal?: AbortSignal }): Promise<ResultOf<N>>
}

export const at = (numbers: Numbers, ...index: number[]): number => {
  let flat = 0
  for (let axis = 0; axis < numbers.shape.length; ++axis) flat = flat * (numbers.shape[axis] ?? 0) + (index[axis] ?? 0)
  return numbers.data[flat] ?? NaN
}

/** One row of a table. */
export const row = (numbers: Numbers, index: number): number[] =>
  Array.from({ length: numbers.shape[1] ?? 0 }, (_, column) => at(numbers, index, column))
/** One column of a table. */
export const column = (numbers: Numbers, index: number): number[] =>
  Array.from({ length: numbers.shape[0] ?? 0 }, (_, row) => at(numbers, row, index))

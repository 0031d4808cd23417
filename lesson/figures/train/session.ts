// SPDX-License-Identifier: Apache-2.0
// One training in progress, as the figure shows it: started, stepped in small portions, looked at, saved. No DOM.
import type { Engine, RaceStartRequest, TrainLookResult, TrainStarted, TrainStartRequest } from '../../engine/api'
import { cells, type RaceCurves } from './model'

const lane = '' // every request of a training counts: none may be replaced

export class TrainingSession {
  readonly loss: number[] = []
  readonly before: number[] = []
  readonly after: number[] = []
  step = 0
  epoch = 0
  diverged = false
  look: TrainLookResult

  private constructor(
    private readonly engine: Engine,
    readonly started: TrainStarted,
    readonly hourly: boolean,
    look: TrainLookResult,
  ) {
    this.look = look
  }

  /** `hourly`: 24 steps are a day. */
  static async start(engine: Engine, request: TrainStartRequest, hourly = false, signal?: AbortSignal): Promise<TrainingSession> {
    const options = signal ? { lane, signal } : { lane }
    const started = await engine.call('train.start', request, options)
    return new TrainingSession(engine, started, hourly, await engine.call('train.look', { session: started.session }, options))
  }

  /** Takes up to `steps` optimiser steps; fewer if the run diverges, which it then says. */
  async advance(steps: number): Promise<void> {
    const taken = await this.engine.call('train.step', { session: this.started.session, steps }, { lane })
    this.loss.push(...taken.loss.data)
    this.before.push(...taken.before.data)
    this.after.push(...taken.after.data)
    this.step = taken.step
    this.epoch = taken.epoch
    this.diverged = taken.diverged
  }

  async refresh(): Promise<void> {
    this.look = await this.engine.call('train.look', { session: this.started.session }, { lane })
  }

  async save(): Promise<Uint8Array> {
    return (await this.engine.call('train.save', { session: this.started.session }, { lane })).bytes
  }

  async end(): Promise<void> {
    await this.engine.call('train.end', { session: this.started.session }, { lane })
  }
}

export class RaceSession {
  readonly curves: RaceCurves = {
    loss: { rnn: [], lstm: [], gru: [] },
    accuracy: { rnn: [], lstm: [], gru: [] },
    norm: { rnn: [], lstm: [], gru: [] },
  }
  step = 0

  private constructor(
    private readonly engine: Engine,
    private readonly session: number,
  ) {}

  static async start(engine: Engine, request: RaceStartRequest): Promise<RaceSession> {
    return new RaceSession(engine, (await engine.call('race.start', request, { lane })).session)
  }

  async advance(steps: number): Promise<void> {
    const taken = await this.engine.call('race.step', { session: this.session, steps }, { lane })
    for (const kind of ['loss', 'accuracy', 'norm'] as const) for (const cell of cells) this.curves[kind][cell].push(...taken[kind][cell].data)
    this.step = taken.step
  }

  async end(): Promise<void> {
    await this.engine.call('race.end', { session: this.session }, { lane })
  }
}

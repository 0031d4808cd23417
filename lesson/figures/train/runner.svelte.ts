// SPDX-License-Identifier: Apache-2.0
// Runs a training in the page, a few steps at a time, so that the picture follows and the reader can pause.
import { EngineError, type Engine, type TrainStartRequest } from '../../engine/api'
import { raceRequest, startRequest, type TrainResult, type TrainValues } from './model'
import { RaceSession, TrainingSession } from './session'

/** A series of the reader's own: read here, sent nowhere. */
export interface OwnSeries {
  name: string
  csv: Uint8Array
}

export const mostSteps = 400
const portion = 5
const lookEvery = 4

export class Runner {
  running = $state(false)
  /** What the page shows of the run; null before the first. */
  result = $state.raw<TrainResult | null>(null)
  step = $state(0)
  error = $state('')
  /** Whether the last steps were clipped. */
  clipping = $state(false)
  #training: TrainingSession | null = null
  #race: RaceSession | null = null
  #stop = false

  /** Whether there is a run that can go on. */
  open = $state(false)

  /** Starts from fresh weights and runs until paused, diverged or done. */
  async train(engine: Engine, values: TrainValues, own: OwnSeries | null): Promise<void> {
    await this.#guard(async () => {
      await this.end()
      if (values.mode === 'race') this.#race = await RaceSession.start(engine, raceRequest(values))
      else this.#training = await TrainingSession.start(engine, own ? withCsv(values, own) : startRequest(values))
      this.open = true
      this.#show()
      await this.#run(mostSteps)
    })
  }
  /** Goes on where it paused. */
  async go(steps = mostSteps): Promise<void> {
    await this.#guard(() => this.#run(steps))
  }
  /** The run ends once the steps on their way are there; until then `running` says so. */
  pause(): void {
    this.#stop = true
  }
  async save(): Promise<Uint8Array | null> {
    return this.#training ? this.#training.save() : null
  }
  async end(): Promise<void> {
    this.#stop = true
    this.running = false
    const [training, race] = [this.#training, this.#race]
    this.#training = this.#race = null
    this.open = false
    this.result = null
    this.step = 0
    await Promise.all([training?.end(), race?.end()])
  }

  async #run(steps: number): Promise<void> {
    const session = this.#training ?? this.#race
    if (!session) return
    this.running = true
    this.#stop = false
    const until = Math.min(mostSteps, session.step + steps)
    for (let turn = 1; !this.#stop && session.step < until; ++turn) {
      await session.advance(Math.min(portion, until - session.step))
      if (session === this.#training) {
        this.clipping = session.before.at(-1) !== session.after.at(-1)
        const done = session.diverged || session.step >= until
        if (turn % lookEvery === 0 || done) await session.refresh()
        if (session.diverged) this.#stop = true
      }
      this.#show()
    }
    if (this.#training && !this.#training.diverged) {
      await this.#training.refresh()
      this.#show()
    }
    this.running = false
  }
  #show(): void {
    if (this.#training) {
      const { started, loss, before, after, step, epoch, diverged, look } = this.#training
      this.step = step
      this.result = { mode: 'forecast', progress: { started, loss: [...loss], before: [...before], after: [...after], step, epoch, diverged, look } }
    } else if (this.#race) {
      this.step = this.#race.step
      this.result = { mode: 'race', curves: structuredClone(this.#race.curves), step: this.#race.step }
    }
  }
  async #guard(work: () => Promise<void>): Promise<void> {
    this.error = ''
    try {
      await work()
    } catch (error) {
      this.running = false
      if (!(error instanceof EngineError)) throw error
      this.error = error.message
    }
  }
}

function withCsv(values: TrainValues, own: OwnSeries): TrainStartRequest {
  const { options } = startRequest(values)
  return { options, csv: own.csv, target: '' }
}

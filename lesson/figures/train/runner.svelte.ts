// SPDX-License-Identifier: Apache-2.0
// Runs a training in the page, a few steps at a time, so that the picture follows and the reader can pause.
import { EngineError, Superseded, type Engine } from '../../engine/api'
import { ownRequest, raceRequest, startRequest, type OwnSeries, type TrainResult, type TrainValues } from './model'
import { RaceSession, TrainingSession } from './session'

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
  #races: RaceSession[] = []
  #stop = false

  /** Whether there is a run that can go on. */
  open = $state(false)

  /** Starts from fresh weights and runs until paused, diverged or done. `signal` gives up while the series is prepared. */
  async train(engine: Engine, values: TrainValues, own: OwnSeries | null, signal?: AbortSignal): Promise<void> {
    await this.#guard(async () => {
      await this.end()
      if (values.mode === 'race')
        for (let run = 0; run < values.runs; ++run) this.#races.push(await RaceSession.start(engine, raceRequest(values, run)))
      else
        this.#training = await TrainingSession.start(
          engine,
          own ? ownRequest(values, own) : startRequest(values),
          !own && values.series === 'demand',
          signal,
        )
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
    const [training, races] = [this.#training, this.#races]
    this.#training = null
    this.#races = []
    this.open = false
    this.result = null
    this.step = 0
    await Promise.all([training?.end(), ...races.map((race) => race.end())])
  }

  async #run(steps: number): Promise<void> {
    const sessions = this.#training ? [this.#training] : this.#races
    const session = sessions[0]
    if (!session) return
    this.running = true
    this.#stop = false
    const until = Math.min(mostSteps, session.step + steps)
    for (let turn = 1; !this.#stop && session.step < until; ++turn) {
      const taken = Math.min(portion, until - session.step)
      for (const each of sessions) await each.advance(taken)
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
      const { started, hourly, loss, before, after, step, epoch, diverged, look } = this.#training
      this.step = step
      this.result = {
        mode: 'forecast',
        progress: { started, hourly, loss: [...loss], before: [...before], after: [...after], step, epoch, diverged, look },
      }
    } else if (this.#races[0]) {
      this.step = this.#races[0].step
      this.result = { mode: 'race', races: this.#races.map((race) => structuredClone(race.curves)), step: this.step }
    }
  }
  async #guard(work: () => Promise<void>): Promise<void> {
    this.error = ''
    try {
      await work()
    } catch (error) {
      this.running = false
      if (error instanceof Superseded) return // the reader gave up
      if (!(error instanceof EngineError)) throw error
      this.error = error.message
    }
  }
}

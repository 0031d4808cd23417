// SPDX-License-Identifier: Apache-2.0
// The state of one diagram: its values, the engine's latest result for them, and what has to be said about either.
// A change of a value asks the engine; the worker drops requests that a newer one has replaced.
import { EngineError, Superseded, type Engine } from '../engine/api'
import type { Guess } from './progress'
import { defaults, formatQuery, parseQuery, type Fields, type Limits, type Values } from './fields'

export interface Table {
  caption: string
  head: string[]
  rows: (string | number)[][]
}

/** Shows what has come so far; says whether the rest is still wanted, which it is not once a value has changed again. */
export type Show<R> = (part?: R) => boolean

/** What a figure's folder says about it, without a view. */
export interface FigureModel<F extends Fields, R> {
  id: string
  fields: F
  limits?: Limits<F>
  /** Which guess and claim of the figure its values call for; '' the first. */
  variant?(values: Values<F>): string
  /** Asks the engine for everything that the view draws. */
  compute(engine: Engine, values: Values<F>, show?: Show<R>): Promise<R>
  /** What the figure shows, in words: one or two sentences, made from the result. */
  summary(values: Values<F>, result: R): string
  tables(values: Values<F>, result: R): Table[]
  /** What the reader is asked to reach with it; the engine's result says whether it is reached. */
  goals?: readonly Goal<F, R>[]
  /** The points of a drawn guess, at the published defaults; null while other values are shown. */
  drawnTruth?(values: Values<F>, result: R): number[] | null
}

export interface Goal<F extends Fields, R> {
  id: string
  text: string
  reached(values: Values<F>, result: R): boolean
}

export class FigureState<F extends Fields, R> {
  values: Values<F> = $state()!
  result: R = $state.raw()!
  /** False in the prerendered page, and until the engine answers. */
  ready = $state(false)
  busy = $state(false)
  error = $state('')
  /** Said in place of the summary, where what is drawn does not answer what was asked. */
  aside = $state('')
  /** It stands as it was left before the page was loaded again. */
  returned = $state(false)
  /** What was guessed, by variant; and the goals that were reached, of all diagrams. */
  guesses: Record<string, Guess> = $state.raw({})
  goals: Record<string, number> = $state.raw({})
  /** The reader wants to see, guess or no guess: a link to a state does, too. */
  revealed = $state(false)
  onguess: ((id: string, guess: Omit<Guess, 'at'>) => void) | undefined
  ongoal: ((id: string) => void) | undefined
  /** Told of every change, as the query of the link. */
  onchange: ((query: string) => void) | undefined
  /** What was changed in a link that was followed here. */
  notes: string[] = $state([])
  #engine: Engine | null = $state.raw(null)
  #asked = 0

  constructor(
    readonly model: FigureModel<F, R>,
    result: R,
  ) {
    this.values = defaults(model.fields)
    this.result = result
  }

  static defaults<F extends Fields, R>(model: FigureModel<F, R>): Values<F> {
    return defaults(model.fields)
  }
  get link(): string {
    return `#${this.model.id}?${formatQuery(this.model.fields, this.values)}`
  }
  get summary(): string {
    return this.model.summary(this.values, this.result)
  }
  get engine(): Engine | null {
    return this.#engine
  }

  connect(engine: Engine): void {
    this.#engine = engine
    this.ready = true
  }
  /** Changes values and asks anew. */
  set(change: Partial<Values<F>>): void {
    this.values = { ...this.values, ...change }
    this.#changed()
    void this.refresh()
  }
  /** Takes over values and a result that were worked out elsewhere, as by a training that ran in the page. */
  settle(change: Partial<Values<F>>, result: R): void {
    ++this.#asked
    this.busy = false
    this.values = { ...this.values, ...change }
    this.result = result
    this.error = ''
    this.#changed()
    this.#reach()
  }
  #reach(): void {
    for (const goal of this.model.goals ?? []) if (goal.reached(this.values, this.result)) this.ongoal?.(`${this.model.id}-${goal.id}`)
  }
  #changed(): void {
    this.notes = []
    this.returned = false
    this.onchange?.(formatQuery(this.model.fields, this.values))
  }
  reset(): void {
    this.set(defaults(this.model.fields))
  }
  restore(query: string): void {
    const { values, notes } = parseQuery(this.model.fields, query, this.model.limits)
    this.set(values)
    this.notes = notes
    this.revealed = true
  }
  async refresh(): Promise<void> {
    if (!this.#engine) return
    const asked = ++this.#asked
    this.busy = true
    try {
      const show: Show<R> = (part) => {
        const wanted = asked === this.#asked
        if (wanted && part) [this.result, this.error] = [part, '']
        return wanted
      }
      const result = await this.model.compute(this.#engine, $state.snapshot(this.values) as Values<F>, show)
      if (asked !== this.#asked) return
      this.result = result
      this.error = ''
      this.#reach()
    } catch (error) {
      if (error instanceof Superseded || asked !== this.#asked) return
      if (!(error instanceof EngineError)) throw error
      this.error = error.message
    } finally {
      if (asked === this.#asked) this.busy = false
    }
  }
}

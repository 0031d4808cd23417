// SPDX-License-Identifier: Apache-2.0
// One net that learns the quotation: started, stepped in small portions, looked at. No DOM.
import type { Engine, QuoteCell, QuotesLookResult, QuotesStartRequest } from '../../engine/api'

const lane = '' // every request of a training counts: none may be replaced

export interface Learned {
  cell: QuoteCell
  bidirectional: boolean
  parameters: number
  /** By optimiser step. */
  accuracy: readonly number[]
  norm: readonly number[]
  step: number
  diverged: boolean
  look: QuotesLookResult
}

export class QuoteSession {
  #accuracy: number[] = []
  #norm: number[] = []
  step = 0
  diverged = false

  private constructor(
    private readonly engine: Engine,
    private readonly asked: QuotesStartRequest,
    private readonly started: { session: number; parameters: number },
  ) {}

  static async start(engine: Engine, request: QuotesStartRequest): Promise<QuoteSession> {
    return new QuoteSession(engine, request, await engine.call('quotes.start', request, { lane }))
  }

  async advance(steps: number): Promise<void> {
    const taken = await this.engine.call('quotes.step', { session: this.started.session, steps }, { lane })
    this.#accuracy = [...this.#accuracy, ...taken.accuracy.data]
    this.#norm = [...this.#norm, ...taken.norm.data]
    this.step = taken.step
    this.diverged = taken.diverged
  }

  /** As it stands: how far it reaches, up to `most` characters, and what it makes of a text. */
  async look(text: string, most: number): Promise<Learned> {
    const look = await this.engine.call('quotes.look', { session: this.started.session, text, ...(this.asked.closed ? {} : { most }) }, { lane })
    return {
      cell: this.asked.cell,
      bidirectional: this.asked.bidirectional,
      parameters: this.started.parameters,
      accuracy: this.#accuracy,
      norm: this.#norm,
      step: this.step,
      diverged: this.diverged,
      look,
    }
  }

  async end(): Promise<void> {
    await this.engine.call('quotes.end', { session: this.started.session }, { lane })
  }
}

// SPDX-License-Identifier: Apache-2.0
// The engine in one worker. Requests run in order, one at a time; of those that wait, a later one replaces an earlier one
// of its lane, so that a slider's drag asks for no more than it can show. A worker that dies or hangs is replaced, and what
// it held is brought back before the next request that needs it; one that died under a request is asked anew, once. No DOM.
import { EngineError, Superseded, type Engine, type OperationName, type RequestOf, type ResultOf } from './api.ts'
import type { FromWorker, Port, WasmAddresses } from './protocol.ts'
import { Sessions } from './sessions.ts'

interface Job {
  name: OperationName
  request: object
  lane: string
  dropped: boolean
  resolve(result: unknown): void
  reject(error: Error): void
}

export interface ClientOptions {
  createWorker: () => Port
  wasm: WasmAddresses
  /** A request that runs longer counts as hung. */
  mostSeconds?: number
}

export class WorkerEngine implements Engine {
  readonly #options: ClientOptions
  readonly #sessions = new Sessions()
  #port: Port | undefined
  #opened: Promise<void> | undefined
  #generation = 0
  #waiting: Job[] = []
  #running = false
  #current: Job | undefined
  /** The worker has said that it is ready. */
  #answers = false
  #nextId = 1
  #answer: ((message: FromWorker | EngineError) => void) | undefined
  /** The last error came from a worker that died, not from the engine in it. */
  #died = false

  constructor(options: ClientOptions) {
    this.#options = options
  }

  /** Starts the worker if there is none. Rejects with EngineError of kind "unsupported" where the module cannot run. */
  ready(): Promise<void> {
    this.#opened ??= this.#open()
    return this.#opened
  }

  call<N extends OperationName>(name: N, request: RequestOf<N>, options: { lane?: string; signal?: AbortSignal } = {}): Promise<ResultOf<N>> {
    return new Promise((resolve, reject) => {
      if (options.signal?.aborted) return reject(new Superseded())
      const lane = options.lane ?? name
      const job: Job = { name, request, lane, dropped: false, resolve: resolve as (result: unknown) => void, reject }
      const replaced = lane === '' ? undefined : this.#waiting.find((other) => other.lane === lane)
      if (replaced) this.#drop(replaced)
      options.signal?.addEventListener('abort', () => this.#abort(job), { once: true })
      this.#waiting.push(job)
      void this.#pump()
    })
  }

  /** Ends the worker; every request still open rejects. A later call starts a new one. */
  close(): void {
    for (const job of [...this.#waiting]) this.#drop(job)
    this.#discard(new EngineError('crash', 'the engine was closed'))
  }

  /** A request that already runs cannot be stopped but with its worker. */
  #abort(job: Job): void {
    if (job.dropped) return
    this.#drop(job)
    if (job === this.#current) this.#discard(new EngineError('crash', 'the request was given up'))
  }

  #drop(job: Job): void {
    if (job.dropped) return
    job.dropped = true
    this.#waiting = this.#waiting.filter((other) => other !== job)
    job.reject(new Superseded())
  }

  async #pump(): Promise<void> {
    if (this.#running) return
    this.#running = true
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) {
      this.#current = job
      try {
        const result = await this.#run(job)
        if (!job.dropped) job.resolve(result)
      } catch (error) {
        if (!job.dropped) job.reject(error as Error)
      }
      this.#current = undefined
    }
    this.#running = false
  }

  async #run(job: Job): Promise<unknown> {
    this.#died = false
    try {
      return await this.#attempt(job)
    } catch (error) {
      if (!this.#died || job.dropped) throw error
      return this.#attempt(job)
    }
  }

  async #attempt(job: Job): Promise<unknown> {
    if (!this.#answers) await this.ready() // else the request is on its way before the page draws the move that made it
    let inside = 0
    const calls = this.#sessions.replay(job.request, this.#generation)
    for (const call of calls) {
      const result = await this.#ask(call.name, call.request(inside))
      const opened = Sessions.reference(result as object)
      if (inside === 0 && opened) inside = opened.id
    }
    if (calls.length > 0) this.#sessions.replayed(job.request, this.#generation, inside)
    const result = await this.#ask(job.name, this.#sessions.inside(job.request))
    return this.#sessions.note(job.name, job.request, result, this.#generation)
  }

  #ask(name: OperationName, request: object): Promise<unknown> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      const seconds = this.#options.mostSeconds ?? 60
      const alarm = setTimeout(() => this.#discard(new EngineError('crash', `no answer within ${seconds} s`)), seconds * 1000)
      this.#answer = (message) => {
        if (!(message instanceof EngineError) && (!('id' in message) || message.id !== id)) return
        clearTimeout(alarm)
        this.#answer = undefined
        if (message instanceof EngineError) return reject(message)
        if (message.type === 'result') return resolve(message.result)
        if (message.type !== 'error') return
        const error = new EngineError(message.kind, message.message)
        reject(error)
        if (message.kind === 'crash') this.#discard(error)
      }
      this.#port?.postMessage({ type: 'call', id, name, request })
    })
  }

  #open(): Promise<void> {
    const port = this.#options.createWorker()
    this.#port = port
    this.#generation += 1
    return new Promise((resolve, reject) => {
      const fail = (error: EngineError) => {
        this.#discard(error)
        reject(error)
      }
      port.onmessage = ({ data }) => {
        if (data.type === 'ready') resolve(void (this.#answers = true))
        else if (data.type === 'refused') fail(new EngineError('unsupported', data.message))
        else this.#answer?.(data)
      }
      port.onerror = (event) => {
        this.#died = true
        fail(new EngineError('crash', event.message || 'the worker died'))
      }
      port.postMessage({ type: 'open', wasm: this.#options.wasm })
    })
  }

  /** The worker is of no more use: the request that runs in it rejects, and the next one starts another. */
  #discard(error: EngineError): void {
    this.#port?.terminate()
    this.#port = undefined
    this.#opened = undefined
    this.#answers = false
    this.#answer?.(error)
  }
}

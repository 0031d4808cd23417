// SPDX-License-Identifier: Apache-2.0
// What lives inside a worker (training sessions, opened models) and how to bring it back in a new one: the request that
// opened it and the steps taken since. The engine repeats itself bit for bit, so a replay ends where the lost one stood.
import type { OperationName } from './api.ts'

interface Held {
  open: { name: OperationName; request: object }
  stepName?: OperationName
  steps: number
  /** The worker that holds it now, and its number there. */
  generation: number
  inside: number
}

type Key = 'session' | 'model'
const opens: Partial<Record<OperationName, Key>> = {
  'train.start': 'session',
  'race.start': 'session',
  'quotes.start': 'session',
  'model.open': 'model',
  'seq2seq.open': 'model',
  'seq2seq.start': 'session',
}
const closes: readonly OperationName[] = ['train.end', 'race.end', 'quotes.end', 'model.close', 'seq2seq.close', 'seq2seq.end']
const stepping: readonly OperationName[] = ['train.step', 'race.step', 'quotes.step', 'seq2seq.step']
const mostSteps = 1000

export class Sessions {
  readonly #held = new Map<number, Held>()
  #next = 1

  /** The number by which a request names something held, if it does. */
  static reference(request: object): { key: Key; id: number } | undefined {
    for (const key of ['session', 'model'] as const) {
      const id = (request as Record<string, unknown>)[key]
      if (typeof id === 'number') return { key, id }
    }
    return undefined
  }

  /** The calls that must run first, and how to take in the answer of the opening one. Empty if all is there. */
  replay(request: object, generation: number): { name: OperationName; request: (inside: number) => object }[] {
    const reference = Sessions.reference(request)
    const held = reference && this.#held.get(reference.id)
    if (!held || held.generation === generation) return []
    const calls: { name: OperationName; request: (inside: number) => object }[] = [{ name: held.open.name, request: () => held.open.request }]
    for (let left = held.steps; left > 0 && held.stepName; left -= mostSteps) {
      const steps = Math.min(left, mostSteps)
      calls.push({ name: held.stepName, request: (inside) => ({ session: inside, steps }) })
    }
    return calls
  }

  replayed(request: object, generation: number, inside: number): void {
    const reference = Sessions.reference(request)
    const held = reference && this.#held.get(reference.id)
    if (held) Object.assign(held, { generation, inside })
  }

  /** The request with the number that the worker knows. */
  inside(request: object): object {
    const reference = Sessions.reference(request)
    const held = reference && this.#held.get(reference.id)
    return reference && held ? { ...request, [reference.key]: held.inside } : request
  }

  /** Notes what a call that went well has opened, closed or moved on; returns the result with the number for outside. */
  note(name: OperationName, request: object, result: unknown, generation: number): unknown {
    const key = opens[name]
    if (key) {
      const id = this.#next++
      const inside = (result as Record<Key, number>)[key]
      this.#held.set(id, { open: { name, request }, steps: 0, generation, inside })
      return { ...(result as object), [key]: id }
    }
    const reference = Sessions.reference(request)
    const held = reference && this.#held.get(reference.id)
    if (!reference || !held) return result
    if (closes.includes(name)) this.#held.delete(reference.id)
    if (stepping.includes(name)) {
      held.stepName = name
      held.steps = (result as { step: number }).step
    }
    return result
  }
}

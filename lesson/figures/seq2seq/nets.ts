// SPDX-License-Identifier: Apache-2.0
// The nets of diagram 7: three that are shipped, and one at a time that is trained in the page. No DOM.
import { type Engine, type Seq2SeqStartRequest, type Translator, type TranslatorId } from '../../engine/api'
import type { Values } from '../../state/fields'
import type { fields } from './model'
import { longestTested, testPairs, trainingPairs } from './strings'

export type ReversalValues = Values<typeof fields>
export type Variant = 'plain' | 'sampled' | 'attention'
type Settings = Pick<ReversalValues, 'att' | 'H' | 'rev' | 'feed' | 'tf'>

const plain: Settings = { att: false, H: '16', rev: false, feed: 'constant', tf: 1 }
export const presets: Record<Variant, Settings> = {
  plain,
  sampled: { ...plain, feed: 'inverse-sigmoid', tf: 0.2 },
  attention: { ...plain, att: true },
}
export const variants = Object.keys(presets) as Variant[]

const keyOf = ({ att, H, rev, feed, tf }: Settings): string => [att, H, rev, feed, tf].join()
/** The preset with these settings. */
export const presetOf = (values: Settings): Variant | undefined => variants.find((variant) => keyOf(presets[variant]) === keyOf(values))
/** The shipped net that the values name: one that has these settings, unless training here is asked for. */
export const shipped = (values: ReversalValues): Variant | undefined => (values.steps === 0 ? presetOf(values) : undefined)

/** How a training in the page has gone so far. */
export interface Training {
  loss: readonly number[]
  /** Share of the decoder's steps that were fed the truth. */
  rate: readonly number[]
  step: number
  diverged: boolean
}

export interface Net extends Translator {
  id: TranslatorId
  /** Null: shipped. */
  training: Training | null
}

/** Pairs to train on in the page: enough that 2,000 steps see each about sixteen times. */
const pairs = 8000
/** Optimiser steps between two answers of the engine; other requests come between. */
const portion = 20

/** What K means for each way of feeding; each schedule has fallen to a half after 300 to 500 steps. */
const forcingK = { constant: 1, linear: 1000, exponential: 0.998, 'inverse-sigmoid': 100 } as const

function startRequest({ att, H, rev, feed, tf }: Settings): Seq2SeqStartRequest {
  return {
    pairs: new TextEncoder().encode(trainingPairs(pairs)),
    options: {
      hidden: Number(H),
      embedding: 16,
      attention: att,
      reverse: rev,
      forcing: feed,
      forcingK: feed === 'constant' ? tf : forcingK[feed],
      forcingFloor: feed === 'constant' ? 0 : tf,
      learningRate: 0.01,
      clip: 1,
      batch: 64,
      seed: 1,
    },
  }
}

/** A net in training: the same settings and steps give the same net, so it can be carried on and need not begin anew. */
export class OwnNet {
  #training: Training = { loss: [], rate: [], step: 0, diverged: false }
  #work: Promise<unknown> = Promise.resolve()

  private constructor(
    private readonly engine: Engine,
    private readonly started: Translator & { session: number },
  ) {}

  static async start(engine: Engine, settings: Settings): Promise<OwnNet> {
    return new OwnNet(engine, await engine.call('seq2seq.start', startRequest(settings), { lane: '' }))
  }

  get step(): number {
    return this.#training.step
  }
  get net(): Net {
    return { ...this.started, id: { session: this.started.session }, training: this.#training }
  }
  /** Trains until that step, or until `go` says no. */
  reach(steps: number, go: (training: Training) => boolean = () => true): Promise<void> {
    const work = this.#work.then(async () => {
      while (this.step < steps && !this.#training.diverged) {
        await this.#advance(Math.min(portion, steps - this.step))
        if (!go(this.#training)) return
      }
    })
    this.#work = work.catch(() => undefined)
    return work
  }
  async end(): Promise<void> {
    await this.#work
    await this.engine.call('seq2seq.end', { session: this.started.session }, { lane: '' })
  }

  async #advance(steps: number): Promise<void> {
    const { loss, rate, step, diverged } = await this.engine.call('seq2seq.step', { session: this.started.session, steps }, { lane: '' })
    this.#training = { loss: [...this.#training.loss, ...loss.data], rate: [...this.#training.rate, ...rate.data], step, diverged }
  }
}

const files: Record<Variant, () => Promise<{ model: string }>> = {
  plain: () => import('./models/plain'),
  sampled: () => import('./models/sampled'),
  attention: () => import('./models/attention'),
}

async function openVariant(engine: Engine, variant: Variant): Promise<Net> {
  const { model } = await files[variant]()
  const bytes = Uint8Array.from(atob(model), (c) => c.charCodeAt(0))
  const opened = await engine.call('seq2seq.open', { bytes }, { lane: '' })
  return { ...opened, id: { model: opened.model }, training: null }
}

/** What an engine holds for this figure. */
class Shelf {
  #nets = new Map<string, Promise<unknown>>()
  #own: { key: string; net: Promise<OwnNet> } | undefined

  constructor(private readonly engine: Engine) {}

  /** Makes each thing once; one that failed is made anew. */
  keep<T>(key: string, make: () => Promise<T>): Promise<T> {
    const made = (this.#nets.get(key) as Promise<T> | undefined) ?? make()
    this.#nets.set(key, made)
    made.catch(() => this.#nets.delete(key))
    return made
  }
  /** The net in training with these settings, at most so many steps old; the one before is let go. */
  async own(settings: Settings, most: number): Promise<OwnNet> {
    const held = this.#own?.key === keyOf(settings) ? await this.#own.net : undefined
    if (held && held.step <= most) return held
    const before = this.#own?.net
    const own = { key: keyOf(settings), net: OwnNet.start(this.engine, settings) }
    this.#own = own
    own.net.catch(() => this.#own === own && (this.#own = undefined))
    await before?.then((net) => net.end())
    return own.net
  }
}

const shelves = new WeakMap<Engine, Shelf>()
export function shelf(engine: Engine): Shelf {
  const found = shelves.get(engine) ?? new Shelf(engine)
  shelves.set(engine, found)
  return found
}

/** The net that the values name, trained as far as they say. */
export async function netOf(engine: Engine, values: ReversalValues): Promise<Net> {
  const variant = shipped(values)
  if (variant) return shelf(engine).keep(variant, () => openVariant(engine, variant))
  const own = await shelf(engine).own(values, values.steps)
  await own.reach(values.steps)
  return own.net
}

/** For each length from 1 the share of test strings that the net turns round without a fault. */
export function exactByLength(engine: Engine, values: ReversalValues, net: Net): Promise<number[]> {
  return shelf(engine).keep(`${keyOf(values)},${values.steps},exact`, async () => {
    const shares: number[] = []
    for (let length = 1; length <= longestTested; ++length) {
      const asked = { ...net.id, pairs: new TextEncoder().encode(testPairs(length)) }
      shares.push((await engine.call('seq2seq.score', asked, { lane: '' })).exact)
    }
    return shares
  })
}

// SPDX-License-Identifier: Apache-2.0
// The end of the thread: an encoder-decoder that reads a text and writes out what is quoted in it. No DOM. The texts come
// from whole-number streams, the same in every browser; those of the test have nothing in common with those of the training.
import { at, type Engine, type Numbers, type Seq2SeqRun } from '../../engine/api'
import { folded } from '../gates/marks'

/** Characters of the longest text that is trained on; it is tested on others, of up to as many and of up to twice as many. */
export const longestTrained = 24
/** Pairs to train on, and texts of each length in the test. */
const [pairs, tested] = [8000, 60]
/** Optimiser steps between two looks. */
const portion = 40
const mostBytes = 100
const letters = 'abcdefghijklmnopqrstuvwxyz'

/** A text as the net reads it: small letters, quotation marks, full stops, spaces. */
export const readable = (text: string): string =>
  Array.from(folded(text).toLowerCase(), (c) => (/[a-z"]/.test(c) ? c : /[.!?]/.test(c) ? '.' : ' '))
    .join('')
    .slice(0, mostBytes)

/** What stands between the first two marks. */
export const quoted = (text: string): string => /"([^"]*)"/.exec(text)?.[1] ?? ''

/** Lines of text, tab, what is quoted in it: of up to 6 letters, in a text of up to so many characters. */
export function lines(count: number, longest: number, seed: number): string {
  let state = seed
  const below = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  const draw = (length: number, from: string) => Array.from({ length }, () => from[below(from.length)]).join('')
  return Array.from({ length: count }, () => {
    const word = draw(1 + below(6), letters)
    const rest = below(longest - word.length - 1)
    const before = below(rest + 1)
    return `${draw(before, `${letters}    .`)}"${word}"${draw(rest - before, `${letters}    .`)}\t${word}\n`
  }).join('')
}

const bytes = (text: string) => new TextEncoder().encode(text)

export interface Written {
  attention: boolean
  parameters: number
  step: number
  diverged: boolean
  loss: readonly number[]
  /** Share of new texts whose quotation was written without a fault, every `portion` steps: of up to as many characters as in training, and twice as many. */
  exact: readonly number[]
  far: readonly number[]
  /** The reader's text as it was read, and what came of it. */
  text: string
  run: Seq2SeqRun
}

/** Trains so many steps; `show` is given the net as it stands, and says whether to go on. */
export async function learnToWrite(
  engine: Engine,
  { att, steps, seed, text }: { att: boolean; steps: number; seed: number; text: string },
  show?: (written: Written) => boolean,
): Promise<Written> {
  const lane = '' // every request of a training counts: none may be replaced
  const options = { hidden: 16, embedding: 8, attention: att, reverse: false, forcing: 'constant', forcingK: 1, forcingFloor: 0 } as const
  const started = await engine.call(
    'seq2seq.start',
    { pairs: bytes(lines(pairs, longestTrained, 7)), options: { ...options, learningRate: 0.01, clip: 1, batch: 32, seed } },
    { lane },
  )
  const id = { session: started.session }
  const score = async (longest: number) => (await engine.call('seq2seq.score', { ...id, pairs: bytes(lines(tested, longest, 99)) }, { lane })).exact
  const read = readable(text)
  const look = async () => (await engine.call('seq2seq.run', { ...id, source: read, forced: null }, { lane })).free
  const loss: number[] = []
  let written: Written = {
    attention: att,
    parameters: started.parameters,
    step: 0,
    diverged: false,
    loss,
    exact: [await score(longestTrained)],
    far: [await score(2 * longestTrained)],
    text: read,
    run: await look(),
  }
  let wanted = true
  while (wanted && written.step < steps && !written.diverged) {
    const taken = await engine.call('seq2seq.step', { ...id, steps: Math.min(portion, steps - written.step) }, { lane })
    loss.push(...taken.loss.data)
    written = {
      ...written,
      step: taken.step,
      diverged: taken.diverged,
      loss: [...loss],
      exact: [...written.exact, await score(longestTrained)],
      far: [...written.far, await score(2 * longestTrained)],
      run: await look(),
    }
    wanted = show?.(written) ?? true
  }
  await engine.call('seq2seq.end', id, { lane })
  return written
}

/** The letter or the end that a step wrote, and [T] where it looked; null without attention. */
export function steps({ run }: Written): { token: string; looked: Numbers | null }[] {
  const length = run.alignment?.shape[1] ?? 0
  return run.tokens.map((token, t) => ({
    token: token === '<end>' ? '■' : token,
    looked: run.alignment ? { shape: [length], data: Float64Array.from({ length }, (_, s) => at(run.alignment!, t, s)) } : null,
  }))
}

/** Every `portion` steps spread over all, so that the curve stands on the axis of the optimiser's steps. */
export const bySteps = (shares: readonly number[], step: number): number[] =>
  Array.from({ length: step + 1 }, (_, i) => {
    const place = Math.min(shares.length - 1, i / portion)
    const [low, part] = [Math.floor(place), place % 1]
    return (shares[low] ?? NaN) * (1 - part) + (shares[Math.min(low + 1, shares.length - 1)] ?? NaN) * part
  })

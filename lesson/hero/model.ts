// SPDX-License-Identifier: Apache-2.0
// The first thing on the page: the LSTM of diagram 3 reads a sentence and believes that it is inside a quotation, or not; its memory
// can be erased at one character. What is asked of the engine, and what is said of the answer. No drawing.
import { at, type Engine, type GatesResult } from '../engine/api'
import { folded } from '../figures/gates/marks'

export const mostCharacters = 60

export interface HeroState {
  text: string
  /** The character at which the memory is erased, from 1; 0: none. */
  erased: number
}

export const standard: HeroState = { text: 'She said "wait for me" and ran.', erased: 0 }
/** The character at which the button erases before another is chosen. */
export const firstPlace = 14

export const characters = (text: string): string[] => Array.from(text).slice(0, mostCharacters)

/** The forget gate shut for one step: nothing of the memory before it is left. */
export const believe = (engine: Engine, { text, erased }: HeroState): Promise<GatesResult> =>
  engine.call('gates', { text: folded(text), clamp: erased > 0 ? { gate: 'f', value: 0, from: erased - 1, to: erased } : null }, { lane: 'hero' })

/** Its belief after each character. */
export const beliefs = (result: GatesResult): number[] => Array.from((result.clamped ?? result.free).inside.data)

/** What the net believes, in a sentence or two. */
export function summary({ text, erased }: HeroState, result: GatesResult): string {
  const all = characters(text)
  const believed = beliefs(result)
  const wrong = believed.findIndex((p, t) => p > 0.5 !== (at(result.truth, t) === 1))
  if (erased > 0 && wrong >= 0) {
    const end = believed.at(-1)! > 0.5 === (at(result.truth, all.length - 1) === 1)
    return `Its memory was erased at “${all[erased - 1]}”: from character ${wrong + 1} on it is wrong about where it is${end ? ', until the next mark' : ', and takes the closing mark for an opening one'}.`
  }
  if (erased > 0) return `Its memory was erased at “${all[erased - 1]}”, outside of any quotation: there was nothing there to forget.`
  if (wrong >= 0) return `It goes wrong at character ${wrong + 1}: four units are not many.`
  const inside = believed.filter((p) => p > 0.5).length
  return inside === 0
    ? 'It sees no quotation. Type one.'
    : `It is right after each of ${all.length} characters, ${inside} of them inside quotation marks. All that it knows of the mark is a number that it carries along.`
}

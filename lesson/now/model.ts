// SPDX-License-Identifier: Apache-2.0
// What the box makes of a text of numbers, and of a forecast.
import { digits } from '../parts/format'
import type { NowResult } from '../engine/api'

/** A week of a shop, some times over, for a start. */
export const sample = Array.from({ length: 56 }, (_, t) => 40 + 2 * (t % 7) + (t % 7 > 4 ? 25 : 0) + ((t * 37) % 11)).join(' ')

export class NumbersError extends Error {}

/** Numbers between blanks, commas, semicolons and line ends; a comma between digits is a decimal one where no point is used and the
 * numbers stand apart by other signs. Errors: NumbersError for what is no number, and for fewer than 3. */
export function numbersOf(text: string): number[] {
  const decimalComma = !text.includes('.') && /[\s;]/.test(text.trim()) && /\d,\d/.test(text) && !/,\s/.test(text)
  const words = text
    .split(decimalComma ? /[\s;]+/ : /[\s;,]+/)
    .filter(Boolean)
    .map((word) => (decimalComma ? word.replace(',', '.') : word))
  const values = words.map(Number)
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) throw new NumbersError(`“${words[bad]}” is not a number`)
  if (values.length < 3) throw new NumbersError(`at least 3 numbers are needed, and ${values.length} ${values.length === 1 ? 'is' : 'are'} there`)
  return values
}

/** The forecast in two sentences, for whoever does not see the picture. */
export function told(next: NowResult): string {
  const last = next.median.data.length - 1
  const at = (values: { data: Float64Array }, step: number) => digits(values.data[step] ?? NaN, 4)
  const step = (k: number) => `${at(next.median, k)}, with 80 % between ${at(next.low80, k)} and ${at(next.high80, k)}`
  return `The next value is ${step(0)}${last > 0 ? `; ${last + 1} steps ahead it is ${step(last)}` : ''}. The net took ${next.why}.`
}

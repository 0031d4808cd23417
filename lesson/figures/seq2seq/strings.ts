// SPDX-License-Identifier: Apache-2.0
// Digit strings and the same turned round: what the nets of diagram 7 are trained and tested on. Whole-number streams, the
// same in every browser; the two streams have nothing in common.

/** Digits of the longest string that is trained on, and of the longest that is tested. */
export const longest = 12
export const longestTested = 14
/** Strings of each length that a test asks for. */
export const tested = 60

const turned = (source: string): string => [...source].reverse().join('')
const line = (source: string): string => `${source}\t${turned(source)}\n`

/** Lines of source, tab, target; lengths from 1 to `longest` in turn. */
export function trainingPairs(count: number): string {
  let state = 7
  const digit = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * 10)
  }
  return Array.from({ length: count }, (_, i) => line(Array.from({ length: 1 + (i % longest) }, digit).join(''))).join('')
}

export function testStrings(length: number): string[] {
  let state = 4242 + length
  const digit = () => {
    state = (Math.imul(state, 22695477) + 1) >>> 0
    return Math.floor((state / 2 ** 32) * 10)
  }
  return Array.from({ length: tested }, () => Array.from({ length }, digit).join(''))
}

export const testPairs = (length: number): string => testStrings(length).map(line).join('')

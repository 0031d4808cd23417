// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { tones } from './tones'

test('tones rise with the values, over three octaves, and stay within them', () => {
  expect(tones([-8, 0, 8, 99, -Infinity], [-8, 8]).map(({ pitch }) => Math.round(pitch))).toEqual([110, 311, 880, 880, 110])
})
test('what is no number is silence', () => {
  expect(tones([NaN, 1], [0, 1]).map(({ pitch }) => pitch)).toEqual([0, 880])
})
test('a long curve is heard from its first value to its last, in three seconds', () => {
  const heard = tones(
    Array.from({ length: 500 }, (_, i) => i),
    [0, 499],
  )
  expect(heard).toHaveLength(60)
  expect([heard[0]!.pitch, heard.at(-1)!.pitch]).toEqual([110, 880])
  expect(heard.every(({ at }, i) => i === 0 || at > heard[i - 1]!.at)).toBe(true)
  expect(heard.at(-1)!.at).toBeLessThan(3)
})

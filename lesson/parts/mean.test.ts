// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest'
import { mean, recent, smooth } from './mean'

it('takes the mean of all, of the latest, and of each with those before it', () => {
  expect(mean([1, 2, 6])).toBe(3)
  expect(mean([])).toBeNaN()
  expect(recent([9, 9, 1, 3], 2)).toBe(2)
  expect(recent([1, 3], 20)).toBe(2)
  expect(smooth([2, 4, 6, 8], 2)).toEqual([2, 3, 5, 7])
})

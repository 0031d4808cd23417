// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { fromLog, logs, powerTick } from './logScale'

test('a scale of powers of ten, there and back', () => {
  expect(logs([1, 0.01, 0, -1, NaN])).toEqual([0, -2, NaN, NaN, NaN])
  expect(logs(new Float64Array([1000]))).toEqual([3])
  expect([-12, 0, 0.5].map(powerTick)).toEqual(['10⁻¹²', '10⁰', ''])
  expect([fromLog(2), fromLog(-1.5), fromLog(NaN), fromLog(NaN, '0')]).toEqual(['100', '0.0316', '–', '0'])
})

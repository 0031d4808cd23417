// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { curve, type Point } from './curve'

test('a straight line needs two points', () => {
  expect(curve(Array.from({ length: 40 }, (_, i): Point => [i, 2 * i]))).toBe('M0 0L39 78')
})
test('corners stay, whatever lies between them', () => {
  expect(
    curve([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 10],
      [4, 0],
      [5, 0],
    ]),
  ).toBe('M0 0L2 0L3 10L4 0L5 0')
})
test('what is no number breaks the curve', () => {
  expect(
    curve([
      [0, 1],
      [1, 1],
      [2, NaN],
      [3, 5],
      [4, 5],
      [5, NaN],
      [6, 7],
    ]),
  ).toBe('M0 1L1 1M3 5L4 5M6 7')
  expect(curve([[0, NaN]])).toBe('')
})
test('no point lies further than a third of a pixel beside the curve', () => {
  const points = Array.from({ length: 200 }, (_, i): Point => [2 * i, 100 * Math.exp(-i / 30) + 20 * Math.sin(i / 20)])
  const kept = [...curve(points).matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map((m): Point => [Number(m[1]), Number(m[2])])
  expect(kept.length).toBeLessThan(120)
  for (const [x, y] of points) {
    const right = kept.findIndex((p) => p[0] >= x)
    const [[x0, y0], [x1, y1]] = [kept[Math.max(0, right - 1)]!, kept[right]!]
    expect(Math.abs(y0 + (x1 === x0 ? 0 : ((y1 - y0) * (x - x0)) / (x1 - x0)) - y)).toBeLessThan(0.35)
  }
})

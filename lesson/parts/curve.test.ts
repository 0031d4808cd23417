// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { between, curve, type Point } from './curve'

test('a straight line needs two points', () => {
  expect(curve(Array.from({ length: 40 }, (_, i): Point => [i, 2 * i]))).toBe('M0 0l39 78')
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
  ).toBe('M0 0l2 0l1 10l1-10l1 0')
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
  ).toBe('M0 1l1 0M3 5l1 0M6 7')
  expect(curve([[0, NaN]])).toBe('')
})
test('no point lies further than a third of a pixel beside the curve', () => {
  const points = Array.from({ length: 200 }, (_, i): Point => [2 * i, 100 * Math.exp(-i / 30) + 20 * Math.sin(i / 20)])
  const kept: Point[] = []
  for (const [, x, y] of curve(points).matchAll(/[Ml](-?[\d.]+) ?(-?[\d.]+)/g)) {
    const [x0, y0] = kept.at(-1) ?? [0, 0]
    kept.push([x0 + Number(x), y0 + Number(y)])
  }
  expect(kept.at(-1)).toEqual([expect.closeTo(points.at(-1)![0], 1), expect.closeTo(points.at(-1)![1], 1)]) // steps do not drift
  expect(kept.length).toBeLessThan(120)
  for (const [x, y] of points) {
    const right = kept.findIndex((p) => p[0] >= x)
    const [[x0, y0], [x1, y1]] = [kept[Math.max(0, right - 1)]!, kept[right]!]
    expect(Math.abs(y0 + (x1 === x0 ? 0 : ((y1 - y0) * (x - x0)) / (x1 - x0)) - y)).toBeLessThan(0.35)
  }
})
test('what lies between two curves is closed, and broken where one of them is no number', () => {
  const level = (y: number, gap = -1) => Array.from({ length: 4 }, (_, i): Point => [i, i === gap ? NaN : y])
  expect(between(level(0), level(2))).toBe('M0 2l3 0l0-2l-3 0Z')
  expect(between(level(0, 2), level(2))).toBe('M0 2l1 0l0-2l-1 0ZM3 2l0-2Z')
  expect(between(level(0, 0), level(2))).toMatch(/^M1 2/)
  expect(between([], [])).toBe('')
})

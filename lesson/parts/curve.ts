// SPDX-License-Identifier: Apache-2.0
// A curve as an SVG path, to a tenth of a pixel; what lies on a straight line between two points is left out, and what is no
// number breaks the curve.

export type Point = readonly [x: number, y: number]

const off = 0.15 // pixels that a point may lie beside the line that replaces it
const longest = 64 // points that one line may replace

/** Whether all points between two lie close enough to the straight line between them. */
function straight(points: readonly Point[], from: number, to: number): boolean {
  const [[x0, y0], [x1, y1]] = [points[from]!, points[to]!]
  for (let i = from + 1; i < to; ++i) {
    const [x, y] = points[i]!
    if (Math.abs(y0 + ((y1 - y0) * (x - x0)) / (x1 - x0 || 1) - y) > off) return false
  }
  return true
}

export function curve(points: readonly Point[]): string {
  const round = (v: number) => String(Math.round(10 * v) / 10)
  let path = ''
  let last = -1 // the point that stands in the path
  const write = (i: number, letter: string) => {
    path += `${letter}${round(points[i]![0])} ${round(points[i]![1])}`
    last = i
  }
  for (let i = 0; i < points.length; ++i) {
    if (!Number.isFinite(points[i]![1])) {
      if (last >= 0 && last < i - 1) write(i - 1, 'L')
      last = -1
    } else if (last < 0) write(i, 'M')
    else if (i - last > longest || !straight(points, last, i)) write(i - 1, 'L')
  }
  if (last >= 0 && last < points.length - 1) write(points.length - 1, 'L')
  return path
}

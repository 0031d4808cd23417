// SPDX-License-Identifier: Apache-2.0
// A curve as an SVG path, to a tenth of a pixel; what lies on a straight line between two points is left out, and what is no
// number breaks the curve. Lines are written relative to the point before, which takes half the bytes.

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

const text = (tenths: number) => String(tenths / 10).replace(/^(-?)0\./, '$1.')
const pair = (x: number, y: number) => `${text(x)}${y < 0 ? '' : ' '}${text(y)}`

export function curve(points: readonly Point[]): string {
  let path = ''
  let last = -1 // the point that stands in the path
  let [x, y] = [0, 0] // where it stands, in tenths
  const write = (i: number, first: boolean) => {
    const [toX, toY] = [Math.round(10 * points[i]![0]), Math.round(10 * points[i]![1])]
    path += first ? `M${pair(toX, toY)}` : `l${pair(toX - x, toY - y)}`
    ;[last, x, y] = [i, toX, toY]
  }
  for (let i = 0; i < points.length; ++i) {
    if (!Number.isFinite(points[i]![1])) {
      if (last >= 0 && last < i - 1) write(i - 1, false)
      last = -1
    } else if (last < 0) write(i, true)
    else if (i - last > longest || !straight(points, last, i)) write(i - 1, false)
  }
  if (last >= 0 && last < points.length - 1) write(points.length - 1, false)
  return path
}

/** What lies between two curves over the same places, wherever both are numbers. */
export function between(low: readonly Point[], high: readonly Point[]): string {
  let path = ''
  let from = 0
  for (let i = 0; i <= low.length; ++i) {
    if (i < low.length && Number.isFinite(low[i]![1]) && Number.isFinite(high[i]![1])) continue
    if (i > from) path += `${curve([...high.slice(from, i), ...low.slice(from, i).reverse()])}Z`
    from = i + 1
  }
  return path
}

// SPDX-License-Identifier: Apache-2.0
// The cells of a heat map as SVG text: some hundred elements that a page takes over, and replaces, in one piece.
import { digits } from './format'
import { escaped } from './tableHtml'

export interface HeatCells {
  id: string
  rows: number
  columns: number
  /** Of the upper left corner, and the size of a cell. */
  left: number
  top: number
  wide: number
  tall: number
  /** NaN: no cell. */
  value: (row: number, column: number) => number
  read: (row: number, column: number, value: number) => string
  /** Its shade, -10 to 10. */
  level: (value: number) => number
  hue: string
  struck?: (row: number, column: number) => boolean
}

// Black is read on a shade from its sixth level on, on orange and blue from the seventh (contrast.slow.ts holds 4.5:1).
const wordsFrom = { wide: 38, tall: 22 } // smaller cells have no room for their number

function box({ left, top, wide, tall }: HeatCells, r: number, c: number): string {
  const [x, y, width, height] = [left + c * wide + 0.5, top + r * tall + 0.5, Math.max(1, wide - 1), Math.max(1, tall - 1)]
  return `x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"`
}

/** One row of the grid a line, one cell a rectangle that says its value. */
export function gridSvg(cells: HeatCells): string {
  const { id, rows, columns, value, read, level, hue } = cells
  const one = (r: number, c: number) => {
    const x = value(r, c)
    const empty = Number.isNaN(x)
    const looks = empty ? 'empty' : `tile ${hue} l${level(x)}`
    return `<rect role="gridcell" id="${id}-${r}-${c}" aria-label="${empty ? 'empty' : escaped(read(r, c, x))}" class="${looks}" ${box(cells, r, c)}/>`
  }
  return Array.from({ length: rows }, (_, r) => `<g role="row">${Array.from({ length: columns }, (_, c) => one(r, c)).join('')}</g>`).join('')
}

/** What lies over the cells: hatching on those that are struck out, the numbers where there is room. */
export function marksSvg(cells: HeatCells): string {
  const { id, rows, columns, left, top, wide, tall, value, level, hue, struck } = cells
  const room = wide >= wordsFrom.wide && tall >= wordsFrom.tall
  const one = (r: number, c: number) => {
    const x = value(r, c)
    if (Number.isNaN(x)) return ''
    if (struck?.(r, c)) return `<rect fill="url(#${id}-hatch)" ${box(cells, r, c)}/>`
    if (!room) return ''
    const looks = `in${Math.abs(level(x)) > (hue === 'grad' || hue === 'f' ? 6 : 5) ? ' strong' : ''}${hue === 'c' ? ' dark' : ''}`
    const words = digits(x, 2)
    const short = words.includes('·10') && Math.abs(x) < 1 ? '≈0' : words // a power of ten is wider than a cell
    return `<text class="${looks}" x="${(left + (c + 0.5) * wide).toFixed(1)}" y="${(top + (r + 0.5) * tall + 4).toFixed(1)}">${short}</text>`
  }
  return Array.from({ length: rows * columns }, (_, i) => one(Math.floor(i / columns), i % columns)).join('')
}

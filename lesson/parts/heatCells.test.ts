// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { gridSvg, marksSvg, type HeatCells } from './heatCells'

const cells: HeatCells = {
  id: 'm',
  rows: 2,
  columns: 2,
  left: 10,
  top: 5,
  wide: 40,
  tall: 30,
  value: (r, c) => [0.5, NaN, -0.3, 1][2 * r + c]!,
  read: (r, c, x) => `<${r}> by ${c}: ${x}`,
  level: (x) => Math.round(10 * x),
  hue: 'signed',
  struck: (r, c) => r === 1 && c === 1,
}

test('each cell says its value, keeps its shade, and what is not there says so', () => {
  const grid = gridSvg(cells)
  expect(grid.match(/role="row"/g)).toHaveLength(2)
  expect(grid.match(/role="gridcell"/g)).toHaveLength(4)
  expect(grid).toContain('id="m-0-0" aria-label="&#60;0&#62; by 0: 0.5" class="tile signed l5" x="10.5" y="5.5" width="39.0" height="29.0"')
  expect(grid).toContain('id="m-0-1" aria-label="empty" class="empty"')
  expect(grid).toContain('class="tile signed l-3"')
})

test('numbers stand where there is room, hatching where a cell is struck out', () => {
  expect(marksSvg(cells)).toBe(
    '<text class="in" x="30.0" y="24.0">0.5</text><text class="in" x="30.0" y="54.0">−0.3</text>' +
      '<rect fill="url(#m-hatch)" x="50.5" y="35.5" width="39.0" height="29.0"/>',
  )
  expect(marksSvg({ ...cells, wide: 20 })).not.toContain('<text')
})

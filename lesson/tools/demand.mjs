// SPDX-License-Identifier: Apache-2.0
// Writes lesson/figures/train/demand.ts, the bundled series of diagram 8: six weeks of examples/data/england_wales_demand.csv
// by the hour (each the mean of two half-hours, in GW, two decimals).
//   node lesson/tools/demand.mjs
import { readFileSync, writeFileSync } from 'node:fs'

const hours = 6 * 7 * 24
const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8')
const rows = read('../../examples/data/england_wales_demand.csv').trim().split('\n').slice(1)
const demand = rows.map((row) => Number(row.split(',')[1]))
const hourly = Array.from({ length: hours }, (_, h) => ((demand[2 * h] + demand[2 * h + 1]) / 2000).toFixed(2))
const lines = []
for (let h = 0; h < hours; h += 24)
  lines.push(
    `  ${hourly
      .slice(h, h + 24)
      .map(Number)
      .join(', ')},`,
  )

writeFileSync(
  new URL('../figures/train/demand.ts', import.meta.url),
  `// SPDX-License-Identifier: Apache-2.0
// Written by lesson/tools/demand.mjs; do not edit. Electricity demand of England and Wales from Monday, 5 June 2000, by the
// hour, in GW; its source and licence are in examples/data/README.md.
export const demand: readonly number[] = [
${lines.join('\n')}
]
`,
)

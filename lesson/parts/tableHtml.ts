// SPDX-License-Identifier: Apache-2.0
// A table of numbers as HTML. Prerendered tables are long, and a text is taken over in one piece, cell by cell it is not.
import type { Table } from '../state/figure.svelte'
import { shown } from './format'

export const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
const cells = <T>(row: readonly T[], cell: (value: T, place: number) => string): string => `<tr>${row.map(cell).join('')}</tr>`

/** Only the first `most` rows, if there are more; the last line then says so. */
export function tableHtml({ caption, head, rows }: Table, most = Infinity): string {
  const top = cells(head, (name) => (name ? `<th scope="col">${escaped(name)}</th>` : '<td></td>'))
  const body = rows
    .slice(0, most)
    .map((row) => cells(row, (value, place) => (place === 0 ? `<th scope="row">${escaped(shown(value))}</th>` : `<td>${escaped(shown(value))}</td>`)))
  const left = rows.length - body.length
  if (left > 0) body.push(`<tr><td colspan="${head.length}">and ${left} more where the page runs</td></tr>`)
  return `<table><caption>${escaped(caption)}</caption><thead>${top}</thead><tbody>${body.join('')}</tbody></table>`
}

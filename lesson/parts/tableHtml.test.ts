// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { tableHtml } from './tableHtml'

test('a table keeps its heads, writes numbers as the page does, and lets no text become markup', () => {
  const html = tableHtml({
    caption: 'a < b & "c"',
    head: ['', '<i>x</i>'],
    rows: [
      ['r', -1.5],
      ['<end>', NaN],
    ],
  })
  expect(html).toBe(
    '<table><caption>a &#60; b &#38; &#34;c&#34;</caption><thead><tr><td></td><th scope="col">&#60;i&#62;x&#60;/i&#62;</th></tr></thead>' +
      '<tbody><tr><th scope="row">r</th><td>−1.5</td></tr><tr><th scope="row">&#60;end&#62;</th><td>–</td></tr></tbody></table>',
  )
})

test('a long table can be cut, and says so', () => {
  const table = { caption: 'c', head: ['n'], rows: [[1], [2], [3]] }
  expect(tableHtml(table, 2)).toContain('<tr><th scope="row">2</th></tr><tr><td colspan="1">and 1 more where the page runs</td></tr></tbody>')
  expect(tableHtml(table, 3)).not.toContain('more where')
})

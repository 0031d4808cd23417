// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { accessible, close, setUp, visit } from './harness'

setUp()

test('the summary is two pages of A4, readable on a screen of 320 pixels too', async () => {
  const v = await visit('summary.html', { viewport: { width: 320, height: 640 } })
  expect(await v.page.locator('.katex').count()).toBeGreaterThan(10)
  expect(await v.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
  await accessible(v.page, 'summary')
  const paper = (await v.page.pdf({ format: 'A4', margin: { top: '12mm', bottom: '12mm', left: '14mm', right: '14mm' } })).toString('latin1')
  expect(paper.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(2)
  await close(v)
})

// SPDX-License-Identifier: Apache-2.0
// The same numbers in Debian's Firefox as in Chromium, and one walk through the page.
import { describe, expect, test } from 'vitest'
import { base, close, setUp, visit } from './harness'
import { Firefox, hasFirefox } from './firefox'

setUp()

const arrowRight = '\uE014'
const links = ['#d1?t=4&K=2&U=1,0,0,1&v=1', '#d2?T=50&H=16&g=1.5&seed=9&v=1', '#d4?T=100&bf=3&noise=0.5&rec=1&v=1', '#d6?T=8&seed=3&v=1']
const summaryOf = (id: string) => `document.querySelector('#${id}[data-live] .summary')?.textContent ?? ''`
const settled = (id: string) =>
  `document.querySelector('#${id}[data-live] .actions a')?.getAttribute('href') !== '#${id}?v=1' && document.querySelector('#${id} [aria-busy=false]') ? ${summaryOf(id)} : ''`

describe.skipIf(!hasFirefox)('in Firefox', () => {
  test('every link gives the numbers that it gives in Chromium', async () => {
    const firefox = await Firefox.start()
    try {
      for (const link of links) {
        const id = link.slice(1, 3)
        await firefox.go(`${base}?${id}${link}`)
        const there = await firefox.until(settled(id))
        const v = await visit(link)
        await expect.poll(() => v.page.evaluate(settled(id)), { timeout: 30_000 }).not.toBe('')
        const here = await v.page.evaluate(settled(id))
        expect(there, link).toBe(here)
        await close(v)
      }
    } finally {
      await firefox.end()
    }
  })

  test('a walk through the page by key: a slider, a question, the answer kept', async () => {
    const firefox = await Firefox.start()
    try {
      await firefox.go(`${base}#d4`)
      await firefox.text(`document.querySelector('#d4').scrollIntoView()`)
      const before = await firefox.until(summaryOf('d4'))
      await firefox.text(`document.querySelectorAll('#d4 .controls input[type=range]')[0].focus()`)
      await firefox.press(arrowRight)
      await firefox.until(`(${summaryOf('d4')}) !== ${JSON.stringify(before)} ? 'moved' : ''`)
      await firefox.text(`document.querySelector('[data-set=gates]').scrollIntoView()`)
      await firefox.until(
        `[...document.querySelectorAll('[data-set=gates] button')].find((b) => b.textContent === 'three')?.click() ?? document.querySelector('[data-set=gates] .verdict strong')?.textContent ?? ''`,
      )
      expect(await firefox.until(`document.querySelector('[data-set=gates] .verdict strong')?.textContent ?? ''`)).toBe('Right.')
      expect(await firefox.text(`localStorage.getItem('recurra-lesson')`)).toContain('gates-tanh')
    } finally {
      await firefox.end()
    }
  })
})

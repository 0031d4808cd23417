// SPDX-License-Identifier: Apache-2.0
// How fast the page answers at a quarter of this machine's speed, printed and not asserted: other work may run beside it.
import type { Page } from 'playwright-core'
import { test } from 'vitest'
import { browser, close, everyFigure, live, setUp, visit, type Visit } from './harness'

setUp()

const say = (what: string, value: number, budget: number) =>
  console.log(`time    ${what.padEnd(52)} ${value.toFixed(0).padStart(5)} ms  of ${budget} ms`)

async function throttled(): Promise<Visit> {
  const v = await visit()
  const session = await v.context.newCDPSession(v.page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  return v
}

/** From the move of a slider to the frame that follows the new words below the diagram. */
const redraw = (page: Page, id: string, value: string): Promise<number> =>
  page.evaluate(
    ([figure, to]) =>
      new Promise<number>((resolve) => {
        const summary = document.querySelector(`#${figure} .summary`)!
        const start = performance.now()
        new MutationObserver((_, observer) => {
          observer.disconnect()
          requestAnimationFrame(() => resolve(performance.now() - start))
        }).observe(summary, { childList: true, characterData: true, subtree: true })
        const input = document.activeElement as HTMLInputElement
        input.value = to!
        input.dispatchEvent(new Event('input', { bubbles: true }))
      }),
    [id, value],
  )

test.each([
  ['d1', 'Truncation, K', '2', '3'],
  ['d2', 'Gain g, a factor on U', '1.5', '1.2'],
  ['d4', 'Your own bias', '2', '1'],
  ['d6', 'Steps T', '10', '12'],
])('%s redraws after a move of a slider', async (id, name, there, back) => {
  const v = await throttled()
  await live(v.page, id)
  await v.page.locator(`#${id}`).getByRole('slider', { name, exact: true }).focus()
  const times: number[] = []
  for (const to of [there, back, there]) times.push(await redraw(v.page, id, to))
  say(`${id}: redraw after a move of a slider, the median of 3`, times.sort((a, b) => a - b)[1]!, 100)
  await close(v)
})

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  ts: number
  /** Microseconds of the processor's time. */
  tdur?: number
}

/** The longest tasks of the main thread while `work` runs: their processor time, four times, which other work does not stretch. */
async function longest(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', 'blink.user_timing'] })
  await work()
  await page.evaluate(() => performance.mark('main-thread'))
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const main = traceEvents.find((e) => e.name === 'main-thread')!
  return traceEvents
    .filter((e) => e.ph === 'X' && e.name === 'RunTask' && e.pid === main.pid && e.tid === main.tid)
    .map((e) => (4 * (e.tdur ?? 0)) / 1000)
    .sort((a, b) => b - a)
}

test('the longest tasks, on loading and while every diagram is taken over', async () => {
  const v = await visit()
  const report = (what: string, tasks: number[]) => say(`longest task ${what}, ${tasks.filter((ms) => ms > 50).length} over 50 ms`, tasks[0]!, 50)
  report('on loading', await longest(v.page, () => v.page.reload({ waitUntil: 'networkidle' })))
  report('taking over the diagrams', await longest(v.page, () => everyFigure(v.page)))
  await close(v)
})

// SPDX-License-Identifier: Apache-2.0
// How fast the page answers at a quarter of this machine's speed, printed and not asserted: other work may run beside it.
import type { Page } from 'playwright-core'
import { test } from 'vitest'
import { base, browser, close, everyFigure, live, setUp, unfold, visit, type Visit } from './harness'

setUp()

const say = (what: string, value: number, budget: number, more = '') =>
  console.log(`time    ${what.padEnd(52)} ${value.toFixed(0).padStart(5)} ms  of ${budget} ms${more}`)
const median = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!

/** Chromium slows the main thread alone. The worker does it to itself: an answer waits until four times its time has gone by. */
const slowly = `{
  const post = self.postMessage.bind(self)
  let asked = 0
  self.addEventListener('message', () => (asked = performance.now()))
  self.postMessage = (message, transfer) => {
    const until = asked + 4 * (performance.now() - asked)
    while (performance.now() < until);
    post(message, transfer)
  }
}
`

/** Both threads at a quarter of their speed, from the first byte on. */
const throttled = (fragment = ''): Promise<Visit> =>
  visit(fragment, { serviceWorkers: 'block' }, async (page) => {
    await page.route('**/assets/worker-*.js', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: slowly + (await response.text()) })
    })
    await page.addInitScript(() => {
      window.Worker = class extends Worker {
        constructor(...given: ConstructorParameters<typeof Worker>) {
          super(...given)
          performance.mark('engine-needed')
          this.addEventListener('message', () => performance.mark('engine-ready'), { once: true }) // its first word is that it is ready
        }
      }
    })
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  })

interface Redraw {
  /** Until the first frame with a change in the drawing was painted, and until that with the last. */
  first: number
  whole: number
}

/** From the move of a slider, which has the focus, to what it changes in the drawing. */
const redraw = (page: Page, id: string, value: string): Promise<Redraw> =>
  page.evaluate(
    ([figure, to]) =>
      new Promise<Redraw>((resolve) => {
        const diagram = document.querySelector(`#${figure} .diagram`)!
        const painted = () => new Promise<number>((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now() - start))))
        let first: Promise<number> | undefined
        const observer = new MutationObserver(async (changes) => {
          if (changes.some(({ target }) => (target as Node).parentElement?.closest('.drawing'))) first ??= painted()
          if (!first || diagram.getAttribute('aria-busy') === 'true') return
          observer.disconnect()
          resolve({ first: await first, whole: await painted() })
        })
        observer.observe(diagram, { childList: true, characterData: true, attributes: true, subtree: true })
        const input = document.activeElement as HTMLInputElement
        const start = performance.now()
        input.value = to!
        input.dispatchEvent(new Event('input', { bubbles: true }))
      }),
    [id, value],
  )

test.each([
  ['d1', '', 'Truncation, K', '2', '3'],
  ['d2', '', 'Gain g, a factor on U', '1.5', '1.2'],
  ['d3', '#d3?clamp=f&v=1', 'Held at', '0.5', '0'],
  ['d4', '', 'Your own bias', '2', '1'],
  ['d5', '', 'Steps', '50', '40'],
  ['d6', '', 'Steps T', '10', '12'],
  ['d7', '', 'Put another digit in at step', '2', '3'],
  ['d8', '', 'Units', '20', '16'], // its net is drawn anew; a training waits for its button
])('%s redraws after a move of a slider', async (id, fragment, name, there, back) => {
  const v = await throttled(fragment)
  await live(v.page, id)
  await v.page.locator(`#${id} [aria-busy=false]`).waitFor()
  await unfold(v.page, `#${id}`)
  await v.page.locator(`#${id}`).getByRole('slider', { name, exact: true }).focus()
  const times: Redraw[] = []
  for (const to of [there, back, there, back, there]) times.push(await redraw(v.page, id, to))
  const whole = median(times.map((time) => time.whole))
  say(`${id}: redraw after a move of a slider, the median of 5`, median(times.map((time) => time.first)), 100, `; all of it ${whole.toFixed(0)} ms`)
  await close(v)
})

test('the engine is ready soon after it is first needed', async () => {
  const times: number[] = []
  for (let i = 0; i < 3; ++i) {
    const v = await throttled()
    await v.page.waitForFunction(() => performance.getEntriesByName('engine-ready').length > 0)
    times.push(await v.page.evaluate(() => performance.measure('wait', 'engine-needed', 'engine-ready').duration))
    await close(v)
  }
  say('engine ready after it is first needed, the median of 3', median(times), 150)
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

const report = (what: string, tasks: number[]) => say(`longest task ${what}, ${tasks.filter((ms) => ms > 50).length} over 50 ms`, tasks[0]!, 50)

test('the longest tasks on loading', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  for (const which of ['first', 'second']) {
    await page.goto('about:blank') // so that leaving the page is no part of coming to it
    report(`on a ${which} visit`, await longest(page, () => page.goto(base, { waitUntil: 'networkidle' })))
  }
  await page.close()
})

test('the longest tasks on leaping by the links of the contents', async () => {
  const v = await visit()
  const links = await v.page.locator('.contents a').all()
  report(
    'on leaping by the contents',
    await longest(v.page, async () => {
      for (const link of links) {
        await link.click()
        await v.page.waitForURL(`**${await link.getAttribute('href')}`)
        await v.page.waitForTimeout(1000) // what is near comes alive
      }
    }),
  )
  await close(v)
})

test('the longest tasks while every diagram is taken over', async () => {
  const v = await visit()
  report('taking over the diagrams', await longest(v.page, () => everyFigure(v.page)))
  await close(v)
})

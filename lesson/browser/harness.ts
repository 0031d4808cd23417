// SPDX-License-Identifier: Apache-2.0
// Serves the built page with the recurra command and opens it in Debian's Chromium; a test fails on any console error and on
// any request to elsewhere.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const axe = readFileSync(`${root}/lesson/node_modules/axe-core/axe.min.js`, 'utf8')

/** The command under test. */
export const command = process.env.RECURRA ?? `${root}/build/dev/cli/recurra`
/** The built page. */
export const builtPage = `${root}/build/lesson`
export let base = ''
export let browser: Browser
let server: ChildProcess

/** What a server says that it listens at. */
export async function address(process: ChildProcess): Promise<string> {
  const [line] = (await once(process.stdout!, 'data')) as [Buffer]
  const found = /http:\/\/\S+/.exec(line.toString())
  if (!found) throw new Error(`the server said ${line.toString()}`)
  return found[0]
}

export function setUp(): void {
  beforeAll(async () => {
    if (!existsSync(command)) throw new Error(`there is no ${command}; build it, or name one by RECURRA`)
    server = spawn(command, ['lesson', '--port', '0', '--dir', builtPage], { stdio: ['ignore', 'pipe', 'inherit'] })
    base = await address(server)
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser?.close()
    server?.kill()
  })
}

export interface Visit {
  page: Page
  context: BrowserContext
  /** Console errors and foreign requests; every test ends by asserting that there were none. */
  complaints: string[]
}

export async function visit(
  fragment = '',
  options: BrowserContextOptions & { blockStorage?: boolean } = {},
  prepare?: (page: Page) => Promise<unknown>,
  site = base,
): Promise<Visit> {
  const { blockStorage, ...rest } = options
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...rest })
  if (blockStorage)
    await context.addInitScript(() =>
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('blocked', 'SecurityError')
        },
      }),
    )
  context.setDefaultTimeout(90_000) // a busy machine is no failure
  const page = await context.newPage()
  const complaints: string[] = []
  const complain = (text: string) => text.includes(lost) || complaints.push(text)
  page.on('console', (message) => message.type() === 'error' && complain(message.text()))
  page.on('pageerror', (error) => complain(error.message))
  page.on(
    'request',
    (request) => !/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(site) && complaints.push(`request to ${request.url()}`),
  )
  await prepare?.(page)
  await page.goto(site + fragment)
  return { page, context, complaints }
}

/** Waits until a diagram takes commands. */
export async function live(page: Page, id: string): Promise<void> {
  await page.locator(`#${id}`).scrollIntoViewIfNeeded()
  await page.locator(`#${id}[data-live]`).waitFor()
}

/** Opens what lies behind “more controls”. */
export const unfold = (page: Page, root = 'body') =>
  page.locator(root).evaluate((element) => element.querySelectorAll('details.more').forEach((more) => more.setAttribute('open', '')))

/** Wakes every diagram that the page has. */
export async function everyFigure(page: Page): Promise<void> {
  for (const id of await page.locator('[data-figure][data-island]').evaluateAll((places) => places.map((place) => place.id))) await live(page, id)
}

/** Wakes whatever can come alive, questions too, and returns to the top. */
export async function everyIsland(page: Page): Promise<void> {
  await everyFigure(page)
  for (const place of await page.locator('[data-set]').all()) {
    if (!(await place.isVisible())) continue // in a refresher that is folded up
    await place.evaluate((element) => element.scrollIntoView())
    await place.locator('.score').waitFor({ state: 'attached' })
  }
  await page.evaluate(() => window.scrollTo(0, 0))
}

const lost = 'the worker was lost'

/** The engine's worker dies of an error; the page must not be troubled by it. */
export async function kill(page: Page): Promise<void> {
  const [worker] = page.workers()
  const gone = new Promise<void>((resolve) => worker!.once('close', () => resolve()))
  await worker!.evaluate((why) => {
    setTimeout(() => {
      throw new Error(why)
    }, 0)
  }, lost)
  await gone
}

export async function close({ context, complaints }: Visit): Promise<void> {
  await context.close()
  expect(complaints).toEqual([])
}

interface Violation {
  id: string
  nodes: { target: unknown[] }[]
}

/** axe-core's verdict on the page as it is now, WCAG 2.2 AA. */
export async function accessible(page: Page, where: string): Promise<void> {
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    const run = (window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }).axe.run
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    return (await run({ runOnly: tags })).violations.map((v) => ({ id: v.id, at: v.nodes.map((n) => String(n.target[0])) }))
  })
  expect(violations, where).toEqual([])
}

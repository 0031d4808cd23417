// SPDX-License-Identifier: Apache-2.0
// Whether every word and line of every drawing can be seen, in light, dark and forced colours. axe does not look into SVG, so this
// looks at pixels: a drawing is photographed as it is, without the fill of its words, and without its strokes; what a word or a
// stroke changes is compared with what was there without it. Words need 4.5:1, lines 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
import type { CDPSession, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { figures } from '../content/figures'
import { close, live, setUp, visit } from './harness'

setUp()

const scale = 2

/** What carries no information of its own: grids, grounds, the edges of tiles and bands. */
const decoration = '.grid, .zero, .body, .tile, .band, .stripe, .empty'

interface Mark {
  name: string
  /** Places to look at, in CSS pixels from the corner of the drawing. */
  points: [number, number][]
  /** How far around a place: half a word, or a gap between dashes. */
  reach: [number, number]
  /** A glyph on a curve: a sign, not a word. */
  sign: boolean
}

const collect = (page: Page, root: string) =>
  page.evaluate(
    ([selector, plain]) => {
      const drawing = document.querySelector(selector!)!
      const corner = drawing.getBoundingClientRect()
      const seen = (e: Element) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.closest('defs, clipPath, pattern')
      /** A bar of no length is not there to be seen. */
      const drawn = (e: SVGGeometryElement) => e.getTotalLength() > 0 && (e.tagName !== 'rect' || e.getBBox().width > 0)
      const texts = [...drawing.querySelectorAll('svg text')]
        .filter((e) => seen(e) && e.textContent!.trim())
        .map((e) => {
          const box = e.getBoundingClientRect()
          const [w, h] = [box.width / 2, box.height / 2]
          return {
            name: `“${e.textContent!.trim()}”`,
            points: [[box.x - corner.x + w, box.y - corner.y + h]],
            reach: [w, h],
            sign: e.matches('.glyph'),
          } as Mark
        })
      const strokes = [...drawing.querySelectorAll<SVGGeometryElement>('svg :is(path, line, circle, rect)')]
        .filter((e) => seen(e) && !e.matches(plain!) && !['none', 'transparent'].includes(getComputedStyle(e).stroke) && drawn(e))
        .map((e) => {
          const to = e.getScreenCTM()!
          const length = e.getTotalLength()
          const clipPath = /#[^"')]+/.exec(e.closest('[clip-path]')?.getAttribute('clip-path') ?? '')?.[0]
          const clip = clipPath ? document.querySelector<SVGGraphicsElement>(`${clipPath} rect`)!.getBBox() : null
          const points = Array.from({ length: 24 }, (_, i) => e.getPointAtLength(((i + 0.5) / 24) * length))
            .filter(({ x, y }) => !clip || (x >= clip.x && x <= clip.x + clip.width && y >= clip.y && y <= clip.y + clip.height))
            .map((point) => point.matrixTransform(to))
            .map((point) => [point.x - corner.x, point.y - corner.y])
          return { name: `${e.tagName}.${e.getAttribute('class')?.replace(/ ?svelte-\w+/, '')}`, points, reach: [5, 5] } as Mark
        })
      return { texts, strokes }
    },
    [root, decoration],
  )

/** The largest contrast between two photographs around each place of each mark; null where it lies outside of the picture. */
const contrasts = (page: Page, one: string, other: string, marks: Mark[]) =>
  page.evaluate(
    async ({ pictures, marks, scale }) => {
      const [a, b] = await Promise.all(
        pictures.map(async (bytes) => {
          const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${bytes}`)).blob())
          const pen = new OffscreenCanvas(image.width, image.height).getContext('2d')!
          pen.drawImage(image, 0, 0)
          return pen.getImageData(0, 0, image.width, image.height)
        }),
      )
      const linear = Array.from({ length: 256 }, (_, v) => (v <= 10 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
      const luminance = ({ data }: ImageData, i: number) =>
        0.2126 * linear[data[i]!]! + 0.7152 * linear[data[i + 1]!]! + 0.0722 * linear[data[i + 2]!]!
      const around = ([x, y]: [number, number], [rx, ry]: [number, number]) => {
        let most: number | null = null
        for (let py = Math.round((y - ry) * scale); py <= (y + ry) * scale; ++py)
          for (let px = Math.round((x - rx) * scale); px <= (x + rx) * scale; ++px) {
            if (px < 0 || py < 0 || px >= a!.width || py >= a!.height) continue
            const i = 4 * (py * a!.width + px)
            const [p, q] = [luminance(a!, i), luminance(b!, i)]
            most = Math.max(most ?? 0, (Math.max(p, q) + 0.05) / (Math.min(p, q) + 0.05))
          }
        return most
      }
      return marks.map(({ points, reach }) => points.map((point) => around(point, reach)))
    },
    { pictures: [one, other], marks, scale },
  )

/** Waits until a drawing has found its size: its charts are taken over one after the other, and measure themselves. */
const still = (page: Page, root: string) =>
  page.evaluate(async (selector) => {
    const drawing = document.querySelector(selector)!
    let before = ''
    for (let same = 0; same < 3;) {
      await new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve, 80)))
      const now = drawing.innerHTML + drawing.getBoundingClientRect().height
      same = now === before ? same + 1 : 0
      before = now
    }
  }, root)

/** Photographs a drawing with a style sheet of the test's laid over the page's. The screen holds all of it, so nothing scrolls. */
async function photograph(page: Page, eye: CDPSession, root: string, css: string): Promise<string> {
  const clip = await page.evaluate(
    async ([selector, text, pixels]) => {
      const sheet = new CSSStyleSheet() // the content-security policy admits no style element
      sheet.replaceSync(text)
      document.adoptedStyleSheets = [sheet]
      for (const animation of document.getAnimations()) animation.finish()
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      const { x, y, width, height } = document.querySelector(selector)!.getBoundingClientRect()
      if (y < 0 || y + height > innerHeight) throw new Error(`${selector} does not fit on the screen: ${y} to ${y + height}`)
      return { x: x + scrollX, y: y + scrollY, width, height, scale: pixels }
    },
    [root, css, scale] as const,
  )
  return (await eye.send('Page.captureScreenshot', { format: 'png', clip, optimizeForSpeed: true })).data
}

/** The marks of a drawing that cannot be seen, with their contrast. */
async function invisible(page: Page, desk: Page, eye: CDPSession, root: string): Promise<string[]> {
  const { texts, strokes } = await collect(page, root)
  const whole = await photograph(page, eye, root, '')
  const wordless = await photograph(page, eye, root, `${root} svg text, ${root} svg tspan { fill: transparent !important }`)
  const strokeless = await photograph(page, eye, root, `${root} svg :is(path, line, circle, rect) { stroke: transparent !important }`)
  await page.evaluate(() => void (document.adoptedStyleSheets = []))
  const faults: string[] = []
  for (const [i, found] of (await contrasts(desk, whole, wordless, texts)).entries()) {
    const most = Math.max(...found.map((c) => c ?? 21))
    if (most < (texts[i]!.sign ? 3 : 4.5)) faults.push(`${texts[i]!.name} ${most.toFixed(2)}`)
  }
  for (const [i, found] of (await contrasts(desk, whole, strokeless, strokes)).entries()) {
    const inside = found.filter((c) => c !== null).sort((p, q) => p - q)
    const middling = inside[Math.floor(inside.length / 2)] ?? 21 // half of it may lie behind something else
    if (middling < 3) faults.push(`${strokes[i]!.name} ${middling.toFixed(2)}`)
  }
  return [...new Set(faults)]
}

/** States that draw what the first one does not. */
const states: Record<string, string[]> = {
  d1: ['K=3&t=5'],
  d2: ['lstm=1&gru=1&init=nonnormal&act=linear&g=1'],
  d3: ['clamp=f'],
  d4: ['preset=chrono&noise=0.3'],
  d6: ['causal=1&readout=step'],
  d7: ['att=1&step=2&token=7'],
  d8: ['mode=race&T=5&steps=20'],
}

const schemes = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  'forced colours on a light ground': { colorScheme: 'light', forcedColors: 'active' },
  'forced colours on a dark ground': { colorScheme: 'dark', forcedColors: 'active' },
} as const

test.each(figures.map(({ id }) => id))('every word and line of %s is seen, in light, dark and forced colours', async (id) => {
  const v = await visit(`#${id}`, { deviceScaleFactor: scale, viewport: { width: 1000, height: 3000 } })
  const desk = await v.context.newPage()
  await v.page.bringToFront()
  const eye = await v.context.newCDPSession(v.page)
  const faults: Record<string, string[]> = {}
  await live(v.page, id)
  await v.page.locator(`#${id}`).getByRole('button', { name: 'Just show me' }).click()
  for (const query of ['', ...(states[id] ?? [])]) {
    if (query) {
      await v.page.evaluate((hash) => void (location.hash = hash), `#${id}?${query}&v=1`)
      await v.page.locator(`#${id} .actions a:not([href="#${id}?v=1"])`).waitFor()
    }
    await v.page.locator(`#${id} [aria-busy=false]`).waitFor()
    await v.page.locator(`#${id}`).evaluate((place) => place.scrollIntoView())
    for (const [name, scheme] of Object.entries(schemes)) {
      await v.page.emulateMedia(scheme)
      await still(v.page, `#${id} .drawing`)
      const found = await invisible(v.page, desk, eye, `#${id} .drawing`)
      if (found.length > 0) faults[`${name} ${query}`] = found
    }
  }
  expect(faults).toEqual({})
  await close(v)
})

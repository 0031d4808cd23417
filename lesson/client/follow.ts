// SPDX-License-Identifier: Apache-2.0
// A link such as #d2?g=1.2 names an element and a state; the browser itself would look for an element of the whole name. A link to
// what is folded up unfolds it. And what a link led to stays in its place while what lies above it is laid out and comes alive.
import { splitFragment } from '../state/fields'
import { layOutAround } from './ahead'

const patience = 2000 // ms
let release = () => {}

/** Keeps an element where it stands on the screen, until the reader moves on. */
function hold(target: HTMLElement): void {
  release()
  const top = target.getBoundingClientRect().top
  const observer = new ResizeObserver(() => window.scrollBy(0, target.getBoundingClientRect().top - top))
  observer.observe(document.body)
  release = () => observer.disconnect()
  setTimeout(release, patience)
}

/** A press on a link to what is far from the screen waits until that is laid out; the link is then pressed once more. */
function prepareLeaps(): void {
  let ready: Element | null = null
  let latest: Element | null = null
  addEventListener('click', async (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#"]')
    const target = link && document.getElementById(splitFragment(link.hash)?.id ?? '')
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
    if (!target || link === ready || elsewhere || event.defaultPrevented) return
    if (Math.abs(target.getBoundingClientRect().top) < 2 * window.innerHeight) return
    event.preventDefault()
    latest = link
    await layOutAround(target)
    if (latest !== link) return
    ready = link
    link.click()
    ready = null
  })
}

export function followLinks(): void {
  prepareLeaps()
  const follow = (event?: Event) => {
    const fragment = splitFragment(location.hash)
    const target = document.getElementById(fragment?.id ?? '')
    if (!target) return
    if (target instanceof HTMLDetailsElement) target.open = true
    const [visit] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    if (!event && visit?.type !== 'navigate') return // the browser goes back to where the reader was
    if (!event || fragment?.query) target.scrollIntoView()
    hold(target)
  }
  follow()
  addEventListener('hashchange', follow)
  for (const move of ['wheel', 'touchstart', 'pointerdown', 'keydown']) addEventListener(move, () => release(), { passive: true })
}

// SPDX-License-Identifier: Apache-2.0
// Marks the reader's place in the contents, and what was read to its end.
import { progress } from './progress'

export function start(nav: HTMLElement): void {
  const links = new Map([...nav.querySelectorAll<HTMLElement>('[data-place]')].map((link) => [link.dataset.place ?? '', link]))
  const places = [...links.keys()].map((id) => document.getElementById(id)).filter((e) => e !== null)

  let last: { place: Element | undefined; at: number } = { place: undefined, at: 0 }
  const mark = () => {
    if (document.documentElement.dataset.until !== undefined) return soon() // chapters still to be laid out are in one screen
    const seen = places.map((place) => ({ place, box: place.getBoundingClientRect() }))
    const here = seen.filter(({ box }) => box.top <= window.innerHeight * 0.35).sort((a, b) => b.box.top - a.box.top)[0]?.place
    const moved = Math.abs(window.scrollY - last.at)
    for (const [id, link] of links)
      if (id === here?.id) link.setAttribute('aria-current', 'location')
      else link.removeAttribute('aria-current')
    // Who leaps over a chapter's end has not read to it: it counts where the reader is in the chapter, or has just scrolled out of it.
    const reading = (place: Element) => place === here || (place === last.place && moved <= 1.2 * window.innerHeight)
    for (const { place, box } of seen)
      if (place.dataset.section !== undefined && box.bottom > 0 && box.bottom < window.innerHeight && reading(place)) progress.read(place.id)
    last = { place: here, at: window.scrollY }
  }
  let waiting = false
  /** After the frame: then the browser knows where everything lies, and to ask it is no work. */
  const soon = () => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => setTimeout(() => ((waiting = false), mark())))
  }
  addEventListener('scroll', soon, { passive: true })
  soon()
  progress.subscribe(({ read }) => {
    for (const place of nav.querySelectorAll<HTMLElement>('[data-mark]')) {
      const done = (place.dataset.mark ?? '') in read
      place.textContent = done ? '✓' : ''
      if (done) place.setAttribute('aria-label', 'read')
    }
  })
  if (!matchMedia('(min-width: 72rem)').matches) nav.querySelector('details')?.removeAttribute('open')
}

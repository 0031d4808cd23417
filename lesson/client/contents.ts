// SPDX-License-Identifier: Apache-2.0
// Marks the reader's place in the contents, and what was read to its end.
import { progress } from './progress'

export function start(nav: HTMLElement): void {
  const links = new Map([...nav.querySelectorAll<HTMLElement>('[data-place]')].map((link) => [link.dataset.place ?? '', link]))
  const places = [...links.keys()].map((id) => document.getElementById(id)).filter((e) => e !== null)

  const mark = () => {
    if (document.documentElement.dataset.until !== undefined) return soon() // chapters still to be laid out are in one screen
    const seen = places.map((place) => ({ place, box: place.getBoundingClientRect() }))
    const here = seen.filter(({ box }) => box.top <= window.innerHeight * 0.35).sort((a, b) => b.box.top - a.box.top)[0]?.place
    for (const [id, link] of links)
      if (id === here?.id) link.setAttribute('aria-current', 'location')
      else link.removeAttribute('aria-current')
    for (const { place, box } of seen)
      if (place.dataset.section !== undefined && box.bottom > 0 && box.bottom < window.innerHeight) progress.read(place.id)
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

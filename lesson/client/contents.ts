// SPDX-License-Identifier: Apache-2.0
// Marks the reader's place in the contents, and what was read to its end.
import { progress } from './progress'

export function start(nav: HTMLElement): void {
  const links = new Map([...nav.querySelectorAll<HTMLElement>('[data-place]')].map((link) => [link.dataset.place ?? '', link]))
  const places = [...links.keys()].map((id) => document.getElementById(id)).filter((e) => e !== null)

  const mark = () => {
    const line = window.innerHeight * 0.35
    const here = places.filter((place) => place.getBoundingClientRect().top <= line).sort((a, b) => b.offsetTop - a.offsetTop)[0]
    for (const [id, link] of links)
      if (id === here?.id) link.setAttribute('aria-current', 'location')
      else link.removeAttribute('aria-current')
    for (const place of places) {
      const { bottom } = place.getBoundingClientRect()
      if (place.dataset.section !== undefined && bottom > 0 && bottom < window.innerHeight) progress.read(place.id)
    }
  }
  let waiting = false
  addEventListener(
    'scroll',
    () => {
      if (waiting) return
      waiting = true
      requestAnimationFrame(() => ((waiting = false), mark()))
    },
    { passive: true },
  )
  mark()
  progress.subscribe(({ read }) => {
    for (const place of nav.querySelectorAll<HTMLElement>('[data-mark]')) {
      const done = (place.dataset.mark ?? '') in read
      place.textContent = done ? '✓' : ''
      if (done) place.setAttribute('aria-label', 'read')
    }
  })
  if (!matchMedia('(min-width: 72rem)').matches) nav.querySelector('details')?.removeAttribute('open')
}

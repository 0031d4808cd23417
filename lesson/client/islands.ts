// SPDX-License-Identifier: Apache-2.0
// Parts of the page that come alive: each element with data-island is handed to its module when it nears the screen,
// those with data-eager at once.
type Start = (element: HTMLElement) => void | Promise<void>

export function islands(modules: Record<string, () => Promise<{ start: Start }>>): void {
  const wake = async (element: HTMLElement) => {
    const load = modules[element.dataset.island ?? '']
    if (!load) throw new Error(`no island ${element.dataset.island}`)
    await (await load()).start(element)
  }
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries)
        if (entry.isIntersecting) {
          observer.unobserve(entry.target)
          void wake(entry.target as HTMLElement)
        }
    },
    { rootMargin: '600px' },
  )
  for (const element of document.querySelectorAll<HTMLElement>('[data-island]'))
    if (element.dataset.eager === undefined) observer.observe(element)
    else void wake(element)
}

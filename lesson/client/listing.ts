// SPDX-License-Identifier: Apache-2.0
// Tabs by click and arrow keys, and a copy button on each listing. The page carries all but the first without colours, which are
// fetched when their tab is chosen.
export function start(listing: HTMLElement): void {
  const list = listing.querySelector<HTMLElement>('[role=tablist]')!
  const tabs = [...listing.querySelectorAll<HTMLElement>('[role=tab]')]
  const panels = [...listing.querySelectorAll<HTMLElement>('[data-tab]')]

  const colour = async (panel: HTMLElement) => {
    const plain = panel.querySelector<HTMLElement>('[data-coloured]')
    const answer = plain && (await fetch(plain.dataset.coloured!).catch(() => null))
    if (answer?.ok) plain!.outerHTML = await answer.text()
  }
  const choose = (index: number, focus: boolean) => {
    tabs.forEach((tab, i) => {
      tab.setAttribute('aria-selected', String(i === index))
      tab.tabIndex = i === index ? 0 : -1
      panels[i]!.hidden = i !== index
    })
    if (focus) tabs[index]?.focus()
    void colour(panels[index]!)
  }
  list.hidden = false
  panels.forEach((panel, index) => {
    panel.setAttribute('role', 'tabpanel')
    panel.setAttribute('aria-labelledby', `tab-${index}`)
    const button = panel.querySelector<HTMLButtonElement>('[data-copy]')!
    button.hidden = false
    button.addEventListener('click', async () => {
      const said = panel.querySelector('[role=status]')!
      try {
        await navigator.clipboard.writeText(panel.querySelector('pre')?.textContent ?? '')
        said.textContent = 'Copied.'
      } catch {
        said.textContent = 'The browser did not allow it.'
      }
    })
  })
  tabs.forEach((tab, index) => {
    tab.addEventListener('click', () => choose(index, false))
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
      if (step) choose((index + step + tabs.length) % tabs.length, true)
    })
  })
  choose(0, false)
}

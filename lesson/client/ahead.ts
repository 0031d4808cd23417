// SPDX-License-Identifier: Apache-2.0
// Styles and lays out what is far from the screen (design/page.css) before it comes near, a block at a time, so that little is
// left to do in the frame that shows it. To ask where a block's content lies is to have it laid out.
const blocks = '.prose > *, .drawing, .controls, .questions, .panel, .glossary, .references'
const laid = new WeakSet<Element>()

function layOut(block: Element): void {
  laid.add(block)
  block.firstElementChild?.getBoundingClientRect()
}

/** All of the page, while it is idle. */
export function layOutAhead(): void {
  if (typeof requestIdleCallback !== 'function') return
  const left = [...document.querySelectorAll(blocks)].reverse()
  const next = () => {
    const block = left.pop()
    if (!block) return
    if (!laid.has(block)) layOut(block)
    requestIdleCallback(next)
  }
  requestIdleCallback(next)
}

/** What a leap to `target` will show: one and a half screens on either side, as the browser draws them. */
export async function layOutAround(target: Element): Promise<void> {
  while (document.documentElement.dataset.until !== undefined) await new Promise(requestAnimationFrame) // public/early.js
  const place = target.getBoundingClientRect().top
  const near = (block: Element) => {
    const { top, bottom } = block.getBoundingClientRect()
    return bottom > place - 2 * window.innerHeight && top < place + 3 * window.innerHeight
  }
  for (const block of [...document.querySelectorAll(blocks)].filter((each) => !laid.has(each) && near(each))) {
    layOut(block)
    await new Promise((resolve) => setTimeout(resolve))
  }
}

// SPDX-License-Identifier: Apache-2.0
// Styles and lays out what is far from the screen (design/page.css), a block at a time while the page is idle, so that little is
// left to do when it comes near. To ask where a block's content lies is to have it laid out.
export function layOutAhead(): void {
  if (typeof requestIdleCallback !== 'function') return
  const blocks = document.querySelectorAll('.prose > *, .drawing, .controls, .questions, .panel, .glossary, .references')
  const left = [...blocks].values()
  const next = () => {
    const { value: block } = left.next()
    if (!block) return
    block.firstElementChild?.getBoundingClientRect()
    requestIdleCallback(next)
  }
  requestIdleCallback(next)
}

// SPDX-License-Identifier: Apache-2.0
/** Tells how wide an element is, once the browser has laid it out and whenever that changes. `bind:clientWidth` would ask at once,
 * and so have the page laid out in the middle of other work. */
export const widthOf =
  (tell: (pixels: number) => void) =>
  (element: HTMLElement): (() => void) => {
    const observer = new ResizeObserver(([entry]) => tell(Math.round(entry!.contentRect.width)))
    observer.observe(element)
    return () => observer.disconnect()
  }

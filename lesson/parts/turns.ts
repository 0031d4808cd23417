// SPDX-License-Identifier: Apache-2.0
// Pieces of work that take turns when the page is idle, each in a task of its own, so that taking over several diagrams
// never holds up a reader who scrolls or types.

const mostWait = 300 // ms; a page that is never idle wakes all the same

const idle = (work: () => void): unknown =>
  typeof requestIdleCallback === 'function' ? requestIdleCallback(work, { timeout: mostWait }) : setTimeout(work, 0)

let last: Promise<unknown> = Promise.resolve()

/** Runs `work` when its turn has come. */
export function turn(work: () => void): Promise<void> {
  const done = last.then(
    () =>
      new Promise<void>((resolve, reject) =>
        idle(() => {
          try {
            work()
            resolve()
          } catch (error) {
            reject(error as Error)
          }
        }),
      ),
  )
  last = done.catch(() => undefined)
  return done
}

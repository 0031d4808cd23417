// SPDX-License-Identifier: Apache-2.0
// A large diagram is taken over in pieces, one a task, so that none holds up the reader. On the server a piece is its HTML;
// in the browser it stands as it was written until its turn comes.
import { createRawSnippet, getAllContexts, hydrate, mount, unmount, type Component, type Snippet } from 'svelte'
import { turn } from './turns'
import Body from './Body.svelte'

type Root = Component<{ body: Snippet }>

/** Set while pages are written: the HTML of a component. It comes from svelte/server, which the browser does not load. */
export const server: { html?: (component: Root, options: { props: { body: Snippet }; context: Map<unknown, unknown> }) => string } = {}

/** A snippet that shows `body`, taken over in a turn of its own. Called while a component is set up. */
export function piece(body: Snippet): Snippet {
  const context = getAllContexts()
  const options = { props: { body }, context }
  return createRawSnippet(() => ({
    render: () => `<div class="piece">${server.html?.(Body, options) ?? ''}</div>`,
    setup(target) {
      let shown: Record<string, unknown> | undefined
      let ended = false
      if (target.hasChildNodes()) void turn(() => !ended && (shown = hydrate(Body, { ...options, target })))
      else shown = mount(Body, { ...options, target })
      return () => {
        ended = true
        if (shown) void unmount(shown)
      }
    },
  }))
}

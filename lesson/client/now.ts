// SPDX-License-Identifier: Apache-2.0
// The box that goes on with numbers. Its module holds the net, so it is fetched when it is first asked.
import { mount } from 'svelte'
import wasm from '../../build/wasm/wasm/recurra-now.wasm?url'
import { EngineModule } from '../engine/module'
import Now from '../now/Now.svelte'
import { turn } from '../parts/turns'

let opened: Promise<EngineModule> | undefined

async function fetched(): Promise<EngineModule> {
  const answer = await fetch(new URL(wasm, import.meta.url))
  if (!answer.ok) throw new Error(`the net could not be fetched: ${answer.status}`)
  return EngineModule.open(await answer.arrayBuffer())
}

const open = (): Promise<EngineModule> =>
  (opened ??= fetched().catch((error: unknown) => {
    opened = undefined // another press tries again
    throw error
  }))

export const start = (place: HTMLElement): Promise<void> =>
  turn(() => {
    mount(Now, { target: place, props: { open } })
    place.dataset.live = ''
  })

// SPDX-License-Identifier: Apache-2.0
// The box that goes on with numbers. Its module and the net are fetched when it is first asked. The net has a fixed name, because
// `recurra lesson` gives it where the page comes without it (cli/site.cc).
import { mount } from 'svelte'
import wasm from '../../build/wasm/wasm/recurra-now.wasm?url'
import { EngineModule } from '../engine/module'
import Now from '../now/Now.svelte'
import { turn } from '../parts/turns'

let opened: Promise<EngineModule> | undefined

async function bytes(address: URL): Promise<ArrayBuffer> {
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`the net could not be fetched: ${answer.status}`)
  return answer.arrayBuffer()
}

async function fetched(): Promise<EngineModule> {
  const [code, net] = await Promise.all([bytes(new URL(wasm, import.meta.url)), bytes(new URL('now.safetensors', document.baseURI))])
  const module = await EngineModule.open(code)
  module.call('now.open', { weights: new Uint8Array(net) })
  return module
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

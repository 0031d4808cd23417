// SPDX-License-Identifier: Apache-2.0
import { mount } from 'svelte'
import Hero from '../hero/Hero.svelte'
import { believe, standard } from '../hero/model'
import { connect } from './engine'
import { turn } from '../parts/turns'

export async function start(place: HTMLElement): Promise<void> {
  const engine = await connect()
  if (!engine) return
  const initial = await believe(engine, standard)
  await turn(() => {
    place.replaceChildren()
    mount(Hero, { target: place, props: { initial, engine } })
  })
  place.dataset.live = ''
}

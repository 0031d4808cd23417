// SPDX-License-Identifier: Apache-2.0
// Brings one diagram to life: computes what the prerendered page shows, takes the drawing over, then follows the link.
import { hydrate } from 'svelte'
import { FigureState } from '../state/figure.svelte'
import { splitFragment } from '../state/fields'
import { connect } from './engine'
import { loadFigure } from '../figures/load'
import { turn } from '../parts/turns'

export async function start(place: HTMLElement): Promise<void> {
  const { View, model } = await loadFigure(place.dataset.figure ?? '')
  const engine = await connect()
  if (!engine) return
  const initial = new FigureState(model, await model.compute(engine, FigureState.defaults(model)))
  await turn(() => void hydrate(View, { target: place, props: { figure: initial } }))
  await turn(() => initial.connect(engine))
  const follow = () => {
    const fragment = splitFragment(location.hash)
    if (fragment?.id === model.id && fragment.query) initial.restore(fragment.query)
  }
  follow()
  addEventListener('hashchange', follow)
  place.dataset.live = ''
}

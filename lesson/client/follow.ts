// SPDX-License-Identifier: Apache-2.0
// A link such as #d2?g=1.2 names an element and a state; the browser itself would look for an element of the whole name. And a
// link to what is folded up unfolds it.
import { splitFragment } from '../state/fields'

export function followLinks(): void {
  const follow = () => {
    const fragment = splitFragment(location.hash)
    const target = document.getElementById(fragment?.id ?? '')
    if (target instanceof HTMLDetailsElement) target.open = true
    if (fragment?.query) target?.scrollIntoView()
  }
  follow()
  addEventListener('hashchange', follow)
}

// SPDX-License-Identifier: Apache-2.0
// A link such as #d2?g=1.2 names an element and a state; the browser itself would look for an element of the whole name.
import { splitFragment } from '../state/fields'

export function followLinks(): void {
  const follow = () => {
    const fragment = splitFragment(location.hash)
    if (fragment?.query) document.getElementById(fragment.id)?.scrollIntoView()
  }
  follow()
  addEventListener('hashchange', follow)
}

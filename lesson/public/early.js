// SPDX-License-Identifier: Apache-2.0
// Runs before the first paint.

// The stored choice of light or dark; without one the system decides, in the style sheet.
;(function () {
  try {
    var theme = JSON.parse(localStorage.getItem('recurra-lesson')).settings.theme
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  } catch (error) {
    return // nothing stored, or storage is blocked
  }
})()

// ?embed=d3 shows one diagram alone, for a frame in a page of one's own.
;(function () {
  var asked = /[?&]embed=(d[1-9]|thread)(&|$)/.exec(location.search)
  if (asked) document.documentElement.dataset.embed = asked[1]
})()

// The head of the page is laid out in the first frame, two formulas in the next, the others with their numbers in the next,
// then the first chapter, the second, and three at a time (design/page.css): together they are more than a frame's work. A link
// into the page waits for none of it.
;(function () {
  var root = document.documentElement
  var stages = location.hash || root.dataset.embed ? [] : ['head', 'formulas', 'worked', 'first', 'second', 'fifth', 'eighth', 'eleventh']
  function next() {
    var stage = stages.shift()
    if (!stage) return delete root.dataset.until
    root.dataset.until = stage
    requestAnimationFrame(function () {
      setTimeout(next)
    })
  }
  next()
})()

// SPDX-License-Identifier: Apache-2.0
// Runs before the first paint: the stored choice of light or dark. Without one the system decides, in the style sheet.
;(function () {
  try {
    var theme = JSON.parse(localStorage.getItem('recurra-lesson')).settings.theme
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  } catch (error) {
    return // nothing stored, or storage is blocked
  }
})()

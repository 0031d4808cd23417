// SPDX-License-Identifier: Apache-2.0
// Offline after one visit: keeps the files of one build, answers from them, and lets go of the build before.
const cacheName = 'recurra-lesson-__VERSION__'
const files = ['__FILES__']

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(files))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith('recurra-lesson-') && n !== cacheName).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  )
})

// The page itself comes from the server if there is one, so that a new build shows at once; all else carries its hash in its name.
self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return
  const cached = () => caches.match(request, { ignoreSearch: true })
  event.respondWith(
    request.mode === 'navigate'
      ? fetch(request).catch(async () => (await caches.match('./')) ?? Response.error())
      : cached().then((found) => found ?? fetch(request)),
  )
})

// SPDX-License-Identifier: Apache-2.0
// Builds the static site into build/lesson: the client, then the page prerendered with the same engine, then the service worker.
import { copyFile, readFile, rm } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const lesson = fileURLToPath(new URL('..', import.meta.url))
const output = fileURLToPath(new URL('../../build/lesson', import.meta.url))
const server = `${lesson}node_modules/.prerender` // inside node_modules, so that what it imports resolves
process.chdir(lesson) // Svelte's and Vite's own settings lie there
const shared = { root: lesson, configFile: `${lesson}vite.config.ts`, logLevel: 'warn' }

await build(shared)
await build({ ...shared, build: { ssr: 'page/prerender.ts', outDir: server, manifest: false, rollupOptions: { input: 'page/prerender.ts' } } })
await copyFile(fileURLToPath(new URL('../../recurra/tasks/forecast/now/weights.safetensors', import.meta.url)), `${output}/now.safetensors`)
const { prerender } = await import(pathToFileURL(`${server}/prerender.js`).href)
await prerender(fileURLToPath(new URL('../..', import.meta.url)), output, JSON.parse(await readFile(`${output}/manifest.json`, 'utf8')))
await rm(`${output}/manifest.json`)
await rm(server, { recursive: true })

// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

/** KaTeX names each font three times; every browser that can run the engine takes the first. */
const onlyWoff2: Plugin = {
  name: 'only-woff2',
  enforce: 'pre',
  transform: (code, id) => (/katex.*\.css/.test(id) ? code.replace(/,url\([^)]*\.(woff|ttf)\)\s*format\([^)]*\)/g, '') : undefined),
}

export default defineConfig({
  base: './',
  plugins: [onlyWoff2, svelte()],
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('../build/lesson', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    manifest: 'manifest.json',
    cssCodeSplit: false, // prerendered figures need their styles before their script
    assetsInlineLimit: 0, // the content-security policy admits no data: scripts, and fonts are better cached
    modulePreload: { polyfill: false },
    rollupOptions: { input: 'client/main.ts' },
  },
})

// SPDX-License-Identifier: Apache-2.0
// The content-security policy admits no inline style: every style attribute that KaTeX or shiki wrote becomes a class.

export class StyleClasses {
  #names = new Map<string, string>()

  /** The same HTML without style attributes. */
  strip(html: string): string {
    return html.replace(/<([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*(\/?)>/g, (whole, tag: string, attributes: string, slash: string) => {
      const style = / style="([^"]*)"/.exec(attributes)
      if (!style) return whole
      const name = this.#name(style[1] ?? '')
      let rest = attributes.replace(style[0], '')
      rest = / class="/.test(rest) ? rest.replace(/ class="/, ` class="${name} `) : `${rest} class="${name}"`
      return `<${tag}${rest}${slash ? ' /' : ''}>`
    })
  }

  get css(): string {
    return [...this.#names].map(([style, name]) => `.${name}{${style}}`).join('\n')
  }

  #name(style: string): string {
    const name = this.#names.get(style) ?? `s${this.#names.size.toString(36)}`
    this.#names.set(style, name)
    return name
  }
}

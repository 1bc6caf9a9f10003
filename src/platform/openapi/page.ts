import { createHash } from 'node:crypto'
import { type Html, html } from './html.ts'
import { pageStyle } from './page-style.ts'

const styleHash = createHash('sha256').update(pageStyle).digest('base64')

/** The headers of a page. It may use its own style and load nothing else. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
} as const

export type PageParts = {
  readonly title: string
  readonly current: 'reference' | 'errors'
  readonly version: string
  readonly navigation: Html
  readonly main: Html
}

/** A whole page: no script and no external resource. */
export function renderPage(page: PageParts): string {
  const link = (id: PageParts['current'], href: string, text: string) =>
    html`<a href="${href}"${page.current === id && html` aria-current="page"`}>${text}</a>`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>
<style>${{ html: pageStyle }}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="/docs">Munim</a><span class="version">API ${page.version}</span>
<nav aria-label="Pages">${link('reference', '/docs', 'Reference')}${link('errors', '/docs/errors', 'Errors')}<a href="/openapi.json">OpenAPI</a></nav>
</header>
<div class="columns">
<details class="contents" open><summary>Contents</summary><nav aria-label="Contents">${page.navigation}</nav></details>
<main id="main">${page.main}</main>
</div>
</body>
</html>
`.html
}

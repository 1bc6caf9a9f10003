import { createHash } from 'node:crypto'
import { type Html, html } from './html.ts'
import { pageStyle } from './page-style.ts'

const styleHash = createHash('sha256').update(pageStyle).digest('base64')

/** A page may use its own style and load nothing else. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
} as const

export type PageParts = {
  readonly title: string
  readonly version: string
  readonly navigation: Html
  readonly main: Html
}

export function renderPage(page: PageParts): string {
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
<nav aria-label="Pages"><a href="/docs">Reference</a><a href="/docs/errors" aria-current="page">Errors</a><a href="/openapi.json">OpenAPI</a></nav>
</header>
<div class="columns">
<details class="contents" open><summary>Contents</summary><nav aria-label="Contents">${page.navigation}</nav></details>
<main id="main">${page.main}</main>
</div>
</body>
</html>
`.html
}

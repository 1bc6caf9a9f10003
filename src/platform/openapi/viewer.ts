import { randomBytes } from 'node:crypto'
import Fastify from 'fastify'
import { html } from './html.ts'

/** The link to an operation in the reference. `slugOf` in the browser must make the same slug from the tag. */
export function operationLink({ tag, operationId }: { readonly tag: string; readonly operationId: string }): string {
  return `/docs#tag/${tag.toLowerCase().replace(/[^a-z0-9]+/g, '-')}/${operationId}`
}

/**
 * The page loads only its own script and the document, and has no inline script and no `eval`. The script writes the
 * styles, which carry the nonce.
 */
export function viewerHeaders(nonce: string) {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
  }
}

export function newNonce(): string {
  return randomBytes(16).toString('base64')
}

export function viewerPage({ title, nonce }: { readonly title: string; readonly nonce: string }): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="csp-nonce" nonce="${nonce}" content="${nonce}">
<title>${title}: reference</title>
</head>
<body>
<div id="reference"></div>
<noscript><p>The reference needs JavaScript. Its source is the <a href="/openapi.json">OpenAPI document</a>; the
<a href="/docs/errors">list of errors</a> needs none.</p></noscript>
<script src="/docs/viewer.js"></script>
</body>
</html>
`.html
}

export async function viewerScript(): Promise<string> {
  // Loaded only on request, because it has 5 MB.
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  const fastify = Fastify()
  await fastify.register(scalar, { routePrefix: '/docs', configuration: { url: '/openapi.json' } })
  const { body } = await fastify.inject('/docs/js/scalar.js')
  await fastify.close()
  return `${before}\n${body}\n${after}`
}

// The bundle puts the nonce on only one of its style elements, and does not mark its open list of results.
const before = `{
  const nonce = document.querySelector('meta[property=csp-nonce]').nonce
  const create = document.createElement.bind(document)
  document.createElement = (name, options) => {
    const element = create(name, options)
    if (name === 'style') element.nonce = nonce
    return element
  }
  document.addEventListener('focusin', ({ target }) => {
    if (target.matches('[role=combobox]:not([aria-expanded])')) target.setAttribute('aria-expanded', 'true')
  })
}`

// Colors with a contrast of at least 4.5. Those of the package have less.
const style = `
.light-mode { --scalar-color-2: #4d4d4d; --scalar-color-3: #595959; --scalar-color-accent: #0a5eb0;
  --scalar-color-blue: #0a5eb0; --scalar-color-green: #006d4b; --scalar-color-orange: #a34700;
  --scalar-color-red: #b3261e; --scalar-color-yellow: #7a5600; }
.dark-mode { --scalar-color-3: #9a9a9a; --scalar-color-red: #ff7b72; }
`

const after = `{
  const slugOf = (tag) => tag.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  Scalar.createApiReference('#reference', {
    url: '/openapi.json',
    generateTagSlug: ({ name }) => slugOf(name),
    generateOperationSlug: ({ operationId }) => operationId,
    customCss: ${JSON.stringify(style)},
    telemetry: false,
    withDefaultFonts: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hiddenClients: true,
    hideClientButton: true,
    hideTestRequestButton: true,
    showDeveloperTools: 'never',
    documentDownloadType: 'json',
  })
}`

import { hash } from 'node:crypto'
import { type Answer, answerText } from '#platform/http'

/** Text for a page. Everything that is not written in this program goes through here. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

const style = `
:root{color-scheme:light dark;--line:#6b7280;--accent:#1d4ed8;--wrong:#b91c1c}
@media (prefers-color-scheme:dark){:root{--line:#9ca3af;--accent:#93c5fd;--wrong:#fca5a5}}
body{font:1rem/1.5 system-ui,sans-serif;margin:0;padding:2rem 1rem;display:grid;justify-items:center}
main{width:100%;max-width:26rem}
h1{font-size:1.5rem;margin:0 0 1rem}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input{font:inherit;box-sizing:border-box;width:100%;padding:.5rem;border:1px solid var(--line);border-radius:.25rem}
button{font:inherit;font-weight:600;margin-top:1.5rem;padding:.6rem 1.2rem;border:2px solid var(--accent);border-radius:.25rem;cursor:pointer}
a{color:var(--accent)}
code{overflow-wrap:anywhere}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.hint{margin:.25rem 0 0}
.wrong{border-left:.25rem solid var(--wrong);padding:.25rem .75rem;color:var(--wrong);font-weight:600}
`
const styleHash = hash('sha256', style, 'base64')

type Page = {
  readonly title: string
  /** HTML. */
  readonly content: string
  readonly status?: number
  /** Where the answer to the form may lead, besides this server. */
  readonly leadsTo?: string
  readonly waitSeconds?: number | undefined
}

/** A page without scripts and without anything from elsewhere. */
export function pageAnswer({ title, content, status = 200, leadsTo, waitSeconds }: Page): Answer {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Munim</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`
  const forms = leadsTo === undefined ? "'self'" : `'self' ${leadsTo}`
  return answerText(status, html, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`,
    // With none at all, a browser would not say where a form comes from.
    'referrer-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    ...(waitSeconds !== undefined && { 'retry-after': String(waitSeconds) }),
  })
}

type Field = {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'password'
  readonly autocomplete: string
  readonly value?: string | undefined
  readonly hint?: string
  readonly numeric?: boolean
  readonly first?: boolean
}

export function field({ name, label, type = 'text', autocomplete, value, hint, numeric, first }: Field): string {
  const attributes = [
    `id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" required`,
    'maxlength="500" autocapitalize="none" spellcheck="false"',
    value === undefined ? '' : `value="${escapeHtml(value)}"`,
    numeric ? 'inputmode="numeric"' : '',
    hint === undefined ? '' : `aria-describedby="${name}-hint"`,
    first ? 'autofocus' : '',
  ]
  const below = hint === undefined ? '' : `\n<p class="hint" id="${name}-hint">${escapeHtml(hint)}</p>`
  return `<label for="${name}">${escapeHtml(label)}</label>
<input ${attributes.filter((one) => one !== '').join(' ')}>${below}`
}

type Form = {
  readonly action: string
  readonly submit: string
  readonly fields: readonly string[]
  readonly hidden?: Readonly<Record<string, string>>
}

export function form({ action, submit, fields, hidden = {} }: Form): string {
  const kept = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  )
  return `<form method="post" action="${escapeHtml(action)}">
${[...kept, ...fields].join('\n')}
<button type="submit">${escapeHtml(submit)}</button>
</form>`
}

export function complaint(why: string | undefined): string {
  return why === undefined ? '' : `<p class="wrong" role="alert">${escapeHtml(why)}</p>\n`
}

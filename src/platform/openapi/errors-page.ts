import type { ProblemCatalog } from '../http/index.ts'
import { type Html, html, inline } from './html.ts'
import type { OpenApiDocument } from './openapi-document.ts'
import { renderPage } from './page.ts'
import { operationLink } from './viewer.ts'

export function errorsPage(document: OpenApiDocument, catalog: ProblemCatalog): string {
  const answeredBy = operationsByCode(document)
  const byStatus = Object.entries(catalog).toSorted(([, a], [, b]) => a.status - b.status)
  const sections = byStatus.map(([code, entry]) => {
    const operations = answeredBy.get(code) ?? []
    return html`<section class="error" id="${code}" aria-labelledby="${code}-title">
<h2 id="${code}-title"><code>${code}</code></h2>
<p class="call"><span class="status">${entry.status}</span><strong>${entry.title}</strong></p>
<p>${inline(entry.explanation)}</p>${operations.length > 0 && answeredList(operations)}
</section>`
  })
  return renderPage({
    title: `${document.info.title}: errors`,
    version: document.info.version,
    navigation: html`<ul>${byStatus.map(
      ([code, entry]) => html`<li><a href="#${code}"><span class="status">${entry.status}</span>${code}</a></li>`,
    )}</ul>`,
    main: html`<h1>Errors</h1>
<p>What cannot be done is answered with a status of 400 or more and a problem document (RFC 9457) of type
<code>application/problem+json</code>. Programs go by <code>code</code>; <code>detail</code> is for people and may change;
<code>param</code> names the field when one is to blame. Give the <code>request_id</code> when you ask about a request.</p>
${sections}`,
  })
}

type Named = { readonly operationId: string; readonly summary: string; readonly tags: readonly string[] }

function operationsByCode(document: OpenApiDocument): Map<string, Named[]> {
  const byCode = new Map<string, Named[]>()
  for (const methods of Object.values(document.paths)) {
    for (const operation of Object.values(methods)) {
      for (const code of Object.values(operation['x-problems']).flat()) {
        byCode.set(code, [...(byCode.get(code) ?? []), operation])
      }
    }
  }
  return byCode
}

const listedMax = 8

function answeredList(operations: readonly Named[]): Html {
  if (operations.length > listedMax) return html`<p class="quiet">Answered by ${operations.length} operations.</p>`
  const links = operations.map(
    ({ operationId, summary, tags: [tag = ''] }, at) =>
      html`${at > 0 && ', '}<a href="${operationLink({ tag, operationId })}">${summary}</a>`,
  )
  return html`<p class="quiet">Answered by: ${links}.</p>`
}

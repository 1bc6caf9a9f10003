import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { answerText, type HttpModule, httpProblems, type ProblemCatalog, type Route, route } from '../http/index.ts'
import { errorsPage } from './errors-page.ts'
import { type ApiDescription, openApiDocument } from './openapi-document.ts'
import { pageHeaders } from './page.ts'
import { referencePage } from './reference-page.ts'

const htmlText = Type.String({ description: 'An HTML page.' })

/** `/openapi.json`, `/docs` and `/docs/errors` for the given modules and themselves, rendered at the first request. */
export function referenceModule(api: ApiDescription, modules: readonly HttpModule[]): HttpModule {
  let kept: Rendered | undefined
  const rendered = () => {
    kept ??= render(api, modules, routes)
    return kept
  }
  const page = (body: string) => answerText(200, body, pageHeaders)
  const described = { method: 'GET', tag: 'Reference', scope: 'none', contentType: 'text/html; charset=utf-8' } as const
  const routes: Route[] = [
    route({
      ...described,
      hidden: true,
      path: '/',
      operation: 'get_start',
      summary: 'Leads a browser to the API reference',
      answers: { 302: null },
      handle: ({ header, refuse }) =>
        header('accept')?.includes('text/html')
          ? answerText(302, '', { location: '/docs' })
          : refuse({ code: 'route_not_found', message: 'There is nothing at this path.' }),
    }),
    route({
      ...described,
      path: '/openapi.json',
      operation: 'get_openapi',
      summary: 'The OpenAPI document',
      contentType: 'application/json; charset=utf-8',
      answers: { 200: Type.Object({}, { description: 'An OpenAPI 3.1 document.' }), 304: null },
      handle: ({ header }) => {
        const { document, documentTag } = rendered()
        const headers = { etag: documentTag, 'cache-control': 'public, max-age=300' }
        const known = header('if-none-match')
          ?.split(',')
          .map((tag) => tag.trim().replace(/^W\//, ''))
        if (known?.some((tag) => tag === documentTag || tag === '*')) return answerText(304, '', headers)
        return { status: 200, body: '', bytes: document, headers }
      },
    }),
    route({
      ...described,
      path: '/docs',
      operation: 'get_reference',
      summary: 'The API reference',
      answers: { 200: htmlText },
      handle: () => page(rendered().reference),
    }),
    route({
      ...described,
      path: '/docs/errors',
      operation: 'get_errors',
      summary: 'The list of errors',
      answers: { 200: htmlText },
      handle: () => page(rendered().errors),
    }),
  ]
  return { name: 'reference', problems: {}, routes }
}

type Rendered = {
  /** The document as it is sent, in bytes: it is large, and open without a key. */
  readonly document: Buffer
  readonly documentTag: string
  readonly reference: string
  readonly errors: string
}

function render(api: ApiDescription, modules: readonly HttpModule[], own: readonly Route[]): Rendered {
  const catalog = Object.assign({}, httpProblems, ...modules.map((module) => module.problems)) as ProblemCatalog
  const document = openApiDocument(api, [...modules.flatMap((module) => module.routes), ...own], catalog)
  const bytes = Buffer.from(JSON.stringify(document))
  return {
    document: bytes,
    documentTag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    reference: referencePage(document),
    errors: errorsPage(document, catalog),
  }
}

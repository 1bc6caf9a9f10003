import { Type } from 'typebox'
import { answerText, type HttpModule, httpProblems, type ProblemCatalog, type Route, route } from '../http/index.ts'
import { answerFile, type CachedFile, cacheFile } from './cached-file.ts'
import { errorsPage } from './errors-page.ts'
import { type ApiDescription, openApiDocument } from './openapi-document.ts'
import { pageHeaders } from './page.ts'
import { readersDocument } from './readers-document.ts'
import { newNonce, viewerHeaders, viewerPage, viewerScript } from './viewer.ts'

const htmlText = Type.String({ description: 'An HTML page.' })

/**
 * Serves `/openapi.json`, `/docs` and `/docs/errors`. `sdkCalls` has the SDK call of each operation, for the examples.
 */
export function referenceModule(
  api: ApiDescription,
  modules: readonly HttpModule[],
  sdkCalls: Readonly<Record<string, string>> = {},
): HttpModule {
  let keptPages: Promise<Rendered> | undefined
  const rendered = () => {
    keptPages ??= render(api, [...modules, reference], sdkCalls)
    return keptPages
  }
  let keptViewer: Promise<CachedFile> | undefined
  const viewer = () => {
    keptViewer ??= renderViewer()
    return keptViewer
  }
  const described = {
    method: 'GET',
    tag: 'Reference',
    permission: 'none',
    contentType: 'text/html; charset=utf-8',
  } as const
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
      handle: async ({ header }) => answerFile((await rendered()).document, header),
    }),
    route({
      ...described,
      path: '/docs',
      operation: 'get_reference',
      summary: 'The API reference',
      answers: { 200: htmlText },
      handle: () => {
        const nonce = newNonce()
        return answerText(200, viewerPage({ title: api.title, nonce }), viewerHeaders(nonce))
      },
    }),
    route({
      ...described,
      hidden: true,
      path: '/docs/viewer.js',
      operation: 'get_reference_viewer',
      summary: 'The script of the API reference',
      contentType: 'text/javascript; charset=utf-8',
      answers: { 200: Type.String(), 304: null },
      handle: async ({ header }) => answerFile(await viewer(), header),
    }),
    route({
      ...described,
      path: '/docs/errors',
      operation: 'get_errors',
      summary: 'The list of errors',
      answers: { 200: htmlText },
      handle: async () => answerText(200, (await rendered()).errors, pageHeaders),
    }),
  ]
  const reference: HttpModule = { name: 'reference', problems: {}, routes }
  return reference
}

type Rendered = { readonly document: CachedFile; readonly errors: string }

async function render(
  api: ApiDescription,
  modules: readonly HttpModule[],
  sdkCalls: Readonly<Record<string, string>>,
): Promise<Rendered> {
  const catalog = Object.assign({}, httpProblems, ...modules.map((module) => module.problems)) as ProblemCatalog
  const routes = modules.flatMap((module) => module.routes)
  const document = openApiDocument(api, routes, catalog)
  return {
    document: await cacheFile(JSON.stringify(readersDocument(document, sdkCalls)), {
      contentType: 'application/json; charset=utf-8',
      maxAgeSeconds: 300,
    }),
    errors: errorsPage(document, catalog),
  }
}

async function renderViewer(): Promise<CachedFile> {
  return cacheFile(await viewerScript(), { contentType: 'text/javascript; charset=utf-8', maxAgeSeconds: 86_400 })
}

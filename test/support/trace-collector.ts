import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type CollectedSpan = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly pid: number
}

/** Takes traces as OTLP over HTTP. */
export type Collector = {
  readonly url: string
  readonly spans: readonly CollectedSpan[]
  readonly stop: () => Promise<void>
}

type Value = { readonly key: string; readonly value: { readonly doubleValue?: number } }
type Resource = {
  readonly resource: { readonly attributes: readonly Value[] }
  readonly scopeSpans: readonly { readonly spans: readonly Omit<CollectedSpan, 'pid'>[] }[]
}

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const { resourceSpans } = JSON.parse(body) as { resourceSpans: readonly Resource[] }
    for (const { resource, scopeSpans } of resourceSpans) {
      const pid = resource.attributes.find(({ key }) => key === 'process.pid')?.value.doubleValue ?? 0
      for (const scope of scopeSpans) spans.push(...scope.spans.map((span) => ({ ...span, pid })))
    }
    response.writeHead(request.url === '/v1/traces' ? 200 : 404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

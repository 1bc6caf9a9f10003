import type { OpenApiDocument, OpenApiOperation } from './openapi-document.ts'
import { requestSamples } from './request-samples.ts'

/** Adds request examples, permissions and links to errors. They follow from the contract, which leaves them out. */
export function readersDocument(document: OpenApiDocument, sdkCalls: Readonly<Record<string, string>>): object {
  const { schemas } = document.components
  const describe = (
    { method, path }: { readonly method: string; readonly path: string },
    operation: OpenApiOperation,
  ) => ({
    ...operation,
    responses: mapValues(operation.responses, (response) => ({
      ...response,
      description: linkCodes(response.description),
    })),
    'x-badges': operation['x-permission'] === 'none' ? [] : [{ name: operation['x-permission'] }],
    'x-codeSamples': requestSamples({ method, path }, operation, { schemas, sdkCall: sdkCalls[operation.operationId] }),
  })
  return {
    ...document,
    externalDocs: { url: '/docs/errors', description: 'All error codes' },
    paths: mapValues(document.paths, (methods, path) =>
      mapValues(methods, (operation, method) => describe({ method, path }, operation)),
    ),
  }
}

function linkCodes(description: string): string {
  return description.replace(/(?<=^|; )`([a-z_]+)`(?=: )/g, '[`$1`](/docs/errors#$1)')
}

function mapValues<Value, Mapped>(
  values: Readonly<Record<string, Value>>,
  map: (value: Value, name: string) => Mapped,
): Record<string, Mapped> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value, name)]))
}

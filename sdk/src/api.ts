import { decode } from './decode.ts'
import { unexpectedAnswer } from './errors.ts'
import { type Operations, operations } from './operations.generated.ts'
import { createPages, type Page, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { Approval } from './schemas.generated.ts'
import type { ApiRequest, CallOptions, Transport } from './transport.ts'

type OperationId = keyof Operations
type Answer<Id extends OperationId> = Operations[Id]['answer']
/** The parameters of the path, the query and the body, as far as the operation has them. */
type Input<Id extends OperationId> = Omit<Operations[Id], 'answer'>
type ListId = { [Id in OperationId]: Answer<Id> extends Page<unknown> ? Id : never }[OperationId]

/** The operations of the contract, by id. */
export type Api = {
  readonly call: <Id extends OperationId>(id: Id, input: Input<Id>, options?: CallOptions) => Promise<Answer<Id>>
  readonly list: <Id extends ListId>(
    id: Id,
    input: Input<Id>,
    options?: CallOptions,
  ) => Pages<Answer<Id>['data'][number]>
  /** One attempt of an operation that answers lines of JSON. The time-out applies to each line. */
  readonly lines: <Id extends OperationId>(
    id: Id,
    input: Input<Id>,
    options?: CallOptions,
  ) => AsyncGenerator<Answer<Id>, void, void>
  /** The request that somebody has approved, as it was. */
  readonly again: (approval: Approval, options?: CallOptions) => Promise<unknown>
}

type AnyInput = { readonly params?: Readonly<Record<string, string>>; readonly query?: object; readonly body?: object }

export function createApi(transport: Transport): Api {
  const call = async (id: OperationId, input: AnyInput, options?: CallOptions) =>
    decodeAnswer(await transport.send(requestOf(id, input), options), id)
  const list = (id: OperationId, input: AnyInput, options?: CallOptions) => {
    const { pageMax }: { readonly path: string; readonly pageMax?: number } = operations[id]
    const fetchPage = (query: object) => call(id, { ...input, query }, options) as Promise<Page<unknown>>
    return createPages(fetchPage, input.query ?? {}, pageMax)
  }
  async function* lines(id: OperationId, input: AnyInput, options?: CallOptions) {
    for await (const line of transport.lines(requestOf(id, input), options)) yield decode(line, operations[id].answer)
  }
  const again = ({ id, operation, method, path, body }: Approval, options?: CallOptions) => {
    const isKnown = method === 'POST' || method === 'PATCH' || method === 'DELETE'
    if (!isKnown) throw new TypeError(`${id} waits for a request that this release does not know: ${method} ${path}`)
    const sent = transport.send({ method, path, approval: id, ...(body !== '' && { body }) }, options)
    return operation in operations ? sent.then((wire) => decodeAnswer(wire, operation as OperationId)) : sent
  }
  return { call, list, lines, again } as Api
}

function decodeAnswer(wire: unknown, id: OperationId): unknown {
  // An answer may be empty.
  const isAnswer = wire === undefined || (typeof wire === 'object' && wire !== null && !Array.isArray(wire))
  if (!isAnswer) throw unexpectedAnswer('it is no object')
  try {
    return decode(wire, operations[id].answer)
  } catch (error) {
    throw unexpectedAnswer('an amount in it is no whole number', error)
  }
}

function requestOf(id: OperationId, { params = {}, query = {}, body }: AnyInput): ApiRequest {
  const { method, path } = operations[id]
  return {
    method,
    path: path.replace(/\{(\w+)\}/g, (_, name: string) => segmentOf(name, params[name])),
    query: toQuery(query),
    ...(body && { body }),
  }
}

/** One segment of the path. As a whole segment, `.` and `..` would lead to another path, and so would an empty one. */
function segmentOf(name: string, value: unknown): string {
  const isSegment = typeof value === 'string' && !['', '.', '..'].includes(value) && value.isWellFormed()
  if (!isSegment) throw new TypeError(`${name} must be an id or a code, not ${JSON.stringify(value)}`)
  return encodeURIComponent(value)
}

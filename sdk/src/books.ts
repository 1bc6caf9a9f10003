import { MunimConnectionError } from './errors.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { ApiKey, Asset, Book, NewApiKey } from './types.ts'
import type { WireNewApiKey, WirePage } from './wire.ts'

const same = <Value>(value: Value): Value => value

export type Books = {
  /** Needs an operator key. Refused with `book_code_taken` when another book has the code. */
  readonly create: (book: { readonly code: string; readonly name?: string }, options?: CallOptions) => Promise<Book>
  /** `ref` is a book's id or code. */
  readonly get: (ref: string, options?: CallOptions) => Promise<Book>
  readonly list: (params?: PageParams, options?: CallOptions) => Pages<Book>
}

export function createBooks(transport: Transport): Books {
  return {
    create: (body, options) => transport.send({ method: 'POST', path: '/v1/books', body }, options),
    get: (ref, options) => transport.send({ method: 'GET', path: `/v1/books/${encodeURIComponent(ref)}` }, options),
    list: (params, options) => listOf<Book>(transport, '/v1/books', params ?? {}, options),
  }
}

export type ListAssets = PageParams & { readonly kind?: Asset['kind'] }

export type Assets = {
  /** Creates a custom asset of the book; the currencies of ISO 4217 exist already. */
  readonly create: (
    asset: { readonly code: string; readonly scale: number; readonly name: string },
    options?: CallOptions,
  ) => Promise<Asset>
  readonly get: (code: string, options?: CallOptions) => Promise<Asset>
  readonly list: (params?: ListAssets, options?: CallOptions) => Pages<Asset>
}

export function createAssets(transport: Transport): Assets {
  return {
    create: (body, options) => transport.send({ method: 'POST', path: '/v1/assets', body }, options),
    get: (code, options) => transport.send({ method: 'GET', path: `/v1/assets/${encodeURIComponent(code)}` }, options),
    list: (params, options) => listOf<Asset>(transport, '/v1/assets', params ?? {}, options),
  }
}

export type ApiKeys = {
  /**
   * Needs an admin key. Only this answer contains the `key`. If the answer is lost, this throws an error that names the
   * key to revoke. `book` is an id or code.
   */
  readonly create: (
    key: { readonly book?: string; readonly scope: ApiKey['scope']; readonly name: string },
    options?: CallOptions,
  ) => Promise<NewApiKey>
  readonly list: (params?: PageParams, options?: CallOptions) => Pages<ApiKey>
  /** Revokes the key. Other processes of the server may accept it for ten more seconds. */
  readonly revoke: (id: string, options?: CallOptions) => Promise<ApiKey>
}

export function createApiKeys(transport: Transport): ApiKeys {
  return {
    create: async (body, options) => {
      const path = '/v1/api-keys'
      const made = await transport.send<WireNewApiKey>({ method: 'POST', path, body }, options)
      const { key } = made
      if (key !== null) return { ...made, key }
      // The first answer was lost, and the server does not store the text of the key.
      const lost = new Error(`${made.id} was made, but its text was lost on the way; revoke it and create another`)
      throw new MunimConnectionError(path, 1, lost)
    },
    list: (params, options) => listOf<ApiKey>(transport, '/v1/api-keys', params ?? {}, options),
    revoke: (id, options) =>
      transport.send({ method: 'DELETE', path: `/v1/api-keys/${encodeURIComponent(id)}` }, options),
  }
}

function listOf<Item>(
  transport: Transport,
  path: string,
  params: PageParams & Readonly<Record<string, string | number | undefined>>,
  options: CallOptions | undefined,
): Pages<Item> {
  return createPages(
    (page, call) =>
      transport.send<WirePage<Item>>({ method: 'GET', path, query: toQuery({ ...params, ...page }) }, call),
    same,
    params,
    options,
  )
}

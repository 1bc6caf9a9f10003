import type { Api } from './api.ts'
import { MunimConnectionError } from './errors.ts'
import type { Pages } from './pages.ts'
import type {
  ApiKey,
  Asset,
  Book,
  CreateApiKey,
  CreateAsset,
  CreateBook,
  ListApiKeys,
  ListAssets,
  ListBooks,
} from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'
import type { NewApiKey } from './types.ts'

export type Books = {
  /** Needs an operator key. Refused with `book_code_taken` when another book has the code. */
  readonly create: (book: CreateBook, options?: CallOptions) => Promise<Book>
  /** `ref` is a book's id or code. */
  readonly get: (ref: string, options?: CallOptions) => Promise<Book>
  readonly list: (params?: ListBooks, options?: CallOptions) => Pages<Book>
}

export function createBooks({ call, list }: Api): Books {
  return {
    create: (body, options) => call('create_book', { body }, options),
    get: (ref, options) => call('get_book', { params: { ref } }, options),
    list: (query, options) => list('list_books', { query }, options),
  }
}

export type Assets = {
  /** Creates a custom asset of the book; the currencies of ISO 4217 exist already. */
  readonly create: (asset: CreateAsset, options?: CallOptions) => Promise<Asset>
  readonly get: (code: string, options?: CallOptions) => Promise<Asset>
  readonly list: (params?: ListAssets, options?: CallOptions) => Pages<Asset>
}

export function createAssets({ call, list }: Api): Assets {
  return {
    create: (body, options) => call('create_asset', { body }, options),
    get: (asset, options) => call('get_asset', { params: { asset } }, options),
    list: (query, options) => list('list_assets', { query }, options),
  }
}

export type ApiKeys = {
  /**
   * Give a `scope`, or a list of `permissions`; the key may do no more than the one of this client. Only this answer
   * contains the `key`. If the answer is lost, this throws an error that names the key to revoke. `book` is an id or code.
   */
  readonly create: (key: CreateApiKey, options?: CallOptions) => Promise<NewApiKey>
  readonly list: (params?: ListApiKeys, options?: CallOptions) => Pages<ApiKey>
  /** Revokes the key. Other processes of the server may accept it for ten more seconds. */
  readonly revoke: (id: string, options?: CallOptions) => Promise<ApiKey>
}

export function createApiKeys({ call, list }: Api): ApiKeys {
  return {
    create: async (body, options) => {
      const made = await call('create_api_key', { body }, options)
      const { key } = made
      if (key !== null) return { ...made, key }
      // The first answer was lost, and the server does not store the text of the key.
      const lost = new Error(`${made.id} was made, but its text was lost on the way; revoke it and create another`)
      throw new MunimConnectionError('/v1/api-keys', 1, lost)
    },
    list: (query, options) => list('list_api_keys', { query }, options),
    revoke: (id, options) => call('revoke_api_key', { params: { id } }, options),
  }
}

import type { Api } from './api.ts'
import type { CreateErasure, Erasure } from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

/** Erasure of personal data; it needs an administrator's key. */
export type Erasures = {
  /** Carried out in the background. `get` shows how far. */
  readonly create: (request: CreateErasure, options?: CallOptions) => Promise<Erasure>
  readonly get: (id: string, options?: CallOptions) => Promise<Erasure>
}

export function createErasures({ call }: Api): Erasures {
  return {
    create: (body, options) => call('create_erasure', { body }, options),
    get: (id, options) => call('get_erasure', { params: { id } }, options),
  }
}

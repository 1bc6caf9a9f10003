import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type { Rail, Verification, VerifyInstrument } from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

/** The configured rails of the server, and their health. */
export type Rails = {
  readonly list: (options?: CallOptions) => Pages<Rail>
  readonly get: (name: string, options?: CallOptions) => Promise<Rail>
  /** Stops submissions; needs an operator key. New submissions wait or take another rail. */
  readonly pause: (name: string, options?: CallOptions) => Promise<Rail>
  readonly resume: (name: string, options?: CallOptions) => Promise<Rail>
  /** Whether an instrument can be used, and whose it is. Nothing is stored. */
  readonly verify: (name: string, asked: VerifyInstrument, options?: CallOptions) => Promise<Verification>
}

export function createRails({ call, list }: Api): Rails {
  return {
    list: (options) => list('list_rails', {}, options),
    get: (rail, options) => call('get_rail', { params: { rail } }, options),
    pause: (rail, options) => call('pause_rail', { params: { rail }, body: {} }, options),
    verify: (rail, body, options) => call('verify_instrument', { params: { rail }, body }, options),
    resume: (rail, options) => call('resume_rail', { params: { rail }, body: {} }, options),
  }
}

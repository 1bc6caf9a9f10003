import { createPages, type Pages } from './pages.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { Rail } from './types.ts'
import type { WirePage, WireRail } from './wire.ts'

/** The configured rails of the server, and their health. */
export type Rails = {
  readonly list: (options?: CallOptions) => Pages<Rail>
  readonly get: (name: string, options?: CallOptions) => Promise<Rail>
  /** Stops submissions; needs an operator key. New submissions wait or take another rail. */
  readonly pause: (name: string, options?: CallOptions) => Promise<Rail>
  readonly resume: (name: string, options?: CallOptions) => Promise<Rail>
}

export function createRails(transport: Transport): Rails {
  const path = '/v1/rails'
  const pathOf = (name: string) => `${path}/${encodeURIComponent(name)}`
  const post = (to: string, options: CallOptions | undefined) =>
    transport.send<WireRail>({ method: 'POST', path: to, body: {} }, options)
  return {
    list: (options) =>
      createPages(
        (_page, call) => transport.send<WirePage<WireRail>>({ method: 'GET', path }, call),
        (rail) => rail,
        {},
        options,
      ),
    get: (name, options) => transport.send<WireRail>({ method: 'GET', path: pathOf(name) }, options),
    pause: (name, options) => post(`${pathOf(name)}/pause`, options),
    resume: (name, options) => post(`${pathOf(name)}/resume`, options),
  }
}

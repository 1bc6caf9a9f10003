import type { Uuid } from '#kernel'
import type { Principal } from '../caller.ts'

type Headers = Readonly<Record<string, string>>

type Entered =
  | { readonly ok: true; readonly headers: Headers; readonly leave: (() => void) | undefined }
  | { readonly ok: false; readonly headers: Headers; readonly policy: string }

/** What the server asks before it reads a request; `#platform/limits` answers. */
export type CallerLimits = {
  readonly enter: (request: {
    readonly client: Principal
    readonly book: Uuid
    readonly operation: string
  }) => Entered | Promise<Entered> | undefined
}

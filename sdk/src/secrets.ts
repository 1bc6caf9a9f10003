import type { Api } from './api.ts'
import type { Secrets as SecretsStatus } from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

/** The keys that seal secrets and personal fields; they need an operator key. */
export type Secrets = {
  readonly retrieve: (options?: CallOptions) => Promise<SecretsStatus>
  /** Rows are sealed again in the background. `retrieve` shows how far. */
  readonly rotate: (options?: CallOptions) => Promise<SecretsStatus>
}

export function createSecrets({ call }: Api): Secrets {
  return {
    retrieve: (options) => call('retrieve_secrets', {}, options),
    rotate: (options) => call('rotate_secrets', {}, options),
  }
}

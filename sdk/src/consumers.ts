import type { Api } from './api.ts'
import type { Consumer, ReplayConsumer } from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

/** The readers of events inside the server; they need an operator key. */
export type Consumers = {
  readonly list: (options?: CallOptions) => Promise<readonly Consumer[]>
  readonly pause: (name: string, options?: CallOptions) => Promise<Consumer>
  readonly resume: (name: string, options?: CallOptions) => Promise<Consumer>
  /** Repeats the events of the client's book, from a position or a time on. */
  readonly replay: (name: string, from: ReplayConsumer, options?: CallOptions) => Promise<Consumer>
}

export function createConsumers({ call }: Api): Consumers {
  return {
    list: async (options) => (await call('list_consumers', {}, options)).data,
    pause: (consumer, options) => call('pause_consumer', { params: { consumer } }, options),
    resume: (consumer, options) => call('resume_consumer', { params: { consumer } }, options),
    replay: (consumer, body, options) => call('replay_consumer', { params: { consumer }, body }, options),
  }
}

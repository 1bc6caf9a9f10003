import { type Base, kGetApi, ResponseError } from '@platformatic/kafka'
import { findError } from './kafka-fault.ts'

type Partition = { readonly errorCode: number; leaderId: number }
type Answer = {
  readonly topics: readonly { readonly errorCode: number; readonly partitions: readonly Partition[] }[]
}
type Called = (error: Error | null, answer?: unknown) => void
type Api = (...args: readonly unknown[]) => void
type GetApi = (name: string, called: (error: Error | null, api: Api) => void) => void

const noLeader = -1
/** Another copy is away. */
const replicaNotAvailable = 9

/**
 * The library takes the answer about a topic for a failure when one of its partitions has no leader, and reads, writes and
 * joins nothing. This client knows the others: the leader of such a partition is -1.
 */
export function withLedPartitions<Client extends Base>(client: Client): Client {
  const getApi = client[kGetApi].bind(client) as unknown as GetApi
  const get: GetApi = (name, called) =>
    getApi(name, (error, api) => called(error, error === null && name === 'Metadata' ? answeringLed(api) : api))
  client[kGetApi] = get as unknown as Client[typeof kGetApi]
  return client
}

function answeringLed(api: Api): Api {
  const asked: Api = (...args) => {
    const called = args.at(-1) as Called
    api(...args.slice(0, -1), (error: Error | null, answer: unknown) => {
      const led = error === null ? undefined : ledAnswer(error)
      if (led === undefined) called(error, answer)
      else called(null, led)
    })
  }
  return Object.assign(asked, api)
}

/** Undefined: it is no answer, or one about a topic that has an error itself. */
function ledAnswer(error: Error): Answer | undefined {
  const found = findError(error, (one) => one instanceof ResponseError)
  if (!(found instanceof ResponseError)) return undefined
  const answer = found.response as Answer
  if (answer.topics.some(({ errorCode }) => errorCode !== 0)) return undefined
  for (const partition of answer.topics.flatMap(({ partitions }) => partitions)) {
    if (partition.errorCode !== 0 && partition.errorCode !== replicaNotAvailable) partition.leaderId = noLeader
  }
  return answer
}

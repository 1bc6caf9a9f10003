import { Fault } from '#platform/faults'

export type TopicRepairOptions = {
  /** Makes the topics that are missing. */
  readonly make: () => Promise<void>
  readonly onFault: (error: unknown) => void
  readonly nowMs?: () => number
}

const restMs = 1_000
const restMsMax = 60_000

/**
 * Makes topics again that are gone. Give it the faults: who reads or sends meets one again and again while a topic is
 * missing. What was in the topic is sent again, as all that is not handled.
 */
export function createTopicRepair({ make, onFault, nowMs = () => performance.now() }: TopicRepairOptions) {
  let making: Promise<void> | undefined
  let restUntilMs = Number.NEGATIVE_INFINITY
  let faults = 0
  const repair = async () => {
    try {
      await make()
      faults = 0
    } catch (error) {
      faults += 1
      onFault(error)
    }
    restUntilMs = nowMs() + Math.min(restMsMax, restMs * 2 ** faults)
  }
  return (error: unknown): void => {
    if (!(error instanceof Fault && error.code === 'kafka_topic_missing')) return
    if (making !== undefined || nowMs() < restUntilMs) return
    making = repair().finally(() => {
      making = undefined
    })
  }
}

import { Admin } from '@platformatic/kafka'
import { kafkaFault } from './kafka-fault.ts'
import { clientOptions, type KafkaSettings } from './kafka-settings.ts'

type Wanted = { readonly topics: readonly string[]; readonly copiesMin: number }

/** Shorter than a start waits: who asks wants to know it now. */
const exchangeMs = 2_000

/** Why records of the topics cannot be written or read at present, in sentences. */
export async function topicsLack(settings: KafkaSettings, { topics, copiesMin }: Wanted): Promise<string[]> {
  const admin = new Admin(clientOptions({ ...settings, exchangeMs }))
  try {
    const found = await admin.metadata({ topics: [...topics], forceUpdate: true })
    return [...found.topics].flatMap(([topic, { partitions }]) => {
      const without = partitions.filter(({ leader }) => leader < 0).length
      const thin = partitions.filter(({ leader, isr }) => leader >= 0 && isr.length < copiesMin).length
      return [
        ...(without > 0 ? [`${without} partitions of the topic ${topic} have no leader.`] : []),
        ...(thin > 0 ? [`${thin} partitions of the topic ${topic} have fewer than ${copiesMin} copies in sync.`] : []),
      ]
    })
  } catch (error) {
    return [kafkaFault(error, 'Kafka could not be asked', settings.brokers).message]
  } finally {
    await admin.close().catch(() => undefined)
  }
}

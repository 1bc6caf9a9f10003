import type { KafkaSettings } from './kafka-settings.ts'
import { withAdmin } from './with-admin.ts'

type Wanted = { readonly topics: readonly string[]; readonly copiesMin: number }

/** Shorter than a start waits: who asks wants to know it now. */
const exchangeMs = 2_000

/** Why records of the topics cannot be written or read at present, in sentences. */
export async function topicsLack(settings: KafkaSettings, { topics, copiesMin }: Wanted): Promise<string[]> {
  const asked = { ...settings, exchangeMs }
  try {
    return await withAdmin(asked, 'Kafka could not be asked', async (admin) => {
      const found = await admin.metadata({ topics: [...topics], forceUpdate: true })
      return [...found.topics].flatMap(([topic, { partitions }]) => {
        const without = partitions.filter(({ leader }) => leader < 0).length
        const thin = partitions.filter(({ leader, isr }) => leader >= 0 && isr.length < copiesMin).length
        return [
          ...(without > 0 ? [`${without} partitions of the topic ${topic} have no leader.`] : []),
          ...(thin > 0
            ? [`${thin} partitions of the topic ${topic} have fewer than ${copiesMin} copies in sync.`]
            : []),
        ]
      })
    })
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

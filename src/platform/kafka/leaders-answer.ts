import type { KafkaSettings } from './kafka-settings.ts'
import { checkBroker } from './open-kafka.ts'
import { withAdmin } from './with-admin.ts'

type Asked = { readonly topic: string; readonly partitions?: readonly number[] }

/** Shorter than an exchange of records: nothing waits for it. */
const exchangeMs = 3_000
const noLeader = -1

/** Whether this process reaches the leaders of the partitions. Without `partitions`, those of all that have one. */
export async function leadersAnswer(settings: KafkaSettings, { topic, partitions }: Asked): Promise<boolean> {
  try {
    return await withAdmin({ ...settings, exchangeMs }, 'The leaders could not be asked', async (admin) => {
      const found = (await admin.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic)?.partitions ?? []
      const asked = partitions === undefined ? found : partitions.map((partition) => found[partition])
      const leaders = new Set(asked.map((one) => one?.leader ?? noLeader))
      if (partitions === undefined) leaders.delete(noLeader)
      if (leaders.size === 0 || leaders.has(noLeader)) return false
      await Promise.all([...leaders].map((leader) => checkBroker(admin, leader)))
      return true
    })
  } catch {
    return false
  }
}

/** Whether the partitions of the topic can be known. */
export async function topicIsKnown(settings: KafkaSettings, topic: string): Promise<boolean> {
  try {
    return await withAdmin({ ...settings, exchangeMs }, 'The topic could not be asked for', async (admin) => {
      const found = (await admin.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic)
      return (found?.partitions.length ?? 0) > 0
    })
  } catch {
    return false
  }
}

/** Whether anybody reads for the group. False when nobody can say so. */
export async function groupHasMembers(settings: KafkaSettings, group: string): Promise<boolean> {
  try {
    return await withAdmin({ ...settings, exchangeMs }, 'The group could not be asked', async (admin) => {
      const found = (await admin.describeGroups({ groups: [group] })).get(group)
      return (found?.members.size ?? 0) > 0
    })
  } catch {
    return false
  }
}

import { type Admin, ConfigResourceTypes } from '@platformatic/kafka'
import { hasProtocolError } from './kafka-fault.ts'

/** Names and values. Undefined: this user may not read them. */
export type TopicSettings = ReadonlyMap<string, string> | undefined

const names = ['cleanup.policy', 'retention.ms', 'min.insync.replicas', 'max.message.bytes']
const unreadable = ['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']
/** Batches are made for topics that take a megabyte, as they do by default. */
const recordBytesMin = 1_000_000

export async function readTopicSettings(admin: Admin, topic: string): Promise<TopicSettings> {
  const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configurationKeys: names }
  try {
    const [found] = await admin.describeConfigs({ resources: [resource] })
    return new Map(
      found?.configs.flatMap(({ name, value }) => (typeof value !== 'string' ? [] : [[name, value] as const])),
    )
  } catch (error) {
    if (unreadable.some((id) => hasProtocolError(error, id))) return undefined
    throw error
  }
}

/** Why messages would be lost or refused, each with what to do. `wanted`: the settings of a new topic. */
export function unsuitedSettings(found: TopicSettings, wanted: Readonly<Record<string, string>>): string[] {
  if (found === undefined) return []
  const policy = found.get('cleanup.policy') ?? 'delete'
  const retentionMs = Number(found.get('retention.ms') ?? -1)
  const retentionMsMin = Number(wanted['retention.ms'] ?? 0)
  const inSync = Number(found.get('min.insync.replicas') ?? 1)
  const inSyncMin = Number(wanted['min.insync.replicas'] ?? 1)
  const recordBytes = Number(found.get('max.message.bytes') ?? recordBytesMin)
  return [
    ...(policy.includes('compact')
      ? [`has cleanup.policy=${policy}, which drops messages that nobody has handled: set it to delete.`]
      : []),
    ...(retentionMs >= 0 && retentionMs < retentionMsMin
      ? [
          `keeps records for ${retentionMs} ms, and may drop some before they are handled: set retention.ms to at least ${retentionMsMin}.`,
        ]
      : []),
    ...(inSync < inSyncMin
      ? [
          `confirms records that ${inSync} copies have, and can lose them: set min.insync.replicas to at least ${inSyncMin}.`,
        ]
      : []),
    ...(recordBytes < recordBytesMin
      ? [`takes records of up to ${recordBytes} bytes: set max.message.bytes to at least ${recordBytesMin}.`]
      : []),
  ]
}

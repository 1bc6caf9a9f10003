import * as library from '@platformatic/kafka'

/**
 * The requests that Munim sends: no more than the plain protocol, which brokers of other makers speak, too. Nothing
 * here needs transactions, idempotent producers, or the newer protocol of consumer groups. A login adds SaslHandshake and
 * SaslAuthenticate.
 */
export const spokenApis = [
  ...['Produce', 'Fetch', 'ListOffsets', 'Metadata', 'OffsetCommit', 'OffsetFetch', 'FindCoordinator'],
  ...[
    'JoinGroup',
    'Heartbeat',
    'LeaveGroup',
    'SyncGroup',
    'ApiVersions',
    'CreateTopics',
    'DescribeConfigs',
    'DescribeGroups',
  ],
] as const

export type OfferedApi = { readonly name: string; readonly minVersion: number; readonly maxVersion: number }

/** Headers of records came with Kafka 0.11; commits are sent as since Kafka 2.4. */
const least: Readonly<Record<string, number>> = { Produce: 3, Fetch: 4, OffsetCommit: 8 }

/** The requests that a broker does not know in any version that Munim speaks. */
export function missingApis(offered: readonly OfferedApi[]): string[] {
  return spokenApis.filter((name) => {
    const found = offered.find((api) => api.name === name)
    if (found === undefined) return true
    const from = Math.max(found.minVersion, least[name] ?? 0)
    return !versionsOf(name).some((version) => from <= version && version <= found.maxVersion)
  })
}

/** The highest version of a request that both sides speak. */
export function versionOf(name: string, offered: readonly OfferedApi[]): number | undefined {
  const found = offered.find((api) => api.name === name)
  if (found === undefined) return undefined
  const both = versionsOf(name).filter((version) => found.minVersion <= version && version <= found.maxVersion)
  return both.length === 0 ? undefined : Math.max(...both)
}

/** The library exports `fetchV4` and so on. */
function versionsOf(name: string): number[] {
  const prefix = `${name.charAt(0).toLowerCase()}${name.slice(1)}V`
  return Object.keys(library).flatMap((exported) => {
    const version = exported.startsWith(prefix) ? exported.slice(prefix.length) : ''
    return /^\d+$/.test(version) ? [Number(version)] : []
  })
}

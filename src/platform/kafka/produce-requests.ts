import {
  type Connection,
  createAPI,
  ProduceAcks,
  produceV3,
  produceV4,
  produceV5,
  produceV6,
  produceV7,
  produceV8,
  produceV9,
  produceV10,
  produceV11,
  ResponseError,
  Writer,
} from '@platformatic/kafka'
import { findError } from './kafka-fault.ts'

/** The records of a partition, encoded. */
export type PartitionRecords = { readonly topic: string; readonly partition: number; readonly records: Buffer }

type Parser = typeof produceV11.parseResponse

const produceKey = 0
/** Since this version, lengths are short and fields can be tagged. */
const flexibleFrom = 9
const known = [produceV3, produceV4, produceV5, produceV6, produceV7, produceV8, produceV9, produceV10, produceV11]
const apis = new Map(
  known.map(({ api: { version }, parseResponse }) => [version, produceApi(version, parseResponse as Parser)]),
)
/** All versions of the request that Munim speaks. */
export const produceVersions: readonly number[] = [...apis.keys()]

/**
 * Resolves when all copies in sync have the records, with the parts that the broker refused. `version` is one that the
 * broker speaks.
 */
export async function produce(
  connection: Connection,
  parts: readonly PartitionRecords[],
  { version, timeoutMs }: { readonly version: number; readonly timeoutMs: number },
): Promise<ReadonlyMap<PartitionRecords, unknown>> {
  const api = apis.get(version)
  if (api === undefined) throw new RangeError(`no request to produce has the version ${version}`)
  try {
    await api.async(connection, parts, timeoutMs)
    return new Map()
  } catch (error) {
    const refused = refusedParts(error, parts)
    if (refused.size === 0) throw error
    return refused
  }
}

const errorPath = /^\/responses\/(\d+)\/partition_responses\/(\d+)/

type Answer = { readonly name: string; readonly partitionResponses: readonly { readonly index: number }[] }

/** The library throws when one part is refused, with the answer for all of them. */
function refusedParts(error: unknown, parts: readonly PartitionRecords[]): Map<PartitionRecords, unknown> {
  const answered = findError(error, (one) => one instanceof ResponseError)
  const refused = new Map<PartitionRecords, unknown>()
  if (!(answered instanceof ResponseError)) return refused
  const { responses } = answered.response as { readonly responses: readonly Answer[] }
  for (const each of answered.errors) {
    const [, topic, place] = errorPath.exec(String((each as { readonly path?: unknown }).path)) ?? []
    const found = responses[Number(topic)]
    const partition = found?.partitionResponses[Number(place)]?.index
    const part = parts.find((one) => one.topic === found?.name && one.partition === partition)
    if (part !== undefined && !refused.has(part)) refused.set(part, each)
  }
  return refused
}

function produceApi(version: number, parser: Parser) {
  const isFlexible = version >= flexibleFrom
  const create = (parts: readonly PartitionRecords[], timeoutMs: number) =>
    produceRequest({ parts, timeoutMs, isFlexible })
  return createAPI<[readonly PartitionRecords[], number], unknown>(
    produceKey,
    version,
    create,
    parser,
    isFlexible,
    isFlexible,
  )
}

type Request = { readonly parts: readonly PartitionRecords[]; readonly timeoutMs: number; readonly isFlexible: boolean }

function produceRequest({ parts, timeoutMs, isFlexible }: Request): Writer {
  const topics = [...Map.groupBy(parts, ({ topic }) => topic)]
  const writer = Writer.create()
    .appendString(null, isFlexible)
    .appendInt16(ProduceAcks.ALL)
    .appendInt32(timeoutMs)
    .appendArray(
      topics,
      (to, [topic, partitions]) => {
        to.appendString(topic, isFlexible).appendArray(
          partitions,
          (each, { partition, records }) => void each.appendInt32(partition).appendBytes(records, isFlexible),
          isFlexible,
          isFlexible,
        )
      },
      isFlexible,
      isFlexible,
    )
  return isFlexible ? writer.appendTaggedFields() : writer
}

import { encodeId, idPrefix, type Uuid } from '#kernel'
import { findUnreturned, type Unreturned } from '#payments'
import { type Database, readAtLength, type SnapshotReader } from '#platform/postgres'
import { countReversed, type Reversed, readReversed } from './reversed-read-model.ts'

/** A check that orders add to the verification. */
type OrderCheck = {
  readonly name: 'reversed_orders_returned'
  readonly run: (signal?: AbortSignal) => Promise<{ readonly checked: number; readonly findings: readonly string[] }>
}

const findingsMax = 20
const ordersAtOnce = 5_000

/**
 * Over all books, while writes go on. The payment of a reversed order has returned its money, is returning it, or has a
 * case. Throws a retryable Fault when the database is unavailable.
 */
export function orderChecks(database: Database, { pageSize = ordersAtOnce } = {}): readonly OrderCheck[] {
  const run = (signal?: AbortSignal) =>
    readAtLength(database, { purpose: 'verify orders', signal }, (reader) => findKept(reader, pageSize))
  return [{ name: 'reversed_orders_returned', run }]
}

async function findKept(reader: SnapshotReader, pageSize: number) {
  await reader.set({ work_mem: '64MB' })
  const checked = await countReversed(reader)
  const findings: string[] = []
  let more = 0
  for await (const page of readReversed(reader, pageSize)) {
    for (const text of await describeKept(reader, page)) {
      if (findings.length < findingsMax) findings.push(text)
      else more += 1
    }
  }
  return { checked, findings: more > 0 ? [...findings, `and ${more} more`] : findings }
}

async function describeKept(reader: SnapshotReader, page: readonly Reversed[]): Promise<string[]> {
  const orders = new Map(page.map(({ payment, order }) => [payment, order]))
  const found = await findUnreturned(reader, page)
  return found.map((one) => describe(orders.get(one.payment) ?? '', one))
}

function describe(order: Uuid, { payment, asset, captured, held }: Unreturned): string {
  const amounts = [
    ...(captured > 0n ? [`${captured} ${asset} of it are not returned`] : []),
    ...(held > 0n ? [`${held} ${asset} are still held for it`] : []),
  ]
  return `order ${encodeId(idPrefix.order, order)} was reversed with its payment ${encodeId(idPrefix.payment, payment)}, and ${amounts.join(' and ')}: there is no message about them, and they have no case`
}

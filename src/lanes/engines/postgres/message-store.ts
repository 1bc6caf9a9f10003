import { type BurstAnswer, type BurstStep, micros, toUuid } from '#platform/postgres'
import type { Claim } from '../../fairness/tenant-ring.ts'
import { laneNames } from '../../lanes.ts'
import { laneNumber } from '../enqueue.ts'
import type { FoundTenant, QueueName, TakenMessage } from '../taken-message.ts'

export const returnedColumns = `id, tenant, book_id, subject, payload, attempts,
  ${micros('enqueued_at')}, (extract(epoch from clock_timestamp() - due_at) * 1000)::bigint`

/** Takes up to its quota from each tenant, oldest first, and skips locked messages. */
export function claimStep({ lane, kind }: QueueName, { limit, tenants }: Claim): BurstStep {
  return {
    name: 'lanes-claim',
    text: `delete from lanes.messages where ctid = any (array(
        select taken.ctid
        from unnest($3::integer[], $4::bigint[], $5::integer[]) as asked (tenant, floor, quota)
        cross join lateral (
          select ctid from lanes.messages
          where lane = $1 and kind = $2 and tenant = asked.tenant and id > asked.floor
          order by lane, kind, tenant, id limit asked.quota
          for update skip locked
        ) taken
        limit $6
      ))
      returning ${returnedColumns}`,
    values: [
      String(laneNumber(lane)),
      kind,
      `{${tenants.map(({ tenant }) => tenant).join()}}`,
      `{${tenants.map(({ floor }) => floor).join()}}`,
      `{${tenants.map(({ quota }) => quota).join()}}`,
      String(limit),
    ],
  }
}

export function reclaimStep({ lane, kind }: QueueName, messages: readonly TakenMessage[]): BurstStep {
  return {
    name: 'lanes-reclaim',
    text: `delete from lanes.messages where ctid = any (array(
        select taken.ctid
        from unnest($3::integer[], $4::bigint[]) as asked (tenant, id)
        cross join lateral (
          select ctid from lanes.messages
          where lane = $1 and kind = $2 and tenant = asked.tenant and id = asked.id
          for update skip locked
        ) taken
      ))
      returning ${returnedColumns}`,
    values: [
      String(laneNumber(lane)),
      kind,
      `{${messages.map(({ tenant }) => tenant).join()}}`,
      `{${messages.map(({ id }) => id).join()}}`,
    ],
  }
}

export function takenMessages({ lane, kind }: QueueName, answer: BurstAnswer | undefined): TakenMessage[] {
  const messages = (answer?.rows ?? []).map((row) => {
    const tenant = Number(row[1])
    return {
      id: BigInt(row[0] ?? 0),
      lane,
      kind,
      tenant,
      vendor: Math.max(0, tenant),
      book: Number(row[2]),
      subject: toUuid(row[3]),
      payload: row[4] ?? '',
      attempts: Number(row[5]),
      enqueuedAt: Number(row[6]),
      waitedMs: Number(row[7]),
    }
  })
  return messages.sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** The tenants above `after`, up to `until`. */
export type QueuePlace = QueueName & { readonly after: number; readonly until: number }

/**
 * Finds up to `tenantsMax` tenants with messages in each place. It steps from tenant to tenant in
 * the index, so its cost grows with the tenants, not the messages.
 */
export function findTenantsStep(queues: readonly QueuePlace[], tenantsMax: number): BurstStep {
  return {
    name: 'lanes-find-tenants',
    text: `select queue.lane, queue.kind, found.tenant,
        (select book_id from lanes.vendors where number = found.tenant) as vendors_book
      from unnest($1::smallint[], $2::text[], $3::integer[], $5::integer[]) as queue (lane, kind, after, until)
      cross join lateral (
        with recursive stepped as (
          (select tenant from lanes.messages
            where lane = queue.lane and kind = queue.kind and tenant > queue.after and tenant <= queue.until
            order by lane, kind, tenant limit 1)
          union all
          select next.tenant from stepped cross join lateral (
            select tenant from lanes.messages
            where lane = queue.lane and kind = queue.kind and tenant > stepped.tenant and tenant <= queue.until
            order by lane, kind, tenant limit 1
          ) next
        )
        select tenant from stepped limit $4
      ) found`,
    values: [
      `{${queues.map(({ lane }) => laneNumber(lane)).join()}}`,
      // Kinds are constants of the program, without characters that need quoting.
      `{${queues.map(({ kind }) => kind).join()}}`,
      `{${queues.map(({ after }) => after).join()}}`,
      String(tenantsMax),
      `{${queues.map(({ until }) => until).join()}}`,
    ],
  }
}

export function foundTenants(answer: BurstAnswer | undefined): FoundTenant[] {
  return (answer?.rows ?? []).map(([lane, kind, tenant, vendorsBook]) => ({
    lane: laneNames[Number(lane)] ?? 'bulk',
    kind: kind ?? '',
    tenant: Number(tenant),
    book: Number(tenant) > 0 ? Number(vendorsBook ?? 0) : -Number(tenant),
  }))
}

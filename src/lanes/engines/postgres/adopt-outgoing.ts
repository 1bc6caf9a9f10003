import { createPeriodic } from '#platform/background'
import { type BurstStep, type Database, openLockSession, takeLock } from '#platform/postgres'
import { relayLock, relaySettings } from '../kafka/relay-lock.ts'
import { kept } from '../kept-columns.ts'
import { promotedCount } from '../promote-due.ts'

const lookMs = 2_000
const pageMax = 1_000

// In their order, so that those of a key keep theirs. What a worker is handling is passed over.
const adoptStep: BurstStep = {
  name: 'lanes-adopt-outgoing',
  text: `with adopted as (
      delete from lanes.outgoing where ctid = any (array(
        select ctid from lanes.outgoing order by lane, id limit ${pageMax} for update skip locked
      ))
      returning ${kept}, attempts, enqueued_at, due_at, id
    )
    insert into lanes.messages (${kept}, attempts, enqueued_at, due_at)
    select ${kept}, attempts, enqueued_at, due_at from adopted order by id`,
}

/**
 * Takes over what was enqueued for the engine of Kafka and is not handled, when no process of that engine is at work:
 * with the lock of its relay. Records that topics still have find no message any more.
 */
export function createOutgoingAdoption(deps: {
  readonly database: Database
  readonly onFault: (error: unknown) => void
}) {
  const { database, onFault } = deps
  const work = async (isStopping: () => boolean) => {
    const [found] = await database.query<{ isAny: boolean }>({
      name: 'lanes-find-outgoing',
      text: 'select exists (select from lanes.outgoing) as "isAny"',
    })
    if (found?.isAny !== true) return undefined
    const session = await openLockSession(database, 'lanes relay', { settings: relaySettings })
    try {
      if (!(await takeLock(session, relayLock))) return undefined
      for (let isMore = true; isMore && !isStopping(); ) {
        const [adopted] = await session.burst([adoptStep])
        isMore = promotedCount(adopted) === pageMax
      }
    } finally {
      await session.close()
    }
    return undefined
  }
  return createPeriodic({ name: 'adopting messages of the other engine', restMs: lookMs, work, onFault })
}

import type { Database } from '#platform/postgres'

/**
 * As if the pauses before inquiries and further tries were over. One statement: a timer that alone came early would be
 * ignored. An authorization does not expire.
 */
export async function passTime(database: Pick<Database, 'query'>): Promise<void> {
  await database.query({
    text: `with aged as (
        update payments.attempts set exchange = (exchange::jsonb - '{inquireAt,inquiredAt,heardAt}'::text[]
          || jsonb_build_object('submittedAt', floor(extract(epoch from now() - interval '10 minutes') * 1000000)))::text
        where exchange is not null returning 1
      )
      update lanes.later set due_at = now() where due_at > now() and payload not like '%"expire"%'`,
  })
}

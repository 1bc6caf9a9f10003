import { setTimeout as sleep } from 'node:timers/promises'
import { decodeId, type IdPrefix } from '#kernel'
import type { Database } from '#platform/postgres'
import { poll } from '../../scripts/poll.ts'
import type { Clients, Sender } from './clients.ts'
import type { Place } from './place.ts'

/** What two runs of the same requests have in common when nothing is lost or doubled. */
export type EndState = {
  /** By kind and number of the payment: its state, and its amounts. */
  readonly ends: ReadonlyMap<string, string>
  /** By code of the account. */
  readonly balances: ReadonlyMap<string, string>
  /** What the rails did, by their own records: by rail and operation, its count and sum. */
  readonly rails: ReadonlyMap<string, string>
  /** Ways in which this run contradicts itself. */
  readonly findings: readonly string[]
}

type Read = Pick<Place, 'database' | 'rails'> & { readonly clients: Clients; readonly sender: Pick<Sender, 'accepted'> }

/** Of many differences, the first are named. */
const shown = 10
const leftoversMs = 30_000

export const subjects = ['payments', 'payouts', 'refunds'] as const

export async function readEndState({ database, rails, clients, sender }: Read): Promise<EndState> {
  const balances = await readBalances(clients)
  const { ends, findings } = await readEnds(database, sender.accepted)
  const { totals, net } = await rails.records()
  const succeeded = totals.filter(({ status }) => status === 'succeeded')
  return {
    ...{ ends, balances },
    rails: new Map(
      succeeded.map(({ rail, operation, count, amount }) => [`${rail} ${operation}`, `${count} of ${amount} together`]),
    ),
    findings: [
      ...findings,
      ...(await compareWithRails(database, succeeded)),
      ...compareClearing(balances, net),
      ...(await readLeftovers(database)),
      ...(await verify(clients)),
    ],
  }
}

async function readEnds(database: Database, accepted: Sender['accepted']) {
  const found = new Map<string, string>()
  for (const subject of subjects) {
    const amounts = subject === 'payments' ? 'amount_captured, amount_refunded, amount_suspended' : 'amount'
    const rows = await database.query<{ id: string; said: string }>({
      text: `select replace(id::text, '-', '') as id,
        concat_ws(' ', state, reason, ${amounts
          .split(', ')
          .map((name) => `'${name}', ${name}`)
          .join()}) as said
        from payments.${subject}`,
    })
    for (const { id, said } of rows) found.set(id, said)
  }
  const lost: string[] = []
  const ends = new Map<string, string>()
  for (const [name, id] of accepted) {
    const said = found.get(decodeId(id.split('_')[0] as IdPrefix, id) ?? '')
    if (said === undefined) lost.push(`${name} (${id})`)
    else ends.set(name, said)
  }
  const findings =
    lost.length === 0 ? [] : [`${lost.length} were accepted and are lost: ${lost.slice(0, shown).join(', ')}`]
  if (found.size > accepted.size)
    findings.push(`${found.size - accepted.size} more subjects are stored than were accepted`)
  return { ends, findings }
}

async function readBalances(clients: Clients): Promise<Map<string, string>> {
  const balances = new Map<string, string>()
  type Page = { data: { code: string; posted: string; pending: string }[]; next_cursor: string | null }
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ limit: '100', ...(cursor !== '' && { cursor }) })
    const page = JSON.parse(await clients.get(`/v1/accounts?${query}`)) as Page
    for (const { code, posted, pending } of page.data) balances.set(code, `${posted} posted, ${pending} pending`)
    cursor = page.next_cursor
  }
  return balances
}

type Total = { rail: string; operation: string; status: string; count: number; amount: string }

/** Each success of a rail is a success in the books, and none is there twice. */
async function compareWithRails(database: Database, succeeded: readonly Total[]): Promise<string[]> {
  const booked = await database.query<{ what: string; said: string }>({
    text: `select rail || ' ' || operation as what, count(*) || ' of ' || sum(amount_moved) || ' together' as said
      from payments.attempts where state = 'succeeded' group by 1`,
  })
  const twice = await database.query<{ id: string }>({
    text: `select subject_id::text as id from payments.attempts
      where state = 'succeeded' group by subject_id having count(*) > 1 limit 5`,
  })
  const ours = new Map(booked.map(({ what, said }) => [what, said]))
  const theirs = new Map(
    succeeded.map(({ rail, operation, count, amount }) => [`${rail} ${operation}`, `${count} of ${amount} together`]),
  )
  return [
    ...differences('the books', ours, theirs).map((one) => `beside the rails, ${one}`),
    ...twice.map(({ id }) => `${id} succeeded at a rail more than once`),
  ]
}

function compareClearing(
  balances: EndState['balances'],
  net: readonly { rail: string; asset: string; net: string }[],
): string[] {
  return net.flatMap(({ rail, asset, net: moved }) => {
    const code = `rails:${rail}:clearing:${asset}`
    const posted = Number(balances.get(code)?.split(' ')[0] ?? 0)
    return posted === -Number(moved) ? [] : [`${code} has ${posted}, and the rail moved ${moved}`]
  })
}

/** A timer of a payment that has ended may just have become a message, which then has its moment to be handled. */
async function readLeftovers(database: Database): Promise<string[]> {
  const read = async () => {
    const [left] = await database.query<Record<string, number>>({
      text: `select (select count(*)::int from cases.cases where resolved_at is null) as "open cases",
        (select count(*)::int from lanes.dead_letters where replayed_at is null) as "dead letters",
        (select count(*)::int from lanes.messages) + (select count(*)::int from lanes.outgoing) as "waiting messages"`,
    })
    return Object.entries(left ?? {}).flatMap(([what, count]) => (count === 0 ? [] : [`there are ${count} ${what}`]))
  }
  return poll(read, ({ length }) => length === 0, { withinMs: leftoversMs, everyMs: 200 })
}

async function verify(clients: Clients): Promise<string[]> {
  for (;;) {
    const { result } = JSON.parse((await clients.verification()).trim().split('\n').at(-1) ?? '{}') as {
      result?: { checks: readonly { findings: readonly unknown[] }[] }
    }
    if (result !== undefined) {
      return result.checks.flatMap(({ findings }) => findings.map((one) => `munim verify: ${JSON.stringify(one)}`))
    }
    await sleep(1_000)
  }
}

/** Where `mine` is not as `theirs`; the first few. */
export function differences(
  whose: string,
  mine: ReadonlyMap<string, string>,
  theirs: ReadonlyMap<string, string>,
): string[] {
  const names = new Set([...mine.keys(), ...theirs.keys()])
  const unequal = [...names].filter((name) => mine.get(name) !== theirs.get(name))
  const said = (text: string | undefined) => text ?? 'nothing'
  const lines = unequal.map((name) => `${name}: ${whose} ${said(mine.get(name))}, and not ${said(theirs.get(name))}`)
  return lines.length <= shown ? lines : [...lines.slice(0, shown), `${lines.length - shown} more`]
}

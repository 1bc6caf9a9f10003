import { createHash } from 'node:crypto'
import type { AuditedAct } from '@munim/sdk'

export type ActsReport = {
  readonly checked: number
  /** Numbers that are missing between two acts, or before the first: of other books, too old, or removed. */
  readonly missing: number
  readonly findings: readonly string[]
  /** Note it elsewhere, to compare later. */
  readonly head: { readonly number: number; readonly hash: string } | null
}

const findingsMax = 20

/** Recomputes hashes and compares neighbors, newest or oldest first. */
export async function verifyActs(acts: AsyncIterable<AuditedAct>): Promise<ActsReport> {
  const findings: string[] = []
  const find = (finding: string) => void (findings.length < findingsMax && findings.push(finding))
  let [checked, missing] = [0, 0]
  let before: AuditedAct | undefined
  const books = new Map<unknown, string | null>()
  let head: ActsReport['head'] = null
  let first = Number.POSITIVE_INFINITY
  for await (const act of acts) {
    checked += 1
    for (const flaw of flawsOf(act, books)) find(`act ${act.number} ${flaw}`)
    if (head === null || act.number > head.number) head = { number: act.number, hash: act.hash }
    if (before !== undefined) {
      const [older, newer] = before.number < act.number ? [before, act] : [act, before]
      missing += Math.max(0, newer.number - older.number - 1)
      if (newer.number === older.number) find(`act ${newer.number} is there twice`)
      if (newer.number === older.number + 1 && newer.previous_hash !== older.hash) {
        find(`act ${newer.number} does not follow from act ${older.number}`)
      }
    }
    first = Math.min(first, act.number)
    before = act
  }
  if (checked === 0) find('there are no acts')
  return { checked, missing: missing + (checked === 0 ? 0 : first - 1), findings, head }
}

function flawsOf(act: AuditedAct, books: Map<unknown, string | null>): string[] {
  const hash = createHash('sha256')
    .update(Buffer.from(act.previous_hash ?? '', 'hex'))
    .update(act.content)
    .digest('hex')
  const wrong = differing(act, books)
  return [
    ...(hash === act.hash ? [] : ['has another hash than its content']),
    ...(wrong.length === 0 ? [] : [`has other fields than its content: ${wrong.join(', ')}`]),
  ]
}

/**
 * The fields that say something else than what was hashed. `books`: the book that acts show, by the number that was
 * hashed instead of its id.
 */
function differing(act: AuditedAct, books: Map<unknown, string | null>): string[] {
  const hashed = readContent(act.content)
  const known = books.get(hashed.book_id ?? null)
  if (known === undefined) books.set(hashed.book_id ?? null, act.book)
  const shown: Readonly<Record<string, unknown>> = {
    ...{ number: act.number, recorded_us: microsOf(act.recorded_at), action: act.action, subject: act.subject },
    ...{ details: act.details, before: act.before, after: act.after },
    ...{ address: act.address, request_id: act.request_id, permission: act.permission, authority: act.authority },
    ...{ actor: actorOf(act), actor_name: act.actor?.name ?? null },
  }
  const wrong = Object.entries(shown).flatMap(([name, value]) => (isSame(hashed[name] ?? null, value) ? [] : [name]))
  return known === undefined || known === act.book ? wrong : [...wrong, 'book']
}

const prefixes: Readonly<Record<string, string>> = { key: 'key', client: 'client', person: 'psn', service: 'svc' }

/** The kind and the UUID of who acted, as they were hashed: undefined for what is no id of that kind. */
function actorOf({ actor }: AuditedAct): string | null | undefined {
  if (actor === null) return null
  const [, prefix, digits = ''] = /^([a-z]+)_([0-7][0-9a-hjkmnp-tv-z]{25})$/.exec(actor.id) ?? []
  if (prefix === undefined || prefix !== prefixes[actor.kind]) return undefined
  const number = [...digits].reduce((sum, digit) => sum * 32n + BigInt(base32.indexOf(digit)), 0n)
  return `${actor.kind}:${number.toString(16).padStart(32, '0')}`
}

const base32 = '0123456789abcdefghjkmnpqrstvwxyz'

const texts = ['details', 'before', 'after']

/** Rows of earlier releases have lines: number, microseconds, actor, action, subject, details. */
function readContent(content: string): Record<string, unknown> {
  if (!content.startsWith('{')) {
    const [number, recorded_us, actor = '-', action, subject, ...details] = content.split('\n')
    const numbers = { number: Number(number), recorded_us: Number(recorded_us) }
    const [kind, id] = actor.includes(':') ? actor.split(':') : ['key', actor]
    return {
      ...numbers,
      actor: actor === '-' ? null : principal(kind, id),
      action,
      subject,
      details: parsed(details.join('\n')),
    }
  }
  const fields = parsed(content) as Record<string, unknown>
  if (typeof fields.actor === 'string') fields.actor = principal(fields.actor_kind, fields.actor)
  for (const name of texts) if (typeof fields[name] === 'string') fields[name] = parsed(fields[name])
  return fields
}

/** An actor without a kind is a key. */
function principal(kind: unknown, uuid = ''): string {
  return `${kind ?? 'key'}:${uuid.replaceAll('-', '')}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Dates have milliseconds alone. */
function microsOf(time: string): number {
  const [, seconds = '', fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(time) ?? []
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, '0'))
}

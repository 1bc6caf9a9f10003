import { encodeId, idPrefix, type Uuid } from '#kernel'
import { type Queryable, toUuid } from '#platform/postgres'

const shownMax = 10
/** Each new letter describes its subject again, so the number of letters that are read has a limit. */
const countedMax = 100
const reasonMax = 200

type LetterRow = { subject: string; id: string; attempts: number; code: string; reason: string; total: bigint }

/**
 * What a case says about its subject's open dead letters: those that an operator's action replays or discards.
 * Undefined when there are none.
 */
export async function describeOpenLetters(
  on: Queryable,
  subjects: readonly Uuid[],
): Promise<(subject: Uuid) => string | undefined> {
  const rows = await on.query<LetterRow>({
    name: 'payments-describe-open-letters',
    text: `select subject, id, attempts, code, reason, total
      from unnest($1::uuid[]) given (subject)
      cross join lateral (
        select id, attempts, code, reason, count(*) over () as total
        from (
          select id, attempts, code, reason from lanes.dead_letters
          where subject = given.subject and ${isOpen}
          order by id desc limit $2::integer + 1
        ) counted
        order by id desc limit $3
      ) letter
      order by id desc`,
    values: [subjects, countedMax, shownMax],
  })
  const bySubject = Map.groupBy(rows, ({ subject }) => toUuid(subject))
  return (subject) => describe(bySubject.get(subject) ?? [])
}

const isOpen = `replayed_at is null and discarded_at is null
  and kind in ('payment.input', 'payment.rail_event', 'saga.step')`

function describe(letters: readonly LetterRow[]): string | undefined {
  const [latest] = letters
  if (latest === undefined) return undefined
  const total = Number(latest.total)
  if (total === 1) {
    return `Something that was to be done about it ${failureOf(latest, latest.reason)} and is not tried again by itself. Remove the cause and retry it, which replays the dead letter ${nameOf(latest)}.`
  }
  const listed = letters.map((letter) => {
    const { reason } = letter
    return `${nameOf(letter)} ${failureOf(letter, reason.length > reasonMax ? `${reason.slice(0, reasonMax)}…` : reason)}`
  })
  const isCounted = total <= countedMax
  const left = Math.min(total, countedMax) - letters.length
  const older = left > 0 ? [`${isCounted ? '' : 'more than '}${left} older ones`] : []
  return `${isCounted ? total : `More than ${countedMax}`} things that were to be done about it failed and are not tried again by themselves. Remove the causes and retry them, which replays the dead letters: ${[...listed, ...older].join('; ')}.`
}

function failureOf({ attempts, code }: LetterRow, reason: string): string {
  return `failed ${attempts === 1 ? 'once' : `${attempts} times`} (${code}: ${reason})`
}

function nameOf({ id }: LetterRow): string {
  return encodeId(idPrefix.deadLetter, toUuid(id))
}

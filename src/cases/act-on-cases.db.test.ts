import { afterEach, expect, it } from 'vitest'
import { encodeId, idPrefix, type Uuid } from '#kernel'
import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import { until } from '#testing'
import { lost, payment, useTestCases } from '../../test/support/test-cases.ts'

const { carriedOut, during, wakes, database, request, change } = useTestCases()

const releases: (() => void)[] = []
afterEach(() => {
  for (const release of releases.splice(0)) release()
})

type Opened = { readonly id: string; readonly subject: Uuid }

async function open(book = 1): Promise<Opened> {
  const subject = newUuid()
  await change({ ...payment(subject), book, ...lost })
  const [row] = await database().query<{ id: string }>({
    text: 'select id from cases.cases where subject_id = $1',
    values: [subject],
  })
  return { id: encodeId(idPrefix.case, row?.id ?? ''), subject }
}

/** A case whose action waits for `release`, as for a payment that the engine has locked. */
async function openHeld() {
  const { promise, resolve } = Promise.withResolvers<void>()
  const opened = await open()
  during.set(opened.subject, () => promise)
  releases.push(resolve)
  return { ...opened, release: resolve }
}

/** A case whose next action fails with the error. */
async function openFailing(error: Error): Promise<Opened> {
  const opened = await open()
  during.set(opened.subject, async () => {
    during.delete(opened.subject)
    throw error
  })
  return opened
}

const away = () => new Fault({ code: 'away', message: 'The database is away.', retryable: true })

const inquire = ({ id }: Opened, headers = {}) => request('POST', `/v1/cases/${id}/inquire`, {}, headers)
const inquireAll = (cases: readonly Opened[], headers = {}) =>
  request('POST', '/v1/cases/actions', { cases: cases.map(({ id }) => ({ id })), action: 'inquire' }, headers)

const isReached = (opened: Opened) => acted().includes(opened.subject)
const acted = () => carriedOut.map((each) => each.acted.subject.id)
const subjects = (...opened: readonly Opened[]) => opened.map(({ subject }) => subject)
const codes = (body: { readonly data: readonly { readonly id: string; readonly code: string | null }[] }) =>
  body.data.map(({ id, code }) => [id, code])

async function isLockAwaited(): Promise<boolean> {
  const [row] = await database().query<{ count: bigint }>({
    text: `select count(*) as count from pg_locks
      where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`,
  })
  return row !== undefined && row.count > 0n
}

it('an action on one case and a bulk with the same case both succeed', async () => {
  const [first, held, last] = [await open(), await openHeld(), await open()]
  const bulk = inquireAll([first, held, last])
  await until(() => isReached(held))
  let isOver = false
  const single = inquire(last).finally(() => {
    isOver = true
  })
  await until(async () => isOver || (await isLockAwaited()))
  held.release()
  expect((await single).status).toBe(200)
  const { status, body } = await bulk
  expect([status, codes(body)]).toEqual([
    200,
    [
      [first.id, null],
      [held.id, null],
      [last.id, 'case_being_acted_on'],
    ],
  ])
})

it('two bulks with the same cases in opposite order both succeed', async () => {
  const [one, other] = [await open(), await open()]
  const [held, heldToo] = [await openHeld(), await openHeld()]
  const bulk = inquireAll([one, held, other])
  await until(() => isReached(held))
  let isOver = false
  const reversed = inquireAll([other, heldToo, one]).finally(() => {
    isOver = true
  })
  await until(async () => isOver || isReached(heldToo) || (await isLockAwaited()))
  held.release()
  heldToo.release()
  expect((await Promise.all([bulk, reversed])).map(({ status }) => status)).toEqual([200, 200])
})

it('a bulk that waits for a locked subject does not delay an operator of another book', async () => {
  const [first, held, elsewhere] = [await open(), await openHeld(), await open(2)]
  const bulk = inquireAll([first, held])
  await until(() => isReached(held))
  const text = 'The customer has called.'
  const noted = await request('POST', `/v1/cases/${elsewhere.id}/note`, { text }, { 'munim-book': 'other' })
  expect(noted.status).toBe(200)
  held.release()
  expect((await bulk).status).toBe(200)
})

it('a case whose action throws is an internal error, and does not stop the others', async () => {
  const [one, broken, other] = [await open(), await openFailing(new Error('a defect')), await open()]
  const before = wakes()
  const { status, body } = await inquireAll([one, broken, other])
  expect([status, codes(body)]).toEqual([
    200,
    [
      [one.id, null],
      [broken.id, 'internal_error'],
      [other.id, null],
    ],
  ])
  expect(body.data[1].detail).toMatch(/^Something went wrong that should not\./)
  expect(wakes()).toBe(before + 2)
  const [row] = await database().query<{ count: bigint }>({ text: 'select count(*) as count from cases.acts' })
  expect(row?.count).toBe(2n)
})

it('a bulk that ends with 503 is continued by its repetition, which has the first results', async () => {
  const [one, failing, other] = [await open(), await openFailing(away()), await open()]
  await inquire(one)
  carriedOut.length = 0
  const wanted = [other, one, failing]
  const headers = { 'idempotency-key': 'continued' }
  const ended = await inquireAll(wanted, headers)
  expect([ended.status, ended.body.code]).toEqual([503, 'service_unavailable'])
  expect(acted()).toEqual(subjects(other, failing))
  const continued = await inquireAll(wanted, headers)
  expect([continued.status, codes(continued.body)]).toEqual([
    200,
    [
      [other.id, null],
      [one.id, 'case_being_acted_on'],
      [failing.id, null],
    ],
  ])
  expect(continued.headers.get('idempotent-replayed')).toBeNull()
  const replay = await inquireAll(wanted, headers)
  expect([replay.status, replay.body, replay.headers.get('idempotent-replayed')]).toEqual([200, continued.body, 'true'])
  expect(acted()).toEqual(subjects(other, failing, failing))
})

it('a repetition repeats only the actions that failed with an internal error', async () => {
  const [one, broken, other] = [await open(), await openFailing(new Error('a defect')), await open()]
  const headers = { 'idempotency-key': 'failed' }
  await inquireAll([one, broken, other], headers)
  const again = await inquireAll([one, broken, other], headers)
  expect(again.body.data.map(({ code }: { code: string | null }) => code)).toEqual([null, null, null])
  expect(acted()).toEqual(subjects(one, broken, other, broken))
})

it('a key belongs to its bulk from the start: another body or another route is refused', async () => {
  const [failing, other] = [await openFailing(away()), await open()]
  const headers = { 'idempotency-key': 'taken' }
  expect((await inquireAll([failing, other], headers)).status).toBe(503)
  for (const answered of [await inquireAll([other], headers), await inquire(other, headers)]) {
    expect([answered.status, answered.body.code]).toEqual([422, 'idempotency_key_reused'])
  }
  expect(acted()).toEqual(subjects(failing))
  expect((await inquireAll([failing, other], headers)).status).toBe(200)
  const single = { 'idempotency-key': 'taken by one' }
  await inquire(await open(), single)
  expect((await inquireAll([await open()], single)).body.code).toBe('idempotency_key_reused')
})

it('a bulk that names a case twice is refused as a whole', async () => {
  const [one, other] = [await open(), await open()]
  const headers = { 'idempotency-key': 'twice' }
  const { status, body } = await inquireAll([one, other, one], headers)
  expect([status, body.param, acted()]).toEqual([400, 'cases', []])
  expect((await inquireAll([one, other], headers)).status).toBe(200)
})

it('bulks of one key that hold all of its places let a single action of the key in between their cases', async () => {
  const places = 4
  const several = () => Promise.all(Array.from({ length: 10 }, () => open()))
  const bulks = await Promise.all(
    Array.from({ length: places }, async () => [await openHeld(), ...(await several())] as const),
  )
  const answers = bulks.map((cases) => inquireAll(cases))
  await until(() => bulks.every(([held]) => isReached(held)))
  const waiting = await open()
  const single = inquire(waiting)
  // It waits in line once requests that were sent after it are answered.
  for (let round = 0; round < 20; round += 1) await request('GET', '/v1/cases')
  expect(isReached(waiting)).toBe(false)
  for (const [held] of bulks) held.release()
  await Promise.all([single, ...answers])
  const order = acted()
  expect(order).toHaveLength(11 * places + 1)
  expect(order.indexOf(waiting.subject)).toBeLessThan(order.length - 1)
})

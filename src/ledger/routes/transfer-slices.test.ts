import { expect, it } from 'vitest'
import { Fault } from '#platform/faults'
import type { RouteRequest } from '#platform/http'
import type { IdempotentRequest, StoredAnswer } from '#platform/idempotency'
import type { CreateTransfer, TransferOutcome } from '../commands.ts'
import type { Ledger } from '../ledger.ts'
import { slicesOf } from './slices.ts'
import { transferRoutes } from './transfer-routes.ts'
import { type Booking, submitInSlices } from './transfer-slices.ts'

const refused: TransferOutcome = {
  ok: false,
  refusal: { code: 'account_not_found', message: 'No.', param: 'source' },
  replayed: false,
}

/** Refuses every transfer, and keeps the answers under their keys. It is busy after `until` submissions. */
function createRefusingLedger() {
  const kept = new Map<string, { readonly fingerprint: string; readonly answer: StoredAnswer }>()
  const submitted: number[] = []
  let until = Number.POSITIVE_INFINITY
  let underWay = 0
  const submit: Ledger['submit'] = async ({ commands }) => {
    underWay += 1
    expect(underWay).toBe(1)
    await new Promise(setImmediate)
    underWay -= 1
    if (submitted.length >= until) throw new Fault({ code: 'ledger_busy', message: 'Too many.', retryable: true })
    submitted.push(commands.length)
    return commands.map(() => refused)
  }
  const submitOnce: Ledger['submitOnce'] = async (group, { key, fingerprint, answer }) => {
    const known = kept.get(key)
    if (known !== undefined) {
      const isSame = known.fingerprint === fingerprint.toString('hex')
      return isSame ? { kind: 'replayed', answer: known.answer } : { kind: 'mismatched' }
    }
    const value = await submit(group)
    const stored = answer(value)
    kept.set(key, { fingerprint: fingerprint.toString('hex'), answer: stored })
    return { kind: 'done', value, answer: stored }
  }
  return {
    ledger: { submit, submitOnce },
    submitted: () => submitted.splice(0),
    stopAfter: (count: number) => {
      until = submitted.length + count
    },
    keys: () => [...kept.keys()],
    stored: (key: string) => kept.get(key)?.answer,
  }
}

const transfers = (count: number, idGiven = false): CreateTransfer[] =>
  Array.from({ length: count }, (_, n) => {
    const [id, source, destination] = [String(n), 'a', 'b']
    return { kind: 'create', book: 1, id, idGiven, source, destination, amount: 1n, asset: 'USD' }
  })

const inUse: StoredAnswer = { status: 409, body: '{"code":"idempotency_key_in_use"}' }

const keyed = (content = 'content'): IdempotentRequest => ({ book: 1, key: 'key', fingerprint: Buffer.from(content) })

async function send(ledger: Booking['ledger'], commands: CreateTransfer[], key?: IdempotentRequest) {
  const request = {
    caller: { principal: { id: 'k' }, book: { number: 1 } },
    signal: { aborted: false },
    idempotency: key,
    inUse: () => inUse,
    settle: (settled: { kind: string; answer?: object }) => ({ status: 200, body: '', ...settled, ...settled.answer }),
  } as unknown as RouteRequest
  const answered = await submitInSlices({ ledger, database: { epoch: () => 0 } }, request, slicesOf(commands))
  const kind = String(Object(answered).kind ?? 'done')
  if (kind === 'mismatched') return { kind }
  const { refused, results } = JSON.parse(answered.bytes?.toString() ?? answered.body) as Record<string, unknown[]>
  return { kind, refused, results: results?.length, statuses: new Set(results?.map((one) => Object(one).status)) }
}

const whole = { kind: 'done', refused: 2_500, results: 2_500, statuses: new Set([404]) }

it('a large batch is booked in slices, one after the other, and a repetition books nothing again', async () => {
  const { ledger, submitted, keys } = createRefusingLedger()
  const commands = transfers(2_500)
  expect(await send(ledger, commands, keyed())).toEqual(whole)
  expect(submitted()).toEqual([0, 1_000, 1_000, 500])
  expect(keys()).toEqual(['key', 'key\n0', 'key\n1', 'key\n2'])
  expect(await send(ledger, commands, keyed())).toEqual({ ...whole, kind: 'replayed' })
  expect(submitted()).toEqual([])
})

it('a repetition of a batch that stopped in the middle books what is left', async () => {
  const { ledger, submitted, stopAfter } = createRefusingLedger()
  const commands = transfers(2_500)
  stopAfter(2)
  await expect(send(ledger, commands, keyed())).rejects.toMatchObject({ code: 'ledger_busy' })
  stopAfter(100)
  submitted()
  expect(await send(ledger, commands, keyed())).toEqual(whole)
  expect(submitted()).toEqual([1_000, 500])
})

it('another batch under its key is refused, and so is one that would be cut otherwise', async () => {
  const { ledger, submitted } = createRefusingLedger()
  await send(ledger, transfers(2_500), keyed())
  submitted()
  expect(await send(ledger, transfers(2_500), keyed('other'))).toEqual({ kind: 'mismatched' })
  expect(await send(ledger, transfers(1_500), keyed())).toEqual({ kind: 'mismatched' })
  expect(submitted()).toEqual([])
})

it('a program that does not know the slices answers a repetition as still running, during and after the batch', async () => {
  const { ledger, stored, stopAfter } = createRefusingLedger()
  stopAfter(2)
  await expect(send(ledger, transfers(2_500), keyed())).rejects.toMatchObject({ code: 'ledger_busy' })
  expect(stored('key')).toEqual(inUse)
  stopAfter(100)
  expect(await send(ledger, transfers(2_500), keyed())).toEqual(whole)
  expect(stored('key')).toEqual(inUse)
})

it('without a key and ids, a batch that stops in the middle is answered with its results so far', async () => {
  const { ledger, stopAfter } = createRefusingLedger()
  stopAfter(1)
  expect(await send(ledger, transfers(2_500))).toEqual({ ...whole, statuses: new Set([404, 503]) })
  stopAfter(0)
  await expect(send(ledger, transfers(2_500))).rejects.toMatchObject({ code: 'ledger_busy' })
  stopAfter(1)
  await expect(send(ledger, transfers(2_500, true))).rejects.toMatchObject({ code: 'ledger_busy' })
})

it('of large atomic groups, one is under way at a time, and books take turns', async () => {
  const begun: number[] = []
  let underWay = 0
  let most = 0
  const submit: Ledger['submit'] = async ({ commands: [command] }) => {
    begun.push(command?.book ?? 0)
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise(setImmediate)
    underWay -= 1
    throw new Fault({ code: 'ledger_busy', message: 'Too many.', retryable: true })
  }
  const ledger = { submit, submitOnce: () => Promise.reject(), dryRun: () => Promise.reject() }
  const routes = transferRoutes({ ledger, database: { epoch: () => 0 } })
  const route = routes.find(({ operation }) => operation === 'create_transfers')
  const items = Array.from({ length: 1_001 }, () => ({ source: 'a', destination: 'b', amount: 1, asset: 'USD' }))
  const ask = (number: number) =>
    route?.handle?.({
      caller: { principal: { id: `key of ${number}` }, book: { number } },
      signal: { aborted: false },
      body: { transfers: items, atomic: true },
    } as unknown as RouteRequest)
  await Promise.allSettled([1, 1, 1, 1, 2].map(ask))
  expect([most, begun.length]).toEqual([1, 5])
  expect(begun.slice(0, 3)).toContain(2)
})

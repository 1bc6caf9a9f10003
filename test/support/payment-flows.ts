import { setTimeout as sleep } from 'node:timers/promises'
import { poll } from '../../scripts/poll.ts'
import type { CrashPlace, PlaceAnswer } from './crash-place.ts'
import { patience } from './patience.ts'

/** Runs something over the API to its end, and describes the end in terms that two runs have in common. */
export type PaymentFlow = {
  readonly name: string
  readonly run: (scene: Scene) => Promise<unknown>
}

type Body = PlaceAnswer['body']

type Scene = {
  readonly place: CrashPlace
  /** Accounts of the flow: a customer's with 1,000.00, a merchant's and one for fees. */
  readonly customer: string
  readonly merchant: string
  readonly fees: string
  readonly lastOperation: number
  readonly post: (path: string, body?: object) => Promise<Body>
  readonly until: (path: string, isThere: (body: Body) => boolean) => Promise<Body>
}

export type FlowEnd = { readonly said: unknown; readonly balances: Body; readonly rails: readonly string[] }

const endMs = 25_000
let made = 0

/** The server was down for too long for the flow's case to happen: the flow is run again. */
class TooLate extends Error {}
const runsMax = 4

export async function runFlow(place: CrashPlace, flow: PaymentFlow): Promise<FlowEnd> {
  for (let run = 1; ; run += 1) {
    try {
      return await runOnce(place, flow)
    } catch (error) {
      if (!(error instanceof TooLate && run < runsMax)) throw error
    }
  }
}

async function runOnce(place: CrashPlace, flow: PaymentFlow): Promise<FlowEnd> {
  made += 1
  const scene = await setScene(place, `${made}`)
  const said = await flow.run(scene)
  const balances: Record<string, string> = {}
  for (const name of ['customer', 'merchant', 'fees'] as const) {
    const { body } = await place.ask('GET', `/v1/accounts/${scene[name]}`)
    balances[name] = `${body.posted} posted, ${body.pending} held`
  }
  return { said, balances, rails: (await operationsAfter(place, scene.lastOperation)).map(brief).sort() }
}

async function setScene(place: CrashPlace, name: string): Promise<Scene> {
  const post = async (path: string, body?: object) => {
    const answer = await place.ask('POST', path, body)
    if (answer.status >= 300) throw new Error(`POST ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const [customer, merchant, fees] = [`customers:${name}`, `merchants:${name}`, `fees:${name}`]
  await place.ask('POST', '/v1/accounts', { code: 'world', asset: 'USD', min_available: null })
  for (const code of [customer, merchant, fees]) await post('/v1/accounts', { code, asset: 'USD' })
  await post('/v1/transfers', { source: 'world', destination: customer, amount: 100_000, asset: 'USD' })
  const until: Scene['until'] = async (path, isThere) => {
    const times = { withinMs: patience(endMs), everyMs: 20 }
    const { body } = await poll(
      () => place.ask('GET', path),
      (answer) => isThere(answer.body),
      times,
    )
    if (isThere(body)) return body
    throw new Error(`${path} stayed as it is: ${JSON.stringify(body)}`)
  }
  return { place, customer, merchant, fees, lastOperation: await lastOperation(place), post, until }
}

type Operation = { readonly [field in 'id' | 'rail' | 'operation' | 'status' | 'amount']: string } & {
  readonly sequence: number
}

async function operationsAfter(place: CrashPlace, sequence: number): Promise<Operation[]> {
  const operations: Operation[] = []
  for (let after = sequence; ; ) {
    const { body } = await place.askRails('GET', `/records/operations?after=${after}&limit=1000`)
    operations.push(...body.data)
    if (!body.has_more) return operations
    after = body.data.at(-1).sequence
  }
}

async function lastOperation(place: CrashPlace): Promise<number> {
  return (await operationsAfter(place, 0)).at(-1)?.sequence ?? 0
}

const brief = ({ rail, operation, status, amount }: Operation) => `${rail} ${operation} ${amount} ${status}`

const isOver = ({ state }: Body) => state !== 'processing'

function amountsOf({ state, reason, amount_captured, amount_refunded, amount_capturable }: Body) {
  return { state, reason, amount_captured, amount_refunded, amount_capturable }
}

const pay = async ({ post, merchant }: Scene, source: object, also: object = {}): Promise<string> => {
  const body = { amount: 10_000, asset: 'USD', source, destination: merchant, ...also }
  return `/v1/payments/${(await post('/v1/payments', body)).id}`
}

const card = (behavior: string) => ({ rail: 'card', instrument: `card_${behavior}` })
const upi = (behavior: string) => ({ rail: 'upi', instrument: `${behavior}@upi` })

const charged = (name: string, source: object, isThere: (body: Body) => boolean = isOver): PaymentFlow => ({
  name,
  run: async (scene) => amountsOf(await scene.until(await pay(scene, source), isThere)),
})

const held = (name: string, source: (scene: Scene) => object, acts: [verb: string, body: object][]): PaymentFlow => ({
  name,
  run: async (scene) => {
    const path = await pay(scene, source(scene), { capture: 'manual' })
    let body = await scene.until(path, isOver)
    for (const [verb, asked] of acts) {
      const before = JSON.stringify(amountsOf(body))
      await scene.post(`${path}/${verb}`, asked)
      body = await scene.until(path, (now) => isSettled(now) && JSON.stringify(amountsOf(now)) !== before)
    }
    // The rest after a final capture is released afterwards.
    await scene.until(`${path}/timeline`, ({ data }) => data.every(isKnown))
    return amountsOf(body)
  },
})

const isKnown = ({ attempt }: Body) => !['submitting', 'pending', 'unknown'].includes(attempt?.state)

const isSettled = (body: Body) => isOver(body) && body.amount_capturing === '0'

const refunded = (name: string, source: (scene: Scene) => object): PaymentFlow => ({
  name,
  run: async (scene) => {
    const path = await pay(scene, source(scene))
    await scene.until(path, isOver)
    const payment = path.replace('/v1/payments/', '')
    const { id } = await scene.post('/v1/refunds', { payment, amount: 4_000 })
    const refund = await scene.until(`/v1/refunds/${id}`, isOver)
    return { refund: refund.state, ...amountsOf(await scene.until(path, isOver)) }
  },
})

const paidOut = (name: string, to: object): PaymentFlow => ({
  name,
  run: async ({ post, until, customer }) => {
    const { id } = await post('/v1/payouts', { amount: 5_000, asset: 'USD', source: customer, ...to })
    const { state, reason } = await until(`/v1/payouts/${id}`, isOver)
    return { state, reason }
  },
})

/** Two orders of the last one in stock: one is confirmed, the other is refunded. */
const lostRace = (coordinator: string): PaymentFlow => ({
  name: `orders ${coordinator}`,
  run: async ({ post, until, merchant }) => {
    const code = merchant.replace(':', '-')
    await post('/v1/items', { code, name: 'the last one', asset: 'USD', price: 2_500, stock: 1 })
    const order = { lines: [{ item: code, quantity: 1 }], source: card('ok'), destination: merchant, coordinator }
    const placed = await Promise.all([post('/v1/orders', order), post('/v1/orders', order)])
    const ended = await Promise.all(placed.map(({ id }) => until(`/v1/orders/${id}`, isOver)))
    const { body } = { body: await until(`/v1/items/${code}`, () => true) }
    return { states: ended.map(({ state }) => state).sort(), stock: body.stock }
  },
})

const canceledOrder: PaymentFlow = {
  name: 'order canceled',
  run: async ({ post, until, merchant }) => {
    const code = merchant.replace(':', '-')
    await post('/v1/items', { code, name: 'one of many', asset: 'USD', price: 2_500, stock: 5 })
    const body = { lines: [{ item: code, quantity: 2 }], source: card('ok'), destination: merchant, capture: 'manual' }
    const path = `/v1/orders/${(await post('/v1/orders', body)).id}`
    await until(path, isOver)
    await post(`${path}/cancel`)
    const order = await until(path, ({ state }) => state === 'refunded' || state === 'failed')
    return { state: order.state, stock: (await until(`/v1/items/${code}`, ({ stock }) => stock === 5)).stock }
  },
}

/** An operator's decision about a case; resolves when it is carried out. */
const decide = async ({ post, until }: Scene, path: string, action: string): Promise<Body> => {
  const isMeant = ({ subject }: Body) => path.endsWith(subject.id)
  const { data } = await until('/v1/cases', (list) => list.data.some(isMeant))
  const { id } = data.find(isMeant)
  await post(`/v1/cases/${id}/${action}`)
  return until(`/v1/cases/${id}`, ({ state }) => state === 'resolved')
}

const decided: PaymentFlow = {
  name: 'wrong amount, reversed by an operator',
  run: async ({ post, until, ...scene }) => {
    const path = await pay({ post, until, ...scene }, card('wrong_amount'))
    const review = await until(path, isOver)
    const resolved = await decide({ post, until, ...scene }, path, 'reverse')
    const after = await until(path, ({ state }) => state !== 'requires_review' && state !== 'processing')
    await until(`${path}/timeline`, ({ data: steps }) => JSON.stringify(steps).includes('refund.succeeded'))
    return { review: review.reason, resolution: resolved.resolution, ...amountsOf(after) }
  },
}

/** Canceled while the outcome is unknown. Then the rail reports a charge, and the money is refunded. */
const canceledTooLate: PaymentFlow = {
  name: 'card, charged after it was canceled',
  run: async (scene) => {
    const path = await pay(scene, card('unknown'))
    let operation: string | undefined
    while (operation === undefined) {
      await sleep(20)
      const found = await operationsAfter(scene.place, scene.lastOperation)
      operation = found.find(({ operation: kind }) => kind === 'charge')?.id
    }
    const complete = (outcome: string) => scene.place.askRails('POST', '/control/complete', { operation, outcome })
    const { status, body } = await scene.place.ask('POST', `${path}/cancel`)
    if (status >= 300) {
      // The case is open by now, because the rail did not report for so long.
      await complete('succeeded')
      await decide(scene, path, 'inquire')
      throw new TooLate(`POST ${path}/cancel: ${JSON.stringify(body)}`)
    }
    await complete('succeeded')
    await scene.until(`${path}/timeline`, ({ data: steps }) => JSON.stringify(steps).includes('refund.succeeded'))
    return amountsOf(await scene.until(path, isOver))
  },
}

const disputed: PaymentFlow = {
  name: 'card, disputed',
  run: async (scene) => {
    const path = await pay(scene, card('ok'))
    const { rail_reference: operation } = await scene.until(path, isOver)
    await scene.place.askRails('POST', '/control/disputes', { operation })
    return amountsOf(await scene.until(path, ({ amount_refunded }) => amount_refunded === '10000'))
  },
}

/** Challenged with evidence, and won: the money comes back. */
const challenged: PaymentFlow = {
  name: 'dispute challenged and won',
  run: async (scene) => {
    const path = await pay(scene, card('ok'))
    const { rail_reference: operation } = await scene.until(path, isOver)
    const opened = await scene.place.askRails('POST', '/control/disputes', { operation, stage: 'opened' })
    const list = `/v1/disputes?payment=${path.replace('/v1/payments/', '')}`
    const isAt = (stage: string) => (body: Body) => body.data[0]?.stage === stage
    const { data } = await scene.until(list, isAt('opened'))
    await scene.post(`/v1/disputes/${data[0].id}/challenge`, { evidence: [{ text: 'It was delivered.' }] })
    await scene.until(list, isAt('challenged'))
    await scene.place.askRails('POST', `/control/disputes/${opened.body.id}`, { stage: 'won' })
    await scene.until(list, isAt('won'))
    const { evidence } = await scene.until(`/v1/disputes/${data[0].id}`, () => true)
    return { evidence: evidence.length, ...amountsOf(await scene.until(path, isOver)) }
  },
}

/** Its payee gives nothing back. Meanwhile somebody has paid in unasked. */
const recalled: PaymentFlow = {
  name: 'payout over upi, recalled in vain',
  run: async ({ place, post, until, customer }) => {
    const asked = { rail: 'upi', amount: '700', asset: 'USD', instrument: 'shop@upi' }
    const credit = (await place.askRails('POST', '/control/credits', asked)).body.id
    const { id } = await post('/v1/payouts', {
      amount: 5_000,
      asset: 'USD',
      source: customer,
      ...upi('recall_refused'),
    })
    const { state, reason } = await until(`/v1/payouts/${id}`, isOver)
    await post(`/v1/payouts/${id}/recall`, { reason: 'duplicate' })
    const isRefused = ({ data }: Body) => JSON.stringify(data).includes('refused the recall')
    await until(`/v1/payouts/${id}/timeline`, isRefused)
    const isThere = ({ detail }: Body) => detail.includes(credit)
    await until('/v1/cases?queue=payments&reason=incoming_credit&limit=100', ({ data }) => data.some(isThere))
    return { state, reason }
  },
}

/** Canceled while the lane is paused, so that it has not started. */
const canceledPayout: PaymentFlow = {
  name: 'payout canceled',
  run: async ({ place, post, until, customer }) => {
    await post('/v1/lanes/standard/pause')
    await sleep(pauseTakesMs)
    const { id } = await post('/v1/payouts', { amount: 5_000, asset: 'USD', source: customer, ...upi('asha') })
    const canceled = await place.ask('POST', `/v1/payouts/${id}/cancel`)
    await post('/v1/lanes/standard/resume')
    // A worker that was slow to learn of the pause has started it.
    if (canceled.status >= 300) throw new TooLate(`POST /v1/payouts/${id}/cancel: ${JSON.stringify(canceled.body)}`)
    const { state, reason } = await until(`/v1/payouts/${id}`, isOver)
    return { state, reason }
  },
}

const pauseTakesMs = 1_500

const fromWallet = ({ customer }: Scene) => ({ wallet: customer })

/** Together these flows pass every fault point. */
export const paymentFlows: readonly PaymentFlow[] = [
  {
    name: 'wallet, shares and a fee',
    run: async (scene) => {
      const { merchant, fees } = scene
      const shares = { destination: undefined, destinations: [{ account: merchant, amount: 9_700 }] }
      const path = await pay(scene, fromWallet(scene), { ...shares, fee: { account: fees, amount: 300 } })
      return amountsOf(await scene.until(path, isOver))
    },
  },
  held('wallet, held and captured in part', fromWallet, [
    ['capture', { amount: 3_000, final: false }],
    ['cancel', {}],
  ]),
  refunded('wallet, refunded', fromWallet),
  refunded('card, refunded', () => card('ok')),
  held('card, grown, captured twice', () => card('ok'), [
    ['increment', { amount: 2_000 }],
    ['capture', { amount: 5_000, final: false }],
    ['capture', { amount: 4_000, final: true }],
  ]),
  held('card, canceled', () => card('ok'), [['cancel', {}]]),
  charged('card, no answer but it happened', card('timeout_happened')),
  charged('card, no answer and it did not happen', card('timeout_not_happened')),
  charged('upi, reported by a callback', upi('asha')),
  canceledTooLate,
  charged('bank, reported by a statement', { rail: 'bank', instrument: 'GB33BUKB20201555555555' }),
  recalled,
  paidOut('payout in a file', { rail: 'netbank', instrument: 'netbank_ok' }),
  paidOut('payout over the bank, returned', { rail: 'bank', instrument: 'GB33BUKB20201555AM04' }),
  canceledPayout,
  disputed,
  challenged,
  decided,
  lostRace('orchestrated'),
  lostRace('choreographed'),
  canceledOrder,
]

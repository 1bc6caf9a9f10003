import { describe, expect, it } from 'vitest'
import { eventually, useReportingRails } from '../../test/support/simulated-rails.ts'

const { rails, receiver } = useReportingRails({ lateMs: 20 })

const charge = async (key: string, instrument = 'card_ok') =>
  (await rails().post('/card/charges', { amount: '100', asset: 'INR', instrument }, key)).body
const open = async (operation: string, more: object = {}) =>
  (await rails().control('disputes', { operation, stage: 'opened', ...more })).body
const move = (id: string, stage: string) => rails().control(`disputes/${id}`, { stage })
const net = async () => (await rails().get('/records')).body.net
const reported = () => receiver().received.map(({ event }) => event.type)
const text = { media_type: 'text/plain', content: Buffer.from('It was delivered.').toString('base64') }

describe('a dispute by stages', () => {
  it('takes the money of a card at the opening, and returns it when it is won', async () => {
    const { id } = await charge('c1')
    const dispute = await open(id, { amount: '70', reason: '4837', fee: '15', evidence_due_ms: 60_000 })
    expect(dispute).toMatchObject({
      stage: 'opened',
      status: 'succeeded',
      amount: '70',
      response_code: '4837',
      fee: '15',
    })
    expect(await net()).toMatchObject([{ net: '30' }])
    await move(dispute.id, 'challenged')
    expect((await move(dispute.id, 'won')).body).toMatchObject({ stage: 'won', status: 'failed' })
    expect(await net()).toMatchObject([{ net: '100' }])
    await eventually(() => expect(reported().sort()).toEqual(['dispute.challenged', 'dispute.opened', 'dispute.won']))
    expect((await rails().get(`/card/operations/${id}`)).body).toMatchObject({ amount_disputed: '0' })
  })

  it('takes the money of UPI only at the end', async () => {
    await rails().post('/upi/collects', { amount: '100', asset: 'INR', instrument: 'asha@upi' }, 'u1')
    const found = () => rails().get('/upi/operations?idempotency_key=u1')
    await eventually(async () => expect((await found()).body.status).toBe('succeeded'))
    const dispute = await open((await found()).body.id)
    expect(dispute.status).toBe('pending')
    expect(await net()).toMatchObject([{ net: '100' }])
    await move(dispute.id, 'lost')
    expect(await net()).toMatchObject([{ net: '0' }])
  })

  it.each([
    ['card_dispute_open', ['dispute.opened'], '0'],
    ['card_dispute_won', ['dispute.opened', 'dispute.won'], '100'],
    ['card_dispute_lost', ['dispute.lost', 'dispute.opened'], '0'],
  ])('is opened without a request for %s', async (instrument, types, left) => {
    await charge('c1', instrument)
    await eventually(() => expect(reported().sort()).toEqual(types))
    expect(await net()).toMatchObject([{ net: left }])
  })

  it('is challenged with bounded evidence, once for a key', async () => {
    const dispute = await open((await charge('c1')).id)
    const path = `/card/disputes/${dispute.id}/challenge`
    const evidence = [text, { ...text, name: 'proof.txt' }]
    const answer = await rails().post(path, { evidence }, 'k1')
    expect([answer.status, answer.body.stage]).toEqual([200, 'challenged'])
    expect(answer.body.evidence).toMatchObject([{ name: null, bytes: 17 }, { name: 'proof.txt' }])
    expect((await rails().post(path, { evidence }, 'k1')).body.evidence).toHaveLength(2)
    expect((await rails().post(path, { evidence }, 'k2')).body.code).toBe('dispute_not_open')
    expect((await rails().post(`/card/disputes/${dispute.id}/accept`, {}, 'k1')).body.code).toBe(
      'idempotency_key_reused',
    )
    const large = { ...text, content: Buffer.alloc(128 * 1024 + 1).toString('base64') }
    expect((await rails().post(path, { evidence: [large] }, 'k3')).body.param).toBe('evidence')
  })

  it('is accepted, and then cannot be challenged', async () => {
    const dispute = await open((await charge('c1')).id)
    expect((await rails().post(`/card/disputes/${dispute.id}/accept`, {}, 'k1')).body.stage).toBe('accepted')
    expect((await rails().post(`/card/disputes/${dispute.id}/challenge`, { evidence: [text] }, 'k2')).status).toBe(409)
    expect(await net()).toMatchObject([{ net: '0' }])
  })

  it('expires when its time for evidence is over', async () => {
    await open((await charge('c1')).id, { evidence_due_ms: 30 })
    await eventually(() => expect(reported().sort()).toEqual(['dispute.expired', 'dispute.opened']))
  })

  it('is unknown to the bank, whose disputes are over at once', async () => {
    await rails().post('/bank/direct-debits', { amount: '100', asset: 'INR', instrument: 'GB00OK' }, 'd1')
    await rails().control('close-day', {})
    const { id } = (await rails().get('/bank/operations?idempotency_key=d1')).body
    expect((await rails().control('disputes', { operation: id, stage: 'opened' })).body.param).toBe('stage')
  })
})

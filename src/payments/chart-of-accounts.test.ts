import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { RailPlan } from '../../test/support/model-rail.ts'
import { clearingOf, suspense, type World } from '../../test/support/payments-world.ts'
import { reportDispute } from '../../test/support/payments-world-disputes.ts'
import { cardSource, createStage, type Stage } from '../../test/support/payments-world-play.ts'
import { newCapture, newPayment, newPayout, newRefund } from '../../test/support/payments-world-requests.ts'
import { chartOfAccounts } from './chart-of-accounts.ts'
import { machines } from './machines/machines.ts'

/** The worked examples of the chart of accounts: every flow, run on the model, with its bookings. */
type Example = {
  readonly title: string
  readonly plans?: readonly RailPlan[]
  readonly begin?: (stage: Stage) => void
  /** The steps: the text of the table, and the action. */
  readonly steps: readonly (readonly [what: string, doing: (stage: Stage) => void])[]
}

const shared = {
  amount: 10_000n,
  destinations: [
    { account: 'shop', amount: 8_000n },
    { account: 'partner', amount: 1_500n },
  ],
  fee: { account: 'fees', amount: 500n },
}
const wallet = { kind: 'wallet', account: 'wallet' } as const
const fundWallet = ({ world }: Stage) => world.books.fund('wallet', 10_000n)

const first = (world: World) => [...world.payments.keys()][0] ?? ''
const pay = (parts: Partial<Parameters<typeof newPayment>[1]>) => (stage: Stage) => {
  newPayment(stage.world, { source: cardSource, ...shared, ...parts })
  stage.settle()
}
const capture = (amount: bigint, final: boolean) => (stage: Stage) => {
  const made = newCapture(stage.world, first(stage.world), amount, final)
  stage.world.input('capture', made?.id ?? '', { kind: 'start' })
  stage.settle()
}
const refund = (amount: bigint, to?: string) => (stage: Stage) => {
  const from = [
    { account: 'shop', amount: (amount * 80n) / 100n },
    { account: 'partner', amount: (amount * 15n) / 100n },
    { account: 'fees', amount: (amount * 5n) / 100n },
  ]
  const made = newRefund(stage.world, first(stage.world), { amount, from, ...(to === undefined ? {} : { to }) })
  stage.world.input('refund', made?.id ?? '', { kind: 'start' })
  stage.settle()
}
const dispute = (amount: bigint) => (stage: Stage) => {
  const [charge] = stage.card.operations()
  if (charge !== undefined) stage.card.dispute(charge, amount)
  stage.world.input('payment', first(stage.world), { kind: 'dispute', amount, railReference: 'dsp_1', rail: 'card' })
}
const openedDispute = (amount: bigint) => (stage: Stage) => {
  const [charge] = stage.card.operations()
  const opened = charge && stage.card.openDispute(charge, { amount, stage: 'opened', at: 1 })
  if (opened !== undefined) reportDispute(stage.world, opened)
}
const wonDispute = (stage: Stage) => {
  const [opened] = stage.card.disputes()
  if (opened === undefined) return
  stage.card.moveDispute(opened, { stage: 'won', at: 2 })
  reportDispute(stage.world, opened)
}
const payOut = (stage: Stage) => {
  newPayout(stage.world, { amount: 5_000n })
  stage.settle()
}
const comeBack = (amount: bigint) => (stage: Stage) => {
  const operation = stage.card.operations().at(-1)
  const made = operation && stage.card.comeBack(operation, amount)
  if (made !== undefined) {
    stage.world.mail.push({ attempt: operation?.id ?? '', outcome: { kind: 'returned', ...made } })
  }
  stage.settle()
}
const cancel = ({ world }: Stage) => world.input('payment', first(world), { kind: 'cancel' })
const settleAtRail = (stage: Stage) => {
  for (const operation of stage.card.operations()) stage.card.settle(operation, true)
  stage.callBack()
}
const decide = (action: 'reverse') => (stage: Stage) => {
  stage.world.input('payment', first(stage.world), { kind: 'decision', decision: { action } })
  stage.settle()
}
const writeOffDebt = ({ world }: Stage) => {
  const decision = { action: 'write_off', text: 'The shop is gone.' } as const
  world.input('payment', first(world), { kind: 'decision', decision, about: 'booking_refused' })
}

const examples: readonly Example[] = [
  {
    title: 'Wallet to wallets, with a fee',
    begin: fundWallet,
    steps: [['paid', pay({ source: wallet })]],
  },
  {
    title: 'Wallet to wallets, captured in parts',
    begin: fundWallet,
    steps: [
      ['authorized', pay({ source: wallet, capture: 'manual' })],
      ['6,000 captured', capture(6_000n, false)],
      ['2,500 captured, the last', capture(2_500n, true)],
    ],
  },
  { title: 'Rail to wallets, with a fee', steps: [['charged', pay({})]] },
  {
    title: 'Rail to wallets, authorized first and captured in parts',
    steps: [
      ['authorized: the payer’s bank holds it', pay({ capture: 'manual' })],
      ['3,333 captured', capture(3_333n, false)],
      ['3,334 captured, the last; the rest is released at the rail', capture(3_334n, true)],
    ],
  },
  {
    title: 'Refund over the rail',
    steps: [
      ['charged', pay({})],
      ['refunded 4,000', refund(4_000n)],
    ],
  },
  {
    title: 'Refund to a wallet',
    steps: [
      ['charged', pay({})],
      ['refunded 4,000', refund(4_000n, 'wallet')],
    ],
  },
  {
    title: 'Payout',
    begin: ({ world }) => world.books.fund('shop', 8_000n),
    steps: [['paid out', payOut]],
  },
  {
    title: 'Payout that the rail declines',
    plans: [{ effect: 'declined', isTold: true }],
    begin: ({ world }) => world.books.fund('shop', 8_000n),
    steps: [['declined', payOut]],
  },
  {
    title: 'Canceled while the rail was taking it',
    plans: [{ effect: 'pending', isTold: true }],
    steps: [
      ['accepted by the rail', pay({})],
      ['canceled', cancel],
      ['the rail has taken it', settleAtRail],
    ],
  },
  {
    title: 'A success that comes too late',
    plans: [{ effect: 'turned', isTold: true }],
    steps: [
      ['declined', pay({})],
      ['the rail has taken it after all', settleAtRail],
    ],
  },
  {
    title: 'A wrong amount, returned',
    plans: [{ effect: 'done', isTold: true, excess: -1_000n }],
    steps: [
      ['9,000 of 10,000 taken', pay({})],
      ['an operator reverses it', decide('reverse')],
    ],
  },
  {
    title: 'Dispute',
    steps: [
      ['charged', pay({})],
      ['the rail takes back 10,000', dispute(10_000n)],
    ],
  },
  {
    title: 'Dispute that is won',
    steps: [
      ['charged', pay({})],
      ['a dispute of 5,000 is opened', openedDispute(5_000n)],
      ['it is won', wonDispute],
    ],
  },
  {
    title: 'Dispute of what had been refunded in part',
    steps: [
      ['charged', pay({})],
      ['refunded 4,000', refund(4_000n)],
      ['the rail takes back 10,000; an operator decides about the 4,000', dispute(10_000n)],
    ],
  },
  {
    title: 'Dispute that the recipients cannot pay, written off, and won after all',
    steps: [
      ['charged', pay({})],
      [
        'a dispute of 5,000 is opened; the shop’s account is frozen, so it is owed',
        (stage) => {
          stage.world.books.freeze('shop', true)
          openedDispute(5_000n)(stage)
        },
      ],
      ['two operators write off what is owed', writeOffDebt],
      ['the dispute is won', wonDispute],
    ],
  },
  {
    title: 'Payout that comes back',
    begin: ({ world }) => world.books.fund('shop', 8_000n),
    steps: [
      ['paid out', payOut],
      ['the rail returns it', comeBack(5_000n)],
    ],
  },
  {
    title: 'Payout that comes back while its account is frozen',
    begin: ({ world }) => world.books.fund('shop', 8_000n),
    steps: [
      ['paid out', payOut],
      [
        'the rail returns it',
        (stage) => {
          stage.world.books.freeze('shop', true)
          comeBack(5_000n)(stage)
        },
      ],
      [
        'the account takes it, and an operator retries',
        (stage) => {
          stage.world.books.freeze('shop', false)
          const [payout = ''] = [...stage.world.payouts.keys()]
          const about = 'booking_refused'
          stage.world.input('payout', payout, { kind: 'decision', decision: { action: 'retry' }, about })
        },
      ],
    ],
  },
  {
    title: 'Refund that comes back in part',
    steps: [
      ['charged', pay({})],
      ['refunded 4,000', refund(4_000n)],
      ['the rail returns 1,000 of it', comeBack(1_000n)],
    ],
  },
  {
    title: 'Charge that comes back',
    steps: [
      ['charged', pay({})],
      ['the rail returns it', comeBack(10_000n)],
    ],
  },
]

it('the chart names the accounts that the examples use', () => {
  expect(chartOfAccounts.clearing({ rail: 'card', asset: 'USD' })).toBe(clearingOf('card'))
  expect(chartOfAccounts.suspense('USD')).toBe(suspense)
})

it('every worked example of the chart of accounts matches the bookings of the machines', async () => {
  const path = join(import.meta.dirname, '../../docs/reference/chart-of-accounts.md')
  const page = readFileSync(path, 'utf8')
  const [before = '', rest = ''] = page.split(/(?<=<!-- examples:[^\n]*-->\n)/)
  const after = rest.slice(rest.indexOf('<!-- end of examples -->'))
  await expect(`${before}\n${examples.map(render).join('\n')}\n${after}`).toMatchFileSnapshot(path)
})

function render({ title, plans, begin, steps }: Example): string {
  const stage = createStage(machines, plans)
  begin?.(stage)
  const opening = balances(stage)
  const legs = new Map<string, string>()
  const rows = steps.flatMap(([what, doing]) => {
    const from = stage.world.steps.length
    doing(stage)
    const booked = stage.world.steps.slice(from).flatMap(({ transition }) => transition.commands ?? [])
    const lines = booked.map((command) => {
      if (command.kind !== 'create') {
        const leg = legs.get(command.id) ?? ''
        const amount = command.kind === 'post' ? number(command.amount ?? 0n) : ''
        const whole = command.kind === 'post' && command.amount === undefined
        return `${leg.replace(/\| [\d,]+ \|$/, (held) => (amount === '' || whole ? held : `| ${amount} |`))} ${command.kind === 'post' ? 'posted' : 'voided'} |`
      }
      const leg = `\`${command.source}\` | \`${command.destination}\` | ${number(command.amount)} |`
      legs.set(command.id, leg)
      return `${leg} ${command.pending === true ? 'held' : ''} |`
    })
    const shown = lines.length > 0 ? lines : ['| | | nothing is booked |']
    return shown.map((line, at) => `| ${at === 0 ? what : ''} | ${line}`)
  })
  return [
    `### ${title}`,
    '',
    ...(opening === '' ? [] : [`Before: ${opening}.`, '']),
    '| step | debit | credit | amount | |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    `After: ${balances(stage) || 'every account is at zero'}.`,
    '',
  ].join('\n')
}

function balances(stage: Stage): string {
  return Object.entries(stage.balances())
    .filter(([code]) => code !== 'world')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, posted]) => `\`${code}\` ${number(posted)}`)
    .join(', ')
}

function number(amount: bigint): string {
  return amount.toString().replace(/\B(?=(\d{3})+$)/g, ',')
}

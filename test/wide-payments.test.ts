import { expect, it } from 'vitest'
import { opening, patience, share, startTestPayments } from '#testing'

it(
  'payments with the most destinations allowed are booked together, each once and at the first try',
  async () => {
    const test = await startTestPayments()
    await test.openWith('payer', 1_000_000n)
    const wallets = Array.from({ length: 500 }, (_, n) => `wallet:${n}`)
    await test.database.transaction((tx) =>
      test.ledger.createAccounts(
        tx,
        wallets.map((code) => opening(code)),
      ),
    )
    // More commands than one batch of the ledger has positions for.
    const payments = await Promise.all(
      Array.from({ length: 200 }, (_, payment) => {
        const destinations = Array.from({ length: 100 }, (__, n) => share(wallets[(payment * 100 + n) % 500] ?? '', 1n))
        return test.pay({ amount: 100n, destinations })
      }),
    )
    for (const { id } of payments) expect(await test.end('payment', id)).toMatchObject({ row: { state: 'succeeded' } })
    expect(test.payments.statistics().inputs).toBe(200)
    expect(await test.balances('payer')).toEqual([1_000_000n - 20_000n, 0n, 0n])
    for (const code of wallets) expect(await test.balances(code)).toEqual([40n, 0n, 0n])
    await test.stop()
  },
  patience(120_000),
)

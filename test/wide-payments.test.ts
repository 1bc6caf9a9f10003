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
    const inputsOfRound = async () => {
      const before = test.payments.statistics().inputs
      const payments = await Promise.all(
        Array.from({ length: 200 }, (_, payment) => {
          const at = (n: number) => wallets[(payment * 100 + n) % 500] ?? ''
          return test.pay({ amount: 100n, destinations: Array.from({ length: 100 }, (__, n) => share(at(n), 1n)) })
        }),
      )
      for (const { id } of payments)
        expect(await test.end('payment', id)).toMatchObject({ row: { state: 'succeeded' } })
      return test.payments.statistics().inputs - before
    }
    // A batch that a slow machine does not finish in time is tried again. One that is too large never succeeds at once.
    const tries: number[] = []
    while (tries.at(-1) !== 200 && tries.length < 5) tries.push(await inputsOfRound())
    expect(tries.at(-1)).toBe(200)
    expect(await test.balances('payer')).toEqual([1_000_000n - 20_000n * BigInt(tries.length), 0n, 0n])
    for (const code of wallets) expect(await test.balances(code)).toEqual([40n * BigInt(tries.length), 0n, 0n])
    await test.stop()
  },
  patience(120_000),
)

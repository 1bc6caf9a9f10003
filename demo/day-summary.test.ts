import { describe, expect, it } from 'vitest'
import { type BooksVerdict, type DaySummary, isBalanced, renderSummary, renderVerdict } from './day-summary.ts'

const summary: DaySummary = {
  accounts: 1200,
  moved: [
    { asset: 'INR', transfers: 12_345, amount: 123_456_789n },
    { asset: 'BAZAAR-PT', transfers: 7, amount: 900n },
  ],
  refusals: [
    { code: 'insufficient_funds', count: 80, example: 'the wallet is empty' },
    { code: 'account_frozen', count: 1, example: 'frozen at noon' },
  ],
  throughput: [
    { name: 'in batches', transfers: 4000, seconds: 0.25 },
    { name: 'one by one', transfers: 100, seconds: 0.05, latenciesMs: [1, 2, 3, 40] },
  ],
  stories: [{ title: 'a replay', text: 'booked once' }],
}

const verdict: BooksVerdict = {
  books: [{ asset: 'INR', debit: 500n, credit: 500n }],
  verification: { ok: true, seconds: 0.31, checks: [{ name: 'conserved', ok: true, checked: 1234, findings: [] }] },
}

const style = { colors: false, scaleOf: (asset: string) => (asset === 'INR' ? 2 : 0) }

describe('the summary of the day', () => {
  it('reports the amounts that moved in the units of each asset', () => {
    const text = renderSummary(summary, style)
    expect(text).toContain('what moved among 1,200 accounts')
    expect(text).toContain('INR            12,345   1,234,567.89')
    expect(text).toContain('BAZAAR-PT           7            900')
  })

  it('reports the most frequent refusal with its reason, and names the others', () => {
    const text = renderSummary(summary, style)
    expect(text).toContain('insufficient_funds 80 times: the wallet is empty')
    expect(text).toContain('refused as they must be: account_frozen')
  })

  it('reports that nothing was refused', () => {
    expect(renderSummary({ ...summary, refusals: [] }, style)).toContain('Nothing was refused.')
  })

  it('gives speed per second, and latencies where requests went one by one', () => {
    const text = renderSummary(summary, style)
    expect(text).toContain(' 16,000 transfers/s')
    expect(text).toContain('  2,000 transfers/s   half within 3.0 ms, 99% within 40.0 ms')
  })

  it('reports that the books balance when they do', () => {
    const text = renderVerdict(verdict, style)
    expect(isBalanced(verdict)).toBe(true)
    expect(text).toContain('sums to zero')
    expect(text).toContain('ok     conserved                1,234 checked')
    expect(text).toContain('The books balance.')
  })

  it('reports by how much the books do not balance, and the findings', () => {
    const off: BooksVerdict = {
      books: [{ asset: 'INR', debit: 500n, credit: 420n }],
      verification: {
        ok: false,
        seconds: 1,
        checks: [{ name: 'conserved', ok: false, checked: 3, findings: ['book main, INR: entries sum to -80'] }],
      },
    }
    const text = renderVerdict(off, style)
    expect(isBalanced(off)).toBe(false)
    expect(text).toContain('off by -0.80')
    expect(text).toContain('book main, INR: entries sum to -80')
    expect(text).toContain('The books do not balance.')
    expect(text).not.toContain('The books balance.')
  })

  it('has no escape codes unless colors are requested', () => {
    expect(renderSummary(summary, style)).not.toContain('\u001b')
    expect(renderSummary(summary, { ...style, colors: true })).toContain('\u001b[33m')
  })
})

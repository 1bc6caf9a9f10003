import { share, type TestPayments } from './test-payments.ts'
import { verifyAll } from './verify-all.ts'

// Many payments for races, and what became of their money by the rows and by the books.

export async function payMany(test: TestPayments, count: number, also: Parameters<TestPayments['pay']>[0] = {}) {
  await test.openWith('payer', 100n * BigInt(count))
  // With money of its own, so that the books do not refuse an excess refund.
  await test.openWith('shop', 100n * BigInt(count))
  return Promise.all(
    Array.from({ length: count }, async () => {
      const { id } = await test.pay({ destinations: [share('shop', 100n)], ...also })
      await test.end('payment', id)
      return id
    }),
  )
}

/** The findings of the program's own verification, in the ledger and between it and payments. */
export function findingsOf({ database }: TestPayments): Promise<string[]> {
  return verifyAll(database)
}

/** For each payment, the refunded amount of its row, the amount that transfers took from its shop, and the loss. */
export async function givenBack({ database }: TestPayments) {
  return database.query<{ captured: number; said: number; taken: number; lost: number }>({
    text: `with named as (
        select distinct s.root_id, name.id::uuid as transfer_id
        from payments.steps s cross join lateral json_array_elements_text(s.transfers) name (id)
        where s.transfers is not null
      ), moved as (
        select n.root_id, source.code,
          case when t.flags & 1 = 0 then t.amount when r.kind = 3 then r.amount
            when r.kind is null then t.amount else 0 end as amount
        from named n
        join ledger.transfers t on t.id = n.transfer_id and t.flags < 4
        left join ledger.resolutions r on r.transfer = t.position
        join ledger.accounts source on source.number = t.source
      )
      select p.amount_captured::integer as captured, (p.amount_refunding + p.amount_refunded)::integer as said,
        coalesce(sum(m.amount) filter (where m.code = 'shop'), 0)::integer as taken,
        (- p.amount_suspended)::integer as lost
      from payments.payments p left join moved m on m.root_id = p.id
      group by p.book_id, p.id`,
  })
}

import type { Uuid } from '#kernel'
import type { NewPayment } from '#payments'
import { derivedUuid } from '#platform/ids'
import type { Order } from './order.ts'

type Paid = Pick<Order, 'book' | 'amount' | 'asset' | 'source' | 'destination' | 'capture' | 'metadata'> & {
  readonly vendor?: string | undefined
}

/** Its id is the same on every server: the rail gets one request, even if the database has lost the payment since. */
export function paymentFor(order: Paid, checkout: Uuid): NewPayment & { readonly id: Uuid } {
  const { book, amount, asset, source, destination, capture, vendor, metadata } = order
  return {
    ...{ id: derivedUuid(checkout, 'payment'), book, amount, asset, source, capture, metadata },
    destinations: [{ account: destination, amount }],
    ...(vendor !== undefined && { vendor }),
  }
}

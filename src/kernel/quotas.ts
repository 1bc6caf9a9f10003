/** A sender, such as a key, and the group it belongs to, such as the key's book. */
export type Taker = { readonly group: string | number; readonly sender: string }

/**
 * Divides a scarce resource by the amounts that senders and groups hold now. A sender may take more while it holds less
 * than is free, and while its group holds less than twice what is then free. So one sender gets at most half, and two
 * greedy senders a third each. A group gets at most two thirds. There is always room for the next sender.
 */
export type Quotas = {
  readonly take: (taker: Taker, amount: number) => boolean
  readonly release: (taker: Taker, amount: number) => void
  readonly of: (taker: Taker) => number
  readonly taken: () => number
}

/** Names with an amount of zero are kept, to avoid an insert and a delete per request. */
const idleNamesMax = 10_000

export function createQuotas(max: number): Quotas {
  const senders = new Map<string, number>()
  const groups = new Map<string | number, number>()
  let taken = 0
  return {
    take: ({ group, sender }, amount) => {
      const ofSender = (senders.get(sender) ?? 0) + amount
      const ofGroup = (groups.get(group) ?? 0) + amount
      if (ofSender > max - taken || ofGroup > 2 * (max - taken - amount)) return false
      senders.set(sender, ofSender)
      groups.set(group, ofGroup)
      taken += amount
      return true
    },
    release: ({ group, sender }, amount) => {
      if (amount === 0) return
      lower(senders, sender, amount)
      lower(groups, group, amount)
      taken -= amount
    },
    of: ({ sender }) => senders.get(sender) ?? 0,
    taken: () => taken,
  }
}

function lower<Name>(amounts: Map<Name, number>, name: Name, amount: number): void {
  const left = (amounts.get(name) ?? 0) - amount
  if (left === 0 && amounts.size > idleNamesMax) amounts.delete(name)
  else amounts.set(name, left)
}

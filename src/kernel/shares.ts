/** A sender, such as a key, and the group it belongs to, such as the key's book. */
export type Taker = { readonly group: string | number; readonly sender: string }

/**
 * Divides a scarce resource among senders, and among their groups, by the amounts they have now. A sender may take more
 * while it has less than is free, and while its group has less than twice the amount that is then free. So one sender
 * gets at most half. Two senders that ask for all they can get a third each. All senders of a group together get two
 * thirds, however many they are. There is always room for the next sender.
 */
export type Shares = {
  /** Takes an amount; false when the sender must try again later. */
  readonly take: (taker: Taker, amount: number) => boolean
  /** Returns an amount that was taken. */
  readonly release: (taker: Taker, amount: number) => void
  /** The amount that the sender has now. */
  readonly of: (taker: Taker) => number
  /** The amount that all senders have now. */
  readonly taken: () => number
}

/** Names kept with an amount of zero, so that an entry is not created and removed for every request. */
const idleNamesMax = 10_000

export function createShares(max: number): Shares {
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

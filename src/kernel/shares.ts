/** Who takes: a sender, such as a key, and the group it belongs to, such as the key's book. */
export type Taker = { readonly group: string | number; readonly sender: string }

/**
 * Divides what is scarce among senders, and among the groups they belong to, by what each has now. A sender may take
 * more as long as it has less than is free, and as long as its group has less than twice of what is then free. So
 * one sender gets at most half, two that ask for all they can get a third each, all senders of a group together two
 * thirds however many they are, and there is always room for the next.
 */
export type Shares = {
  /** Takes for somebody; false when it has to ask again later. */
  readonly take: (taker: Taker, amount: number) => boolean
  /** Gives back what was taken. */
  readonly release: (taker: Taker, amount: number) => void
  /** What the sender has now. */
  readonly of: (taker: Taker) => number
  /** What is taken now, by all. */
  readonly taken: () => number
}

/** Names remembered that hold nothing now: an entry is not made and removed for every request. */
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

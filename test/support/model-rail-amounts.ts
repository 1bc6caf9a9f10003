/** A refund of it came back. */
export function takeAgain(taken: readonly { readonly done: bigint; left: bigint }[], amount: bigint): void {
  let rest = amount
  for (const one of taken) {
    const room = one.done - one.left
    const part = room < rest ? room : rest
    one.left += part
    rest -= part
  }
}

export function giveBack(taken: readonly { left: bigint }[], amount: bigint): boolean {
  if (taken.reduce((sum, one) => sum + one.left, 0n) < amount) return false
  let rest = amount
  for (const one of taken) {
    const part = one.left < rest ? one.left : rest
    one.left -= part
    rest -= part
  }
  return true
}

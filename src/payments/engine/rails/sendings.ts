/** What is sent to rails after the commit of its message. Another try is stored before, so a failure loses nothing. */
export function createSendings<Due>(
  send: (due: Due) => Promise<void>,
  onFault: (error: Error) => void,
): {
  /** `onSent` is called for each, whether or not it failed. */
  readonly sendAll: (due: readonly Due[], onSent: (due: Due) => void) => Promise<void>
  /** Waits for what is under way. */
  readonly stop: () => Promise<void>
} {
  const underWay = new Set<Promise<void>>()
  const track = (work: Promise<void>) => {
    const tracked = work.catch(onFault).finally(() => underWay.delete(tracked))
    underWay.add(tracked)
    return tracked
  }
  return {
    sendAll: async (due, onSent) => {
      await Promise.all(due.map((one) => track(send(one)).finally(() => onSent(one))))
    },
    stop: async () => {
      await Promise.all(underWay)
    },
  }
}

/** Looks until it sees what is wanted or the time is over. Returns what it saw last. */
export async function poll<Seen>(
  look: () => Seen | Promise<Seen>,
  isWanted: (seen: Seen) => boolean,
  { withinMs, everyMs }: { readonly withinMs: number; readonly everyMs: number },
): Promise<Seen> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const seen = await look()
    if (isWanted(seen) || performance.now() > deadline) return seen
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

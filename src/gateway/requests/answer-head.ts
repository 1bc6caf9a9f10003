/** Of the connection to the other process. */
const ofConnection: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
])

/** What of an answer's headers goes to the client, names and values alternating. */
export function answerHeaders(headers: readonly string[]): string[] {
  const kept: string[] = []
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string
    if (!ofConnection.has(name)) kept.push(name, headers[at + 1] as string)
  }
  return kept
}

export function answerHeader(headers: readonly string[], wanted: string): string | undefined {
  const at = headers.findIndex((name, place) => place % 2 === 0 && name === wanted)
  return at === -1 ? undefined : headers[at + 1]
}

import { Fault } from '#platform/faults'
import type { Reading, StatementItem, StatementOffer } from './rail-adapter.ts'
import { atPace, divideLines, type StatementLine } from './statement-lines.ts'

type Opened =
  | { readonly ok: true; readonly chunks: AsyncIterable<Buffer> }
  | { readonly ok: false; readonly why: string }

export type LineFile = {
  readonly offer: StatementOffer
  /** The number of the last line that was read before. */
  readonly position: string | undefined
  /** Reading the chunks throws when the connection breaks. */
  readonly open: () => Promise<Opened>
  /** The reader of a file with this header, or why no such file is understood. Lines are counted from 1 after it. */
  readonly reader: (header: string) => ((line: string, number: number) => Reading) | { readonly refused: string }
}

/** Gives up the connection of an answer that is no statement. Else it is kept for its reader. */
export async function leaveUnread(chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of chunks) return
}

/** For statements that are files of lines with a header, and whose number of lines is known before. */
export async function* readLines({ offer, position, open, reader }: LineFile): AsyncGenerator<StatementItem> {
  const opened = await open()
  if (!opened.ok) throw new Fault({ code: 'statement_not_opened', message: opened.why, retryable: true })
  const lines = divideLines(atPace(opened.chunks))
  try {
    const header = await lines.next()
    const read = reader(header.value?.text ?? '')
    if ('refused' in read) throw refusedStatement(read.refused)
    const from = BigInt(position ?? '0')
    let number = 0
    for (let line = await nextLine(lines, offer, number); line !== undefined; ) {
      number += 1
      // Lines before the position are read for their totals.
      const item = itemOf(line, number, read)
      if (BigInt(number) > from) yield item
      line = await nextLine(lines, offer, number)
    }
    if (number < offer.lines) throw cutOff(offer, number)
  } finally {
    await lines.return(undefined)
  }
}

/** The statement as a whole is not understood, or its totals are wrong. It is a case, and is read again until it is. */
export function refusedStatement(why: string): Fault {
  return new Fault({ code: 'statement_refused', message: why, retryable: false })
}

function itemOf(line: StatementLine, number: number, read: (line: string, number: number) => Reading): StatementItem {
  const reading: Reading = line.cut ? { kind: 'problem', reason: 'the line is too long' } : read(line.text, number)
  return { position: String(number), text: line.text, reading }
}

/** Text after the last line break counts as a line only when the statement has exactly one line more. */
async function nextLine(
  lines: ReturnType<typeof divideLines>,
  offer: StatementOffer,
  read: number,
): Promise<StatementLine | undefined> {
  const next = await lines.next()
  if (!next.done) return next.value
  if (next.value !== undefined && read + 1 !== offer.lines) throw cutOff(offer, read)
  return next.value
}

function cutOff(offer: StatementOffer, lines: number): Fault {
  const message = `Statement ${offer.name} ended after ${lines} of ${offer.lines} lines.`
  return new Fault({ code: 'statement_cut_off', message, retryable: true })
}

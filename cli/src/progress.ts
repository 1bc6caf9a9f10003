import { formatCount, printable, styled, type Terminal } from './terminal.ts'

/** Rewrites its line; silent when stderr is not a terminal. */
export type ProgressBar = {
  /** A `total` of 0 means unknown. */
  readonly show: (counted: { readonly done: number; readonly total: number }, words: string) => void
  readonly note: (line: string) => void
  readonly clear: () => void
}

const barWidth = 24
const redrawMs = 100

export function createProgressBar(terminal: Terminal, now: () => number): ProgressBar {
  const { stderr } = terminal
  let drawnMs = Number.NEGATIVE_INFINITY
  let drawn = ''
  const clear = () => {
    if (drawn !== '') stderr.write('\r\u001b[K')
    drawn = ''
  }
  return {
    show: ({ done, total }, words) => {
      if (stderr.isTTY !== true || now() - drawnMs < redrawMs) return
      drawnMs = now()
      const share = total > 0 ? Math.min(1, done / total) : 0
      const filled = Math.round(share * barWidth)
      const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`
      const percent = total > 0 ? `${Math.floor(share * 100)}%`.padStart(4) : formatCount(done)
      drawn = `${bar} ${percent} ${printable(words)}`.slice(0, (stderr.columns ?? 80) - 1)
      stderr.write(`\r\u001b[K${drawn}`)
    },
    note: (line) => {
      const kept = drawn
      clear()
      stderr.write(`${styled(stderr, 'yellow', printable(line))}\n`)
      if (kept !== '') stderr.write(kept)
      drawn = kept
    },
    clear,
  }
}

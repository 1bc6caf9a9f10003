import pino, { type Logger } from 'pino'

export type { Logger } from 'pino'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** How many levels of an error's causes are logged. */
const causesMax = 5

/**
 * The logged fields of an error. Its other properties are left out: a database driver attaches its whole client to an
 * error, including its credentials.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code, state, retryable } = error as { code?: unknown; state?: unknown; retryable?: unknown }
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    ...(typeof state === 'string' && { state }),
    ...(typeof retryable === 'boolean' && { retryable }),
    stack: error.stack,
    ...(error.cause !== undefined && depth < causesMax && { cause: describeError(error.cause, depth + 1) }),
  }
}

/** Creates the program's logger: one JSON object per line on stderr. stdout stays free for answers. */
export function createLogger(options: { readonly level: LogLevel }): Logger {
  return pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => describeError(error) },
    },
    destination(),
  )
}

/** The most bytes that may wait when the reader of the log is slow. Further lines are dropped. */
const waitingBytesMax = 1024 * 1024

/**
 * Standard error. The log must never block or end the program: its reader may have stopped or exited, and its disk may
 * be full.
 */
function destination() {
  if (exits === undefined) {
    exits = false
    process.prependOnceListener('exit', () => {
      exits = true
    })
  }
  const stream = pino.destination({ dest: 2, sync: false, maxLength: waitingBytesMax, retryEAGAIN: isGoingOn })
  const flush = stream.flushSync.bind(stream)
  stream.flushSync = () => {
    try {
      flush()
    } catch {
      // There is nowhere left to report this.
    }
  }
  stream.on('error', () => undefined)
  return stream
}

let exits: boolean | undefined

/** Whether a write may wait. When the process exits, lines that cannot be written at once are dropped. */
function isGoingOn(): boolean {
  return exits !== true
}

import pino, { type Logger } from 'pino'

export type { Logger } from 'pino'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

const causesMax = 5

/** Picks the logged fields of an error. A database driver attaches its client, with credentials, to errors. */
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

/** Creates a logger of JSON lines on stderr. stdout stays free for answers. */
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

/** Bytes that may wait when the log's reader is slow. Further lines are dropped. */
const waitingBytesMax = 1024 * 1024

/** The log must never block or end the program, even if its reader has exited or its disk is full. */
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

/** At exit, lines that cannot be written at once are dropped. */
function isGoingOn(): boolean {
  return exits !== true
}
